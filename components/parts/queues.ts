import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ProtectedStationArgs } from "../records";
import { denyWithoutTls, policyOf, sendFromRules } from "./permissions";

/** 14 days from the first sending on, in whichever queue a message is by then: SQS's longest. */
export const maxRetentionSeconds = 14 * 24 * 60 * 60;

interface QueueArgs extends Pick<ProtectedStationArgs, "tags" | "protect"> {
  readonly dependsOn?: pulumi.Output<pulumi.Resource[]>;
}

/** A queue for what could not be delivered or processed. */
export function createDeadLetterQueue(
  name: string,
  { tags, protect, dependsOn }: QueueArgs,
  parent: pulumi.Resource,
): aws.sqs.Queue {
  return new aws.sqs.Queue(
    name,
    { messageRetentionSeconds: maxRetentionSeconds, sqsManagedSseEnabled: true, tags },
    { parent, protect, ...(dependsOn === undefined ? {} : { dependsOn }) },
  );
}

/** One for what EventBridge could not deliver to a rule's target: no SQS queue has a use for it. */
export function createUndeliveredQueue(
  name: string,
  args: QueueArgs,
  parent: pulumi.Resource,
): aws.sqs.Queue {
  const queue = createDeadLetterQueue(name, args, parent);
  new aws.sqs.RedriveAllowPolicy(
    name,
    {
      queueUrl: queue.url,
      redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "denyAll" }),
    },
    { parent },
  );
  return queue;
}

/** The policy of a queue, of which there is one: messages of these rules, and TLS only. */
export function createQueuePolicy(
  name: string,
  queue: aws.sqs.Queue,
  ruleArns: pulumi.Input<string>[],
  parent: pulumi.Resource,
): aws.sqs.QueuePolicy {
  const rules = ruleArns.length === 0 ? [] : [sendFromRules(queue.arn, ruleArns)];
  return new aws.sqs.QueuePolicy(
    name,
    { queueUrl: queue.url, policy: policyOf([...rules, denyWithoutTls(queue.arn)]) },
    { parent },
  );
}
