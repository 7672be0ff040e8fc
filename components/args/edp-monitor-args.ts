import type * as pulumi from "@pulumi/pulumi";

/**
 * What the user sets: the same words as the stack's config. Plain values shape the resource graph or
 * are checked before the first resource; inputs may come from other resources.
 */
export interface EdpMonitorArgs {
  /**
   * Name of the S3 bucket to watch: one that exists already, or that the same program makes, in the
   * stack's region and account. (The events of another account's bucket go to that account, and nothing
   * would arrive here.) No alias of an access point, which no event names, and no directory or table
   * bucket, which sends none.
   */
  bucketName: pulumi.Input<string>;
  /**
   * Keys that are not counted, separated by commas, such as `raw/*, scratch/*`: `*` stands for any
   * characters, a pattern without it is a whole folder. A list in JSON is taken too. `.quilt/*` is never
   * counted.
   * @default - none but `.quilt/*`
   */
  bucketIgnorePrefixes?: string;
  /**
   * Directory segments of a key that make its prefix: 2 makes `a/b/` of `a/b/c/d.txt`, 0 takes
   * the whole bucket as one.
   * @default 2
   */
  bucketPrefixDepth?: number;
  /**
   * Seconds without a new object event after which a batch closes.
   * @default 300
   */
  bucketThresholdDuration?: number;
  /**
   * Object events of one prefix that close its batch.
   * @default 20
   */
  bucketThresholdEventCount?: number;
  /**
   * Seconds since its first object event after which a batch closes, however steadily more arrive.
   * @default - no bound
   */
  bucketThresholdMaxAge?: number;
  /**
   * VPC for the database and the Lambdas. Its subnets must reach EventBridge on port 443, through a
   * NAT gateway or an interface endpoint for `events`: none is created in a VPC that is not ours.
   * Settled by the first deployment: a database does not move.
   * @default - a new VPC with two private subnets and that endpoint
   */
  vpcId?: pulumi.Input<string>;
  /**
   * Private subnets of `vpcId`, in two availability zones or more.
   * @default - those of the new VPC
   */
  subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Security group of the Lambdas, in `vpcId`; it must let them out on ports 443 and 5432.
   * @default - a new one: no inbound, outbound 443 and the database
   */
  securityGroupId?: pulumi.Input<string>;
  /**
   * Availability zones of the new VPC, two or three. Settled by the first deployment, like the VPC:
   * a database does not move.
   * @default - the first two of the region that need no opting in and have what is needed
   */
  availabilityZones?: string[];
  /**
   * Address range of the new VPC, from /16 to /24.
   * @default 10.0.0.0/16
   */
  vpcCidrBlock?: string;
  /**
   * Existing event bus for the announcements, by name or ARN, of this account and region: a rule
   * cannot be made on another.
   * @default - a new one
   */
  eventBusName?: pulumi.Input<string>;
  /**
   * ARN of a KMS key that encrypts the topic; its policy must admit `events.amazonaws.com`.
   * @default - no encryption: AWS's own key for SNS does not admit EventBridge
   */
  topicKmsKeyArn?: pulumi.Input<string>;
  /**
   * ARN of an SNS topic of this account and region for the alarms. Its policy must admit
   * `cloudwatch.amazonaws.com`; if it is encrypted, then with a KMS key of your own whose policy
   * admits it too. Otherwise alarms are lost, and nobody hears of it.
   * @default - a new one
   */
  alarmTopicArn?: pulumi.Input<string>;
  /**
   * E-mail address that is subscribed to the alarms' topic; SNS asks it for a confirmation.
   * @default - nobody
   */
  alarmEmail?: pulumi.Input<string>;
  /**
   * Master user of the database, used only by the migration. Another one replaces the database.
   * @default edp
   */
  dbUser?: string;
  /**
   * Password of the master user: 8 to 128 printable ASCII characters without `/`, `"`, `@` and
   * space. Always treated as a secret.
   * @default - a generated one
   */
  dbPassword?: pulumi.Input<string>;
  /**
   * Instance class of the database. IAM authentication needs 300 MiB and more of its own: a micro
   * is too small for it.
   * @default db.t4g.small
   */
  dbInstanceClass?: string;
  /**
   * Storage of the database at its start, in GiB (gp3).
   * @default 20
   */
  dbAllocatedStorage?: number;
  /**
   * GiB that the storage may grow to by itself, at least a tenth above `dbAllocatedStorage`; 0 for
   * no growth.
   * @default 100
   */
  dbMaxAllocatedStorage?: number;
  /**
   * Whether a standby in a second availability zone takes over when the database fails.
   * @default false
   */
  dbMultiAz?: boolean;
  /**
   * Whether RDS refuses to delete the database, and Pulumi refuses to delete it, the queues, the event
   * bus and the topics: what holds data, or what others subscribe to. To destroy the stack, or to move
   * to a bus or a topic of your own, set it to false and run `pulumi up` first.
   * @default true
   */
  dbDeletionProtection?: boolean;
  /**
   * Days that RDS keeps its automatic backups.
   * @default 7
   */
  dbBackupRetentionDays?: number;
  /**
   * Major version of PostgreSQL. RDS chooses the minor one, and upgrades it in maintenance windows.
   * @default 17
   */
  dbEngineVersion?: string;
  /**
   * Whether RDS writes the database's logs to CloudWatch too (`postgresql` and `upgrade`), which is
   * paid for by the GB.
   * @default false
   */
  dbLogExports?: boolean;
  /**
   * Whether RDS samples the database's load (Performance Insights), which is free for the seven days
   * that it is kept. RDS for PostgreSQL has it for every instance class
   * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html).
   * @default false
   */
  dbPerformanceInsights?: boolean;
  /**
   * PEM text of certificates that the Lambdas trust for the database's TLS, beside those that they
   * carry, 300 KB at most: for the regions that they do not know, and for a rotation. RDS's own are at
   * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html.
   * @default - those of 27 regions, and Lambda's own
   */
  dbCertificates?: string;
  /**
   * Days for which the ledger remembers object events, at least 20: a message is kept for 14 days, as
   * a dead letter too, and may be sent back at their end. An older event (less a day) is not guessed
   * about: it goes to the dead-letter queue. A prefix that was idle for as long is forgotten too: the
   * `sequence` of its next batch is 1.
   * @default 30
   */
  ledgerRetentionDays?: number;
  /**
   * Days that CloudWatch keeps the Lambdas' logs.
   * @default 30
   */
  logRetentionDays?: number;
  /**
   * Memory of each Lambda, in MB, with which its share of a processor grows
   * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
   * @default - 512 for ingest and the migration, 256 for the emitter
   */
  lambdaMemorySize?: number;
  /**
   * ARN of a managed policy that bounds every role that is made. It must allow what the roles are
   * granted, which docs/operating.md lists: what it leaves out fails in the Lambdas, or when one is made.
   * @default - no boundary
   */
  permissionsBoundaryArn?: pulumi.Input<string>;
  /**
   * Whether to switch EventBridge on for the bucket, for buckets that nobody else configures: S3
   * has one notification configuration per bucket, and enabling this as well as destroying the
   * stack wipes everything else in it. The output `enableEventBridgeCommand` is the safe way.
   * @default false
   */
  enableBucketNotifications?: boolean;
  /**
   * Tags for every resource that can have them: 50, or 48 with a new VPC, whose subnets get two more.
   * Numbers and booleans count as the texts that they are written as.
   * @default - none
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
