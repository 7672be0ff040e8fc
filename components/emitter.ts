import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  announcementDetailType,
  announcementSource,
  heartbeatTimingToEnvironment,
  runtimeSettingsToEnvironment,
  timing,
  wakePattern,
  type RuntimeSettings,
} from "../functions/contract";
import { createLambda, type Lambda, type LambdaStationArgs } from "./parts/lambda";
import { connectToDatabase, putEvents } from "./parts/permissions";
import { everyPeriod } from "./parts/schedule";
import type { Bus, MigratedDatabase, ObjectQueue, Watched } from "./records";

export interface EmitterArgs extends LambdaStationArgs {
  readonly database: MigratedDatabase;
  /** Wake events name it: many monitors share the default bus. */
  readonly queue: ObjectQueue;
  readonly bus: Bus;
  readonly runtimeSettings: pulumi.Output<RuntimeSettings>;
}

/** Closes what is due and announces it; started every minute and by ingest's wake events. */
export class Emitter extends pulumi.ComponentResource {
  readonly watched: Pick<Watched, "rules" | "functions">;

  constructor(name: string, args: EmitterArgs, opts: pulumi.ComponentResourceOptions) {
    super("edp-monitor:index:Emitter", name, {}, opts);
    const { place, database, bus, tags } = args;

    const lambda = createLambda(
      name,
      {
        ...args,
        description: "EDP Monitor: announces the batches that are due",
        memoryMegabytes: 256,
        timeoutSeconds: timing.emitterTimeout,
        environment: environmentOf(args),
        statements: [
          connectToDatabase(place, database.resourceId, database.user),
          putEvents(bus.arn, announcementSource, announcementDetailType),
        ],
      },
      this,
    );
    const invoking = new aws.lambda.FunctionEventInvokeConfig(
      name,
      {
        functionName: lambda.name,
        maximumRetryAttempts: 0, // the next schedule is due anyway
        maximumEventAgeInSeconds: timing.emitterEventAge,
      },
      { parent: this },
    );

    const schedule = new aws.cloudwatch.EventRule(
      `${name}-schedule`,
      {
        description: "EDP Monitor: starts the emitter",
        scheduleExpression: everyPeriod(timing.schedulePeriod),
        tags,
      },
      { parent: this },
    );
    const scheduled = start(`${name}-schedule`, schedule, lambda, invoking, this);

    const wake = new aws.cloudwatch.EventRule(
      `${name}-wake`,
      {
        description: "EDP Monitor: starts the emitter when ingest says that batches wait",
        eventPattern: pulumi.jsonStringify(args.queue.arn.apply(wakePattern)),
        tags,
      },
      { parent: this },
    );
    start(`${name}-wake`, wake, lambda, invoking, this);
    this.watched = {
      rules: [
        { id: "emitter-schedule", name: schedule.name, hasDeadLetters: false },
        { id: "emitter-wake", name: wake.name, hasDeadLetters: false },
      ],
      functions: [{ id: "emitter", ...lambda, startedBy: scheduled.id }],
    };
    this.registerOutputs();
  }
}

/**
 * Lets a rule start the Lambda. No dead-letter queue: these events carry no data, and one that
 * cannot be delivered within its age is made up for by the next schedule.
 */
function start(
  name: string,
  rule: aws.cloudwatch.EventRule,
  lambda: Lambda,
  invoking: aws.lambda.FunctionEventInvokeConfig,
  parent: pulumi.Resource,
): aws.cloudwatch.EventTarget {
  const permission = new aws.lambda.Permission(
    name,
    {
      function: lambda.name,
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    { parent },
  );
  return new aws.cloudwatch.EventTarget(
    name,
    {
      rule: rule.name,
      arn: lambda.arn,
      retryPolicy: { maximumEventAgeInSeconds: timing.emitterEventAge, maximumRetryAttempts: 5 },
    },
    { parent, dependsOn: [permission, invoking] },
  );
}

function environmentOf(args: EmitterArgs): pulumi.Output<Record<string, string>> {
  return pulumi
    .all([args.database.environment, args.bus.arn, args.place.partition, args.runtimeSettings])
    .apply(([access, busArn, partition, runtimeSettings]): Record<string, string> => ({
      ...access,
      ...runtimeSettingsToEnvironment(runtimeSettings),
      ...heartbeatTimingToEnvironment(),
      EVENT_BUS_ARN: busArn,
      PARTITION: partition,
    }));
}
