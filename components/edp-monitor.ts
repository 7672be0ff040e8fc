import * as pulumi from "@pulumi/pulumi";
import type { RuntimeSettings } from "../functions/contract";
import {
  edpMonitorAllowed,
  settled,
  validated,
  type EdpMonitorArgs,
  type SettledArgs,
} from "./args";
import { Alarms, Dashboard } from "./watching";
import { Database } from "./database";
import { Emitter } from "./emitter";
import { enableEventBridgeCommand } from "./parts/enable-eventbridge-command";
import { Ingest } from "./ingest";
import { lambdaBundles } from "./parts/lambda-bundles";
import { allRight, existingBucket, ownBusName, placeOf } from "./look-ups";
import { Migration } from "./migration";
import { Network } from "./network";
import { ObjectEvents } from "./object-events";
import { PackageEvents } from "./package-events";
import type { Watched } from "./records";

/**
 * Watches an S3 bucket and announces each batch of object events of a common prefix, once it is
 * complete, as one `package-objects-ready` event.
 */
export class EdpMonitor extends pulumi.ComponentResource {
  /** Name of the event bus of the announcements. */
  public readonly eventBusName: pulumi.Output<string>;
  /** ARN of the event bus of the announcements. */
  public readonly eventBusArn: pulumi.Output<string>;
  /** ARN of the SNS topic that gets every announcement. */
  public readonly topicArn: pulumi.Output<string>;
  /** URL of the queue of object events. */
  public readonly queueUrl: pulumi.Output<string>;
  /** URL of the queue of messages that could not be processed. */
  public readonly deadLetterQueueUrl: pulumi.Output<string>;
  /** URL of the queue of events that could not be delivered to the queue of object events. */
  public readonly targetDeadLetterQueueUrl: pulumi.Output<string>;
  /** Host and port of the database. */
  public readonly databaseEndpoint: pulumi.Output<string>;
  /** ARN of the SNS topic that the alarms go to. */
  public readonly alarmTopicArn: pulumi.Output<string>;
  /** Address of the CloudWatch dashboard. */
  public readonly dashboardUrl: pulumi.Output<string>;
  /** Shell command that switches EventBridge on for the bucket and keeps its other notifications. */
  public readonly enableEventBridgeCommand: pulumi.Output<string>;

