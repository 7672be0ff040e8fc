import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { inputsOf, type Inputs, type Variant } from "./inputs";

/**
 * Inputs that cannot be changed in place, of the types whose loss would be noticed (ForceNew in the
 * schema of the Terraform provider that @pulumi/aws is made from).
 */
const replacing: Readonly<Record<string, readonly string[]>> = {
  Dashboard: ["dashboardName"],
  EventBus: ["name"],
  EventRule: ["eventBusName", "name", "namePrefix"],
  EventTarget: ["eventBusName", "rule", "targetId"],
  Function: ["name", "packageType"],
  Instance: ["characterSetName", "dbName", "engine", "kmsKeyId", "storageEncrypted", "username"],
  Invocation: ["functionName", "input", "qualifier", "triggers"],
  LogGroup: ["name", "namePrefix"],
  ParameterGroup: ["description", "family", "name", "namePrefix"],
  Queue: ["fifoQueue", "name", "namePrefix"],
  RandomId: ["byteLength", "keepers", "prefix"],
  RandomPassword: ["keepers"],
  Role: ["name", "namePrefix", "path"],
  RolePolicy: ["name", "namePrefix", "role"],
  SecurityGroup: ["description", "name", "namePrefix", "vpcId"],
  SubnetGroup: ["name", "namePrefix"],
  Topic: ["fifoTopic", "name", "namePrefix"],
  TopicSubscription: ["endpoint", "protocol", "topic"],
  VpcEndpoint: ["serviceName", "vpcEndpointType", "vpcId"],
};

interface Upgrade {
  readonly created: string[];
  readonly deleted: string[];
  readonly replaced: string[];
  readonly updated: string[];
}

/** `Type name` of each resource that `pulumi up` would touch, with the inputs that changed. */
function upgradeOf(before: Inputs, after: Inputs): Upgrade {
  const missingIn = (there: Inputs, here: Inputs) =>
    Object.keys(here)
      .filter((urn) => !(urn in there))
      .map((urn) => textOf(urn))
      .sort();
  const upgrade: Upgrade = {
    created: missingIn(before, after),
    deleted: missingIn(after, before),
    replaced: [],
    updated: [],
  };
  for (const [urn, inputs] of Object.entries(after)) {
    const old = before[urn];
    if (old === undefined) continue;
    const changed = [...new Set([...Object.keys(old), ...Object.keys(inputs)])]
      .filter((input) => old[input] !== inputs[input])
      .sort();
    if (changed.length === 0) continue;
    const forced = changed.some((input) => replacing[typeOf(urn)]?.includes(input) === true);
    (forced ? upgrade.replaced : upgrade.updated).push(`${textOf(urn)}: ${changed.join(", ")}`);
  }
  upgrade.replaced.sort();
  upgrade.updated.sort();
  return upgrade;
}

function typeOf(urn: string): string {
  return urn.split("::")[2]!.split(":").at(-1)!;
}

function textOf(urn: string): string {
  return `${typeOf(urn)} ${urn.split("::")[3]}`;
}

function before(variant: Variant): Inputs {
  const file = path.join(__dirname, `before-${variant}.json`);
  return JSON.parse(fs.readFileSync(file, "utf8")) as Inputs;
}

const inEveryNetwork: Upgrade = {
  created: [
    "RandomId edp-network",
    "RandomPassword edp-migration",
    "RedriveAllowPolicy edp-object-events-undelivered",
    "RedriveAllowPolicy edp-package-events-undelivered",
  ],
  deleted: [
    "RolePolicy edp-emitter-code",
    "RolePolicy edp-ingest-code",
    "RolePolicy edp-migration-code",
  ],
  replaced: [
    "Dashboard edp-dashboard: dashboardName", // of programs that embed a monitor: now it has their name
    "Invocation edp-migration: input", // as with every version: one more run, which finds nothing to do
  ],
  updated: [
    "Function edp-emitter: environment",
    "QueryDefinition edp-dashboard-by-batch-id: name",
    "QueryDefinition edp-dashboard-by-prefix: name",
    "QueryDefinition edp-dashboard-rejected: name",
    "QueryDefinition edp-dashboard-slowest: name",
    "QueryDefinition edp-dashboard-trouble: name",
    "QueuePolicy edp-object-events-dead-letters: policy",
    "QueuePolicy edp-object-events-undelivered: policy",
    "QueuePolicy edp-object-events: policy",
    "QueuePolicy edp-package-events-undelivered: policy",
    "RolePolicy edp-emitter: policy",
    "RolePolicy edp-ingest: policy",
    "RolePolicy edp-migration: policy",
  ],
};

// Exact lists: whoever changes what a stack consists of sees here what that does to stacks that exist.
describe("upgrading a stack of the version before", () => {
  it("replaces nothing that holds anything, in a VPC that is given", async () => {
    expect(upgradeOf(before("given"), await inputsOf("given"))).to.deep.equal(inEveryNetwork);
  });

  it("replaces nothing that holds anything, in a VPC of its own", async () => {
    expect(upgradeOf(before("own"), await inputsOf("own"))).to.deep.equal({
      ...inEveryNetwork,
      created: ["DefaultSecurityGroup edp-network", ...inEveryNetwork.created],
      updated: [
        ...inEveryNetwork.updated,
        // awsx's own range, and the first two zones, as it chose them itself
        "Vpc edp-network: availabilityZoneNames, cidrBlock, numberOfAvailabilityZones",
        "VpcEndpoint edp-network-events: policy",
      ],
    });
  });

  it("would say so if something were replaced", async () => {
    const after = await inputsOf("given");
    const urn = Object.keys(after).find((one) => textOf(one) === "Instance edp-database")!;
    const changed = { ...after, [urn]: { ...after[urn], username: "another" } };
    expect(upgradeOf(after, changed).replaced).to.deep.equal(["Instance edp-database: username"]);
  });
});
