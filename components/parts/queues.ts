import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { denyWithoutTls, policyOf, sendFromRules } from "./permissions";

/** 14 days from the first sending on, in whichever queue a message is by then: SQS's longest. */
export const longestRetentionSeconds = 14 * 24 * 60 * 60;

/** A queue for what could not be delivered or processed. */
export function createDeadLetterQueue(
  name: string,
  tags: Record<string, string> | undefined,
  parent: pulumi.Resource,
): aws.sqs.Queue {
  return new aws.sqs.Queue(
    name,
    { messageRetentionSeconds: longestRetentionSeconds, sqsManagedSseEnabled: true, tags },
    { parent },
  );
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
