import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { dashboardBody } from "./dashboard-body";
import { savedQueries } from "./saved-queries";
import type { StationArgs, Watched } from "../records";

export interface DashboardArgs extends StationArgs {
  readonly watched: Watched;
  readonly alarmArns: pulumi.Output<string>[];
}

/** Shows what the monitor does: one dashboard, and saved queries over its logs. */
export class Dashboard extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: DashboardArgs, opts: pulumi.ComponentResourceOptions) {
    super("edp-monitor:index:Dashboard", name, {}, opts);
    const { watched, alarmArns, place } = args;
    const title = titleOf(name, watched.bucketName);

    const dashboard = new aws.cloudwatch.Dashboard(
      name,
      {
        dashboardName: title,
        dashboardBody: pulumi
          .all([pulumi.output(watched), pulumi.all(alarmArns), place.region])
          .apply(([known, alarms, region]) =>
            JSON.stringify(dashboardBody({ watched: known, alarmArns: alarms, region })),
          ),
      },
      { parent: this },
    );
    for (const { id, lambdas, queryString } of savedQueries) {
      new aws.cloudwatch.QueryDefinition(
        `${name}-${id}`,
        {
          // A slash makes a folder of it in the console.
          name: pulumi.interpolate`${title}/${id}`,
          logGroupNames: watched.functions
            .filter((one) => lambdas.some((lambda) => lambda === one.id))
            .map(({ logGroupName }) => logGroupName),
          queryString,
        },
        { parent: this },
      );
    }

    this.url = pulumi.interpolate`https://${place.region}.${consoleOf(place.partition)}/cloudwatch/home?region=${place.region}#dashboards:name=${dashboard.dashboardName}`;
    this.registerOutputs();
  }
}

/**
 * Unlike other names, Pulumi does not make this one unique, and a second dashboard of the same name
 * replaces the first: so it has the project's name too, unless the monitor's is the same. Letters,
 * digits, "-" and "_" are allowed
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html).
 */
function titleOf(name: string, bucketName: pulumi.Input<string>): pulumi.Output<string> {
  const project = pulumi.getProject();
  const own = name === `${project}-dashboard` ? name : `${project}-${name}`;
  const beginning = `${own}-${pulumi.getStack()}`;
  return pulumi.output(bucketName).apply((known) => shortened(`${beginning}-${known}`));
}

function shortened(wanted: string): string {
  const title = wanted.replace(/[^A-Za-z0-9_-]/g, "_");
  if (title.length <= maxCharacters) return title;
  const hash = createHash("sha256").update(title).digest("hex").slice(0, 8);
  return `${title.slice(0, maxCharacters - hash.length - 1)}-${hash}`;
}

/** 255 for a dashboard as for a saved query, whose name has the dashboard's before it. */
const maxCharacters = 255 - Math.max(...savedQueries.map(({ id }) => `/${id}`.length));

function consoleOf(partition: pulumi.Output<string>): pulumi.Output<string> {
  const hosts: Record<string, string> = {
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
  };
  return partition.apply((one) => hosts[one] ?? "console.aws.amazon.com");
}
