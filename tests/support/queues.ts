import { LocalQueue, type QueueRecord, type QueueSpec } from "../../local/queue/queue";
import type { Inputs } from "../../local/resources";

export const queueSpec: QueueSpec = {
  arn: "arn:aws:sqs:eu-west-1:123456789012:objects",
  url: "https://sqs.eu-west-1.amazonaws.com/123456789012/objects",
  visibilitySeconds: 30,
  retentionSeconds: 3600,
};

export function queueOf(fields: Partial<QueueSpec> = {}, deadLetters?: LocalQueue): LocalQueue {
  return new LocalQueue({ ...queueSpec, ...fields }, () => deadLetters);
}

export const bodiesOf = (records: readonly QueueRecord[]) => records.map(({ body }) => body);

/** Inputs of a queue with a redrive policy: its messages are given up after so many tries. */
export function withTries(tries: number, inputs: Inputs): Inputs {
  const redrive = JSON.parse(String(inputs["redrivePolicy"])) as Record<string, unknown>;
  return { ...inputs, redrivePolicy: JSON.stringify({ ...redrive, maxReceiveCount: tries }) };
}
