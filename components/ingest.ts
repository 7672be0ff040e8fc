import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  runtimeSettingsToEnvironment,
  timing,
  wakeDetailType,
  wakeSource,
  type RuntimeSettings,
} from "../functions/contract";
import { createLambda, type LambdaStationArgs } from "./parts/lambda";
import { connectToDatabase, consumeQueue, putEvents } from "./parts/permissions";
import type { MigratedDatabase, ObjectQueue, Watched } from "./records";

export interface IngestArgs extends LambdaStationArgs {
  readonly database: MigratedDatabase;
  readonly queue: ObjectQueue;
  readonly runtimeSettings: pulumi.Output<RuntimeSettings>;
}

/** Object events from the queue into the database: a batch of messages, one transaction. */
export class Ingest extends pulumi.ComponentResource {
  readonly watched: Pick<Watched, "functions">;

  constructor(name: string, args: IngestArgs, opts: pulumi.ComponentResourceOptions) {
    super("edp-monitor:index:Ingest", name, {}, opts);
    const { place, database, queue } = args;
    const { partition, region, accountId } = place;
    const defaultBusArn = pulumi.interpolate`arn:${partition}:events:${region}:${accountId}:event-bus/default`;

    const lambda = createLambda(
      name,
      {
        ...args,
        description: "EDP Monitor: counts the object events of the queue",
        memoryMegabytes: 512,
        timeoutSeconds: timing.ingestTimeout,
        environment: environmentOf(args),
        statements: [
          consumeQueue(queue.arn),
          connectToDatabase(place, database.resourceId, database.user),
          putEvents(defaultBusArn, wakeSource, wakeDetailType),
        ],
      },
      this,
    );

    const mapping = new aws.lambda.EventSourceMapping(
      name,
      {
        eventSourceArn: queue.arn,
        functionName: lambda.arn,
        batchSize: 1000,
        maximumBatchingWindowInSeconds: timing.batchingWindow,
        functionResponseTypes: ["ReportBatchItemFailures"],
        // Not reserved concurrency: that throttles Lambda's pollers, and every throttled message
        // counts as received.
        scalingConfig: { maximumConcurrency: 4 },
        tags: args.tags,
      },
      { parent: this },
    );
    this.watched = { functions: [{ id: "ingest", ...lambda, startedBy: mapping.id }] };
    this.registerOutputs();
  }
}

function environmentOf(args: IngestArgs): pulumi.Output<Record<string, string>> {
  return pulumi
    .all([args.database.environment, args.queue.arn, args.runtimeSettings])
    .apply(([access, queueArn, runtimeSettings]): Record<string, string> => ({
      ...access,
      ...runtimeSettingsToEnvironment(runtimeSettings),
      OBJECT_QUEUE_ARN: queueArn,
    }));
}
