import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { announcementPattern } from "./parts/announcement-pattern";
import { policyOf, publishFromRules } from "./parts/permissions";
import { createQueuePolicy, createUndeliveredQueue } from "./parts/queues";
import type { Bus, Place, ProtectedStationArgs, Watched } from "./records";

export interface PackageEventsArgs extends ProtectedStationArgs {
  readonly bucketName: pulumi.Output<string>;
  /** An existing bus of this account and region. */
  readonly eventBusName?: pulumi.Output<string>;
  readonly topicKmsKeyArn?: pulumi.Output<string>;
}

/** The bus of the announcements, and a topic that people and machines can subscribe to. */
export class PackageEvents extends pulumi.ComponentResource {
  readonly bus: Bus;
  readonly topicArn: pulumi.Output<string>;
  readonly watched: Pick<Watched, "rules" | "deadLetterQueues" | "topicName">;

  constructor(name: string, args: PackageEventsArgs, opts: pulumi.ComponentResourceOptions) {
    super("edp-monitor:index:PackageEvents", name, {}, opts);
    const { tags, protect } = args;
    const subscribed = { parent: this, protect };
    const bus =
      args.eventBusName === undefined
        ? new aws.cloudwatch.EventBus(name, { description: "EDP Monitor", tags }, subscribed)
        : existingBus(args.eventBusName, args.place);

    const topic = new aws.sns.Topic(
      name,
      {
        kmsMasterKeyId: args.topicKmsKeyArn,
        tags,
      },
      subscribed,
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
        eventPattern: pulumi.jsonStringify(
          args.bucketName.apply((bucket) => announcementPattern(bucket)),
        ),
        tags,
      },
      { parent: this },
    );
    const undelivered = createUndeliveredQueue(`${name}-undelivered`, args, this);
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

function existingBus(name: pulumi.Output<string>, { partition, region, accountId }: Place): Bus {
  return {
    name,
    arn: pulumi.interpolate`arn:${partition}:events:${region}:${accountId}:event-bus/${name}`,
  };
}
