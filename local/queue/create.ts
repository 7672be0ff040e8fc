import { accountId } from "../account";
import type { Inputs, Resources, State } from "../resources";
import { EventSourceMapping } from "./event-source-mapping";
import { LocalQueue } from "./queue";

/** The body of a queue; what is left out is as SQS has it. */
export function createQueue(resources: Resources, name: string, inputs: Inputs): State {
  const { region, speed } = resources.options;
  const redrive = JSON.parse((inputs["redrivePolicy"] as string | undefined) ?? "null") as {
    deadLetterTargetArn: string;
    maxReceiveCount: number;
  } | null;
  const arn = resources.arn("sqs", name);
  const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
  const spec = {
    arn,
    url,
    visibilitySeconds: Number(inputs["visibilityTimeoutSeconds"] ?? 30) / speed,
    retentionSeconds: Number(inputs["messageRetentionSeconds"] ?? 345_600) / speed,
    ...(redrive === null ? {} : { redrive }),
  };
  const deadLetters = () => (redrive ? resources.queue(redrive.deadLetterTargetArn) : undefined);
  resources.queues.set(name, new LocalQueue(spec, deadLetters));
  return { name, arn, url };
}

/** The body of an event source mapping; what is left out is as Lambda has it. */
export function createMapping(resources: Resources, name: string, inputs: Inputs): State {
  const scaling = (inputs["scalingConfig"] ?? {}) as { maximumConcurrency?: number };
  const types = (inputs["functionResponseTypes"] ?? []) as string[];
  const window = Number(inputs["maximumBatchingWindowInSeconds"] ?? 0);
  const spec = {
    batchSize: Number(inputs["batchSize"] ?? 10),
    windowSeconds: window / resources.options.speed,
    maximumConcurrency: scaling.maximumConcurrency ?? 1000,
    reportsFailures: types.includes("ReportBatchItemFailures"),
  };
  const queue = resources.queue(String(inputs["eventSourceArn"]));
  const target = resources.function(String(inputs["functionName"]));
  const onError = (error: unknown) => resources.failed(name, error);
  resources.mappings.push(new EventSourceMapping(queue, target, spec, onError));
  return {};
}
