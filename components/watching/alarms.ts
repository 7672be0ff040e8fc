import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createAlarm } from "./alarm";
import { alarmSpecs } from "./alarm-specs";
import type { ProtectedStationArgs, Watched } from "../records";

export interface AlarmsArgs extends ProtectedStationArgs {
  readonly watched: Watched;
  readonly topicArn?: pulumi.Output<string>;
  readonly email?: pulumi.Input<string>;
}

/** Says when something is wrong: alarms on every station, to a topic. */
export class Alarms extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: AlarmsArgs, opts: pulumi.ComponentResourceOptions) {
    super("edp-monitor:index:Alarms", name, {}, opts);
    const { watched, tags, protect } = args;
    this.topicArn =
      args.topicArn === undefined
        ? // Its default policy lets this account's alarms in, and nobody else.
          new aws.sns.Topic(name, { tags }, { parent: this, protect }).arn
        : args.topicArn;
    if (args.email !== undefined) {
      new aws.sns.TopicSubscription(
        name,
        { topic: this.topicArn, protocol: "email", endpoint: args.email },
        { parent: this },
      );
    }
    this.alarmArns = alarmSpecs(watched).map((spec) => {
      const description = pulumi.interpolate`EDP Monitor of ${watched.bucketName}: ${spec.says} What to do: docs/observability.md, "${spec.id}".`;
      const { topicArn } = this;
      return createAlarm(`${name}-${spec.id}`, spec, { description, topicArn, tags }, this).arn;
    });
    this.registerOutputs();
  }
}
