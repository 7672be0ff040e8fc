// The narrow records by which the stations are connected. A value that exists only after something
// else makes the order visible as data: who uses it comes after.
import type * as pulumi from "@pulumi/pulumi";

/** Where the stack lives; asked, never assumed, so that China and GovCloud work too. */
export interface Place {
  readonly partition: pulumi.Output<string>;
  readonly region: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
}

export type Tags = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** What every station is told. */
export interface StationArgs {
  readonly place: Place;
  readonly tags?: Tags | undefined;
}

/** What a station is told that holds what would be lost for good, or what others subscribe to. */
export interface ProtectedStationArgs extends StationArgs {
  /** Never false, which would beat the `true` that the user gave the monitor: undefined inherits it. */
  readonly protect: true | undefined;
}

/** A Lambda's code, built and hashed. */
export interface LambdaBundle {
  readonly code: pulumi.asset.Archive;
  /** SHA-256 over names and contents of its files. */
  readonly hash: string;
}

/** Where Lambdas run; exists only after they can reach EventBridge from there. */
export interface LambdaNetwork {
  readonly subnetIds: pulumi.Output<string[]>;
  readonly securityGroupId: pulumi.Output<string>;
}

/** The group that the Lambdas are in, for the rules of others. */
export interface LambdaGroup {
  readonly id: pulumi.Output<string>;
  /** False for a group of the user's, whose outbound rules are the user's too. */
  readonly isOurs: boolean;
}

/** The database server; exists only after the Lambdas are let in. */
export interface DatabaseServer {
  readonly host: pulumi.Output<string>;
  readonly port: number;
  /** RDS's own id of the server: another one after a replacement. */
  readonly resourceId: pulumi.Output<string>;
  readonly masterUser: string;
  /** Secret. */
  readonly masterPassword: pulumi.Output<string>;
}

/** How ingest and emitter log in; exists only after the migration ran. */
export interface MigratedDatabase {
  /** As `databaseAccessToEnvironment` has it. */
  readonly environment: pulumi.Output<Record<string, string>>;
  readonly resourceId: pulumi.Output<string>;
  readonly user: string;
}

/** The object queue. */
export interface ObjectQueue {
  readonly arn: pulumi.Output<string>;
}

/** What alarms and dashboard look at: CloudWatch knows everything by its name. */
export interface Watched {
  readonly bucketName: pulumi.Input<string>;
  /** In the order of the data's way. */
  readonly rules: readonly WatchedRule[];
  readonly queueName: pulumi.Input<string>;
  readonly deadLetterQueues: readonly {
    readonly id: string;
    readonly name: pulumi.Input<string>;
  }[];
  readonly functions: readonly {
    readonly id: string;
    readonly name: pulumi.Input<string>;
    readonly logGroupName: pulumi.Input<string>;
    /** Id of what starts it on its own: before that exists, its silence means nothing. */
    readonly startedBy: pulumi.Input<string>;
  }[];
  /** RDS's identifier of the instance, and its class. */
  readonly databaseId: pulumi.Input<string>;
  readonly instanceClass: string;
  /** The topic of the announcements. */
  readonly topicName: pulumi.Input<string>;
}

export interface WatchedRule {
  readonly id: string;
  readonly name: pulumi.Input<string>;
  /** Undefined for the default bus, which is no dimension of its rules' metrics; another one is. */
  readonly busName?: pulumi.Input<string | undefined>;
  /** Whether its target has a dead-letter queue. */
  readonly hasDeadLetters: boolean;
}

/** The bus of the announcements. */
export interface Bus {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}
