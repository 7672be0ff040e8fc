import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { announcementDetailType, announcementSource } from "../functions/contract";
import { parseEventBusName } from "./event-bus-name";
import { policyOf, publishFromRules } from "./parts/permissions";
import { createDeadLetterQueue, createQueuePolicy } from "./parts/queues";
import type { Bus, Place, StationArgs, Watched } from "./records";
import { checked } from "./validate-args";

export interface PackageEventsArgs extends StationArgs {
  readonly bucketName: string;
  readonly eventBusName?: pulumi.Input<string>;
  readonly topicKmsKeyArn?: pulumi.Input<string>;
}

/** The bus of the announcements, and a topic that people and machines can subscribe to. */
export class PackageEvents extends pulumi.ComponentResource {
  readonly bus: Bus;
  readonly topicArn: pulumi.Output<string>;
  readonly watched: Pick<Watched, "rules" | "deadLetterQueues" | "topicName">;

  constructor(name: string, args: PackageEventsArgs, opts: pulumi.ComponentResourceOptions) {
    super("edp-monitor:index:PackageEvents", name, {}, opts);
    const { tags } = args;
    const bus =
      args.eventBusName === undefined
        ? new aws.cloudwatch.EventBus(name, { description: "EDP Monitor", tags }, { parent: this })
        : existingBus(args.eventBusName, args.place);

    const topic = new aws.sns.Topic(
      name,
      {
        kmsMasterKeyId:
          args.topicKmsKeyArn === undefined
            ? undefined
            : checked("topicKmsKeyArn", pulumi.output(args.topicKmsKeyArn)),
        tags,
      },
      { parent: this },
    );
    const topicPolicy = new aws.sns.TopicPolicy(
      name,
      { arn: topic.arn, policy: policyOf([publishFromRules(topic.arn)]) },
      { parent: this },
    );

    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        description: "EDP Monitor: announcements of the bucket to the topic",
        eventBusName: bus.name,
        eventPattern: JSON.stringify({
          source: [announcementSource],
          "detail-type": [announcementDetailType],
          detail: { bucket: [args.bucketName] },
        }),
        tags,
      },
      { parent: this },
    );
    const undelivered = createDeadLetterQueue(`${name}-undelivered`, tags, this);
    const queuePolicy = createQueuePolicy(`${name}-undelivered`, undelivered, [rule.arn], this);
    new aws.cloudwatch.EventTarget(
      name,
      {
        rule: rule.name,
        eventBusName: bus.name,
        arn: topic.arn,
        deadLetterConfig: { arn: undelivered.arn },
      },
      { parent: this, dependsOn: [topicPolicy, queuePolicy] },
    );

    this.bus = { name: bus.name, arn: bus.arn };
    this.topicArn = topic.arn;
    this.watched = {
      rules: [
        {
          id: "package-events",
          name: rule.name,
          busName: bus.name.apply((busName) => (busName === "default" ? undefined : busName)),
          hasDeadLetters: true,
        },
      ],
      deadLetterQueues: [{ id: "undelivered-announcements", name: undelivered.name }],
      topicName: topic.name,
    };
    this.registerOutputs();
  }
}

/** A bus of the user's. Its rule is ours, and a rule can be made in its own account and region only. */
function existingBus(nameOrArn: pulumi.Input<string>, place: Place): Bus {
  const { partition, region, accountId } = place;
  const name = pulumi
    .all([checked("eventBusName", pulumi.output(nameOrArn)), partition, region, accountId])
    .apply(([text, ourPartition, ourRegion, ourAccount]) => {
      const { name: busName, home } = parseEventBusName(text)!;
      const ours = home?.region === ourRegion && home.accountId === ourAccount;
      if (home !== undefined && !(ours && home.partition === ourPartition)) {
        throw new pulumi.RunError(
          `eventBusName is "${text}", allowed is a bus of this account and region, ` +
            `arn:${ourPartition}:events:${ourRegion}:${ourAccount}:event-bus/..., because a rule cannot be made on another: ` +
            `pulumi config set eventBusName ${busName}`,
        );
      }
      return busName;
    });
  return {
    name,
    arn: pulumi.interpolate`arn:${partition}:events:${region}:${accountId}:event-bus/${name}`,
  };
}