  constructor(name: string, args: EdpMonitorArgs, opts?: pulumi.ComponentResourceOptions) {
    // Nothing may be registered before these are checked, this component included.
    const given = validated(edpMonitorAllowed, name, args, opts);
    const bundles = lambdaBundles(given.dbCertificates);
    super("edp-monitor:index:EdpMonitor", name, withSecrets(given), opts);
    const all: SettledArgs = settled(edpMonitorAllowed, given);
    const { bucketName, tags } = all;
    const runtimeSettings = runtimeSettingsOf(all);
    const protect = all.dbDeletionProtection || undefined;

    const place = placeOf({ parent: this });
    const existing = existingBucket(bucketName, place, { parent: this });
    const eventBusName =
      all.eventBusName === undefined ? undefined : ownBusName(all.eventBusName, place);
    const child = { parent: this, dependsOn: allRight([existing, eventBusName, all]) };
    const station = { place, tags };

    const objectEvents = new ObjectEvents(
      `${name}-object-events`,
      {
        ...station,
        protect,
        bucketName: existing,
        ignorePrefixes: all.bucketIgnorePrefixes,
        enableBucketNotifications: all.enableBucketNotifications,
      },
      child,
    );

    const network = new Network(
      `${name}-network`,
      {
        ...station,
        vpcId: all.vpcId,
        subnetIds: all.subnetIds,
        securityGroupId: all.securityGroupId,
        availabilityZones: all.availabilityZones,
        vpcCidrBlock: all.vpcCidrBlock,
      },
      child,
    );
    const lambdaStation = {
      ...station,
      network: network.lambdaNetwork,
      settings: all,
    };

    const database = new Database(
      `${name}-database`,
      {
        ...station,
        protect,
        vpcId: network.vpcId,
        subnetIds: network.subnetIds,
        lambdaGroup: network.lambdaGroup,
        settings: all,
      },
      child,
    );

    const migration = new Migration(
      `${name}-migration`,
      { ...lambdaStation, bundle: bundles.migration, server: database.server },
      child,
    );

    const ingest = new Ingest(
      `${name}-ingest`,
      {
        ...lambdaStation,
        bundle: bundles.ingest,
        database: migration.database,
        queue: objectEvents.queue,
        runtimeSettings,
      },
      child,
    );

    const packageEvents = new PackageEvents(
      `${name}-package-events`,
      {
        ...station,
        protect,
        bucketName,
        eventBusName,
        topicKmsKeyArn: all.topicKmsKeyArn,
      },
      child,
    );

    const emitter = new Emitter(
      `${name}-emitter`,
      {
        ...lambdaStation,
        bundle: bundles.emitter,
        database: migration.database,
        queue: objectEvents.queue,
        bus: packageEvents.bus,
        runtimeSettings,
      },
      child,
    );

    const watched = joinWatched(bucketName, [
      objectEvents.watched,
      ingest.watched,
      database.watched,
      emitter.watched,
      packageEvents.watched,
    ]);
    const alarms = new Alarms(
      `${name}-alarms`,
      { ...station, protect, watched, topicArn: all.alarmTopicArn, email: all.alarmEmail },
      child,
    );
    const dashboard = new Dashboard(
      `${name}-dashboard`,
      { ...station, watched, alarmArns: alarms.alarmArns },
      child,
    );

    this.eventBusName = packageEvents.bus.name;
    this.eventBusArn = packageEvents.bus.arn;
    this.topicArn = packageEvents.topicArn;
    this.queueUrl = objectEvents.queueUrl;
    this.deadLetterQueueUrl = objectEvents.deadLetterQueueUrl;
    this.targetDeadLetterQueueUrl = objectEvents.targetDeadLetterQueueUrl;
    this.databaseEndpoint = database.endpoint;
    this.alarmTopicArn = alarms.topicArn;
    this.dashboardUrl = dashboard.url;
    this.enableEventBridgeCommand = pulumi
      .all([bucketName, place.region])
      .apply(([bucket, region]) => enableEventBridgeCommand(bucket, region));
    this.registerOutputs({
      eventBusName: this.eventBusName,
      eventBusArn: this.eventBusArn,
      topicArn: this.topicArn,
      queueUrl: this.queueUrl,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      targetDeadLetterQueueUrl: this.targetDeadLetterQueueUrl,
      databaseEndpoint: this.databaseEndpoint,
      alarmTopicArn: this.alarmTopicArn,
      dashboardUrl: this.dashboardUrl,
      enableEventBridgeCommand: this.enableEventBridgeCommand,
    });
  }
}

/** A component's args are kept in the state: the password must not be there in plain text. */
function withSecrets(args: EdpMonitorArgs): pulumi.Inputs {
  const { dbPassword } = args;
  return dbPassword === undefined
    ? { ...args }
    : { ...args, dbPassword: pulumi.secret(dbPassword) };
}

/** What the stations want watched, their lists joined in the order of the data's way. */
function joinWatched(bucketName: pulumi.Output<string>, parts: Partial<Watched>[]): Watched {
  const joined = Object.assign({}, ...parts) as Watched;
  return {
    ...joined,
    bucketName,
    rules: parts.flatMap(({ rules = [] }) => rules),
    deadLetterQueues: parts.flatMap(({ deadLetterQueues = [] }) => deadLetterQueues),
    functions: parts.flatMap(({ functions = [] }) => functions),
  };
}

/** What ingest and the emitter follow. */
function runtimeSettingsOf(args: SettledArgs): pulumi.Output<RuntimeSettings> {
  const maxAgeSeconds = args.bucketThresholdMaxAge;
  return args.bucketName.apply((bucket) => ({
    bucket,
    ignorePrefixes: args.bucketIgnorePrefixes,
    prefixDepth: args.bucketPrefixDepth,
    thresholds: {
      eventCount: args.bucketThresholdEventCount,
      durationSeconds: args.bucketThresholdDuration,
      ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    },
    retentionDays: args.ledgerRetentionDays,
  }));
}
