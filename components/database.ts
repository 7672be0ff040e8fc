import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { databaseName } from "../functions/contract";
import { certificatesWarning, type SettledArgs } from "./args";
import { availableAfter } from "./parts/available-after";
import type { DatabaseServer, LambdaGroup, Place, ProtectedStationArgs, Watched } from "./records";

export interface DatabaseArgs extends ProtectedStationArgs {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
  readonly lambdaGroup: LambdaGroup;
  readonly settings: DatabaseSettings;
}

/** What the user set. */
type DatabaseSettings = Pick<
  SettledArgs,
  | "dbUser"
  | "dbPassword"
  | "dbInstanceClass"
  | "dbAllocatedStorage"
  | "dbMaxAllocatedStorage"
  | "dbMultiAz"
  | "dbDeletionProtection"
  | "dbBackupRetentionDays"
  | "dbEngineVersion"
  | "dbLogExports"
  | "dbPerformanceInsights"
  | "dbCertificates"
>;

const port = 5432;

/** The PostgreSQL server: private, encrypted, backed up, reached only by the Lambdas. */
export class Database extends pulumi.ComponentResource {
  readonly server: DatabaseServer;
  readonly endpoint: pulumi.Output<string>;
  readonly watched: Pick<Watched, "databaseId" | "instanceClass">;

  constructor(name: string, args: DatabaseArgs, opts: pulumi.ComponentResourceOptions) {
    super("edp-monitor:index:Database", name, {}, opts);
    const { settings } = args;
    if (settings.dbCertificates === undefined) warnOfCertificates(args.place, this);
    const password = masterPassword(name, settings.dbPassword, this);

    const subnetGroup = new aws.rds.SubnetGroup(
      name,
      { description: "EDP Monitor", subnetIds: args.subnetIds, tags: args.tags },
      { parent: this },
    );
    const group = new aws.ec2.SecurityGroup(
      name,
      { vpcId: args.vpcId, description: "EDP Monitor: its database", tags: args.tags },
      { parent: this, customTimeouts: { delete: "45m" } },
    );
    const instance = createInstance(name, args, { password, subnetGroup, group }, this);
    const rules = allowLambdas(name, group, args, this);

    this.server = {
      host: availableAfter(rules, instance.address),
      port,
      resourceId: instance.resourceId,
      masterUser: settings.dbUser,
      masterPassword: password,
    };
    this.endpoint = instance.endpoint;
    this.watched = { databaseId: instance.identifier, instanceClass: settings.dbInstanceClass };
    this.registerOutputs();
  }
}

function warnOfCertificates({ region }: Place, parent: pulumi.Resource): void {
  region.apply((known) => {
    const warning = certificatesWarning(known);
    if (warning !== undefined) void pulumi.log.warn(warning, parent);
  });
}

function masterPassword(
  name: string,
  given: pulumi.Output<string> | undefined,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  if (given !== undefined) return pulumi.secret(given);
  // Letters and digits: nothing to quote anywhere, and 40 of them are more than any key needs.
  // The provider marks it as a secret. Not protected: the database depends on it, and with a
  // `dbPassword` it goes.
  return new random.RandomPassword(name, { length: 40, special: false }, { parent }).result;
}

interface Parts {
  readonly password: pulumi.Output<string>;
  readonly subnetGroup: aws.rds.SubnetGroup;
  readonly group: aws.ec2.SecurityGroup;
}

function createInstance(
  name: string,
  args: DatabaseArgs,
  { password, subnetGroup, group }: Parts,
  parent: pulumi.Resource,
): aws.rds.Instance {
  const { settings } = args;
  if (settings.dbInstanceClass.endsWith(".micro")) {
    const warning =
      `dbInstanceClass is ${settings.dbInstanceClass}, whose 1 GiB is little: IAM authentication needs ` +
      "300 MiB and more of it, db.t4g.small is the smallest that holds it well";
    void pulumi.log.warn(warning, parent);
  }
  const major = settings.dbEngineVersion.split(".")[0]!;
  const parameters = new aws.rds.ParameterGroup(
    name,
    {
      family: `postgres${major}`,
      description: "EDP Monitor: TLS only", // another one would replace the group
      parameters: [
        { name: "rds.force_ssl", value: "1", applyMethod: "immediate" },
        // The ledger's hashes do not compress. With pglz, a thousand of them took 39 to 48 ms to
        // insert, in place of 7, and wrote as much WAL (3,000,000 rows, two cores).
        { name: "wal_compression", value: "off", applyMethod: "immediate" },
      ],
      tags: args.tags,
    },
    { parent },
  );
  // Another one with another life of the database, so that its snapshot never meets an older one's
  // name: both keepers replace the instance.
  const finalSnapshot = new random.RandomId(
    name,
    { byteLength: 6, keepers: { user: settings.dbUser, subnetGroup: subnetGroup.name } },
    { parent },
  );
  return new aws.rds.Instance(
    name,
    {
      engine: "postgres",
      engineVersion: settings.dbEngineVersion,
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: true, // happens only when `dbEngineVersion` says so
      instanceClass: settings.dbInstanceClass,
      storageType: "gp3",
      allocatedStorage: settings.dbAllocatedStorage,
      maxAllocatedStorage: settings.dbMaxAllocatedStorage,
      storageEncrypted: true,
      multiAz: settings.dbMultiAz,
      dbName: databaseName,
      username: settings.dbUser,
      password,
      port,
      iamDatabaseAuthenticationEnabled: true,
      parameterGroupName: parameters.name,
      dbSubnetGroupName: subnetGroup.name,
      vpcSecurityGroupIds: [group.id],
      publiclyAccessible: false,
      backupRetentionPeriod: settings.dbBackupRetentionDays,
      copyTagsToSnapshot: true,
      ...(settings.dbLogExports && { enabledCloudwatchLogsExports: ["postgresql", "upgrade"] }),
      ...(settings.dbPerformanceInsights && { performanceInsightsEnabled: true }),
      deletionProtection: settings.dbDeletionProtection,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: pulumi.interpolate`${name}-final-${finalSnapshot.hex}`,
      // A change that waits unseen for the maintenance window surprises more than the minutes of a
      // restart, which the object queue bridges.
      applyImmediately: true,
      tags: args.tags,
    },
    // RDS's protection alone would fail a destroy halfway; with Pulumi's, the preview refuses it.
    // (`--skip-preview` goes as far as it can: to what is protected, and what that depends on.)
    { parent, protect: args.protect },
  );
}

/** Both sides of the way from the Lambdas: rules of their own, as inline ones would make a cycle. */
function allowLambdas(
  name: string,
  group: aws.ec2.SecurityGroup,
  { lambdaGroup, tags }: DatabaseArgs,
  parent: pulumi.Resource,
): pulumi.CustomResource[] {
  const postgres = { ipProtocol: "tcp", fromPort: port, toPort: port, tags };
  const ingress = new aws.vpc.SecurityGroupIngressRule(
    name,
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: lambdaGroup.id,
      description: "From the Lambdas",
      ...postgres,
    },
    { parent },
  );
  if (!lambdaGroup.isOurs) return [ingress];
  const egress = new aws.vpc.SecurityGroupEgressRule(
    name,
    {
      securityGroupId: lambdaGroup.id,
      referencedSecurityGroupId: group.id,
      description: "To the database",
      ...postgres,
    },
    { parent },
  );
  return [ingress, egress];
}
