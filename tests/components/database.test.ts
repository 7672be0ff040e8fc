import { expect } from "chai";
import { isSecret } from "../../local/program";
import {
  dependenciesOf,
  inputs,
  later,
  listOf,
  monitorGraph,
  plainGraph,
  node,
  rejection,
} from "../../support/graph";
import { testServer } from "../../support/postgres";

describe("database", () => {
  it("is a private, encrypted, backed-up PostgreSQL 17 with IAM authentication", async () => {
    expect(inputs(await plainGraph(), "Instance", "edp-database")).to.deep.equal({
      engine: "postgres",
      engineVersion: "17",
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: true,
      instanceClass: "db.t4g.small",
      storageType: "gp3",
      allocatedStorage: 20,
      maxAllocatedStorage: 100,
      storageEncrypted: true,
      multiAz: false,
      dbName: "edp",
      username: "edp",
      password: "generated-edp-database",
      port: 5432,
      iamDatabaseAuthenticationEnabled: true,
      parameterGroupName: "edp-database",
      dbSubnetGroupName: "edp-database",
      vpcSecurityGroupIds: ["sg-edp-database"],
      publiclyAccessible: false,
      backupRetentionPeriod: 7,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "edp-database-final-0123456789ab",
      applyImmediately: true,
    });
  });

  it("takes every setting of the user's", async () => {
    const graph = await monitorGraph({
      dbUser: "owner",
      dbInstanceClass: "db.m7g.large",
      dbAllocatedStorage: 200,
      dbMaxAllocatedStorage: 0,
      dbMultiAz: true,
      dbBackupRetentionDays: 35,
      dbEngineVersion: "18",
    });
    expect(inputs(graph, "Instance", "edp-database")).to.include({
      username: "owner",
      instanceClass: "db.m7g.large",
      allocatedStorage: 200,
      maxAllocatedStorage: 0,
      multiAz: true,
      backupRetentionPeriod: 35,
      engineVersion: "18",
    });
    expect(inputs(graph, "ParameterGroup", "edp-database")["family"]).to.equal("postgres18");
  });

  it("exports its logs, and samples its load, when it is told to", async () => {
    const graph = await monitorGraph({ dbLogExports: true, dbPerformanceInsights: true });
    expect(inputs(graph, "Instance", "edp-database")).to.deep.include({
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      performanceInsightsEnabled: true,
    });
  });

  it("forces TLS, and does not compress what does not get smaller", async () => {
    expect(inputs(await plainGraph(), "ParameterGroup", "edp-database")).to.deep.equal({
      family: "postgres17",
      description: "EDP Monitor: TLS only",
      parameters: [
        { name: "rds.force_ssl", value: "1", applyMethod: "immediate" },
        { name: "wal_compression", value: "off", applyMethod: "immediate" },
      ],
    });
  });

  it("has parameters of PostgreSQL's, with values that it takes without a restart", async () => {
    const { parameters } = inputs(await plainGraph(), "ParameterGroup", "edp-database");
    const own = (parameters as { name: string; value: string; applyMethod: string }[]).filter(
      ({ name }) => !name.startsWith("rds."),
    );
    expect(own).to.have.lengthOf.above(0);
    const server = await testServer();
    for (const { name, value, applyMethod } of own) {
      const [known] = await server.query(
        "select context, enumvals from pg_settings where name = $1",
        [name],
      );
      expect(known?.["enumvals"], name).to.include(value);
      expect(applyMethod, name).to.equal("immediate");
      expect(known?.["context"], name).to.be.oneOf(["sighup", "superuser", "user"]);
    }
  });

  it("is protected by RDS when it is by Pulumi, and not otherwise", async () => {
    for (const dbDeletionProtection of [true, false]) {
      const { protect, inputs: asked } = node(
        await monitorGraph({ dbDeletionProtection }),
        "Instance",
        "edp-database",
      );
      expect([protect, asked["deletionProtection"]]).to.deep.equal([
        dbDeletionProtection,
        dbDeletionProtection,
      ]);
    }
  });

  it("names its final snapshot anew with every database", async () => {
    const graph = await monitorGraph({ dbUser: "owner" });
    expect(inputs(graph, "RandomId", "edp-database")).to.deep.equal({
      byteLength: 6,
      keepers: { user: "owner", subnetGroup: "edp-database" },
    });
  });

  it("lets in the Lambdas, and nobody else", async () => {
    const graph = await plainGraph();
    expect(inputs(graph, "SecurityGroupIngressRule", "edp-database")).to.deep.equal({
      securityGroupId: "sg-edp-database",
      referencedSecurityGroupId: "sg-edp-network-lambdas",
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
      description: "From the Lambdas",
    });
    expect(inputs(graph, "SecurityGroupEgressRule", "edp-database")).to.deep.equal({
      securityGroupId: "sg-edp-network-lambdas",
      referencedSecurityGroupId: "sg-edp-database",
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
      description: "To the database",
    });
  });

  it("generates a password, a secret one", async () => {
    const graph = await plainGraph();
    expect(inputs(graph, "RandomPassword", "edp-database")).to.deep.equal({
      length: 40,
      special: false,
    });
    expect(isSecret(node(graph, "Instance", "edp-database").inputs["password"])).to.equal(true);
  });

  it("takes a password that it is given, as a secret too", async () => {
    const graph = await monitorGraph({ dbPassword: "open-sesame-1" });
    expect(listOf(graph)).to.not.include("RandomPassword edp-database");
    const { password } = node(graph, "Instance", "edp-database").inputs;
    expect(isSecret(password) && password.value).to.equal("open-sesame-1");
  });

  it("refuses a password of another form as soon as it is known, without showing it", async () => {
    const message = await rejection(monitorGraph({ dbPassword: later("open sesame") }));
    expect(message).to.include(
      'dbPassword is another (it is not shown), allowed is 8 to 128 printable ASCII characters without /, ", @ and space: ' +
        "set dbPassword to a secret",
    );
    expect(message).to.not.include("open sesame");
  });

  it("warns about a micro", async () => {
    const { logs } = await monitorGraph({ dbInstanceClass: "db.t4g.micro" });
    expect(logs).to.deep.equal([
      {
        severity: "warning",
        message:
          "dbInstanceClass is db.t4g.micro, whose 1 GiB is little: IAM authentication needs 300 MiB and more of it, " +
          "db.t4g.small is the smallest that holds it well",
      },
    ]);
    expect((await plainGraph()).logs).to.deep.equal([]);
  });

  it("is there, doors open, before the migration is called", async () => {
    const graph = await plainGraph();
    const before = dependenciesOf(graph, node(graph, "Invocation", "edp-migration"));
    for (const [type, name] of [
      ["Instance", "edp-database"],
      ["SecurityGroupIngressRule", "edp-database"],
      ["SecurityGroupEgressRule", "edp-database"],
      ["RolePolicy", "edp-migration"],
      ["VpcEndpoint", "edp-network-events"],
      ["Vpc", "edp-network"],
    ] as const) {
      expect(before.has(node(graph, type, name).urn), `${type} ${name}`).to.equal(true);
    }
  });
});
