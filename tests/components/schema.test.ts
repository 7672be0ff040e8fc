import { expect } from "chai";
import * as path from "node:path";
import {
  ComponentProvider,
  getPulumiComponents,
} from "@pulumi/pulumi/provider/experimental/provider";
import * as library from "../../components";

interface Property {
  type?: string;
  plain?: boolean;
  description?: string;
}
interface Schema {
  resources: Record<
    string,
    {
      requiredInputs: string[];
      inputProperties: Record<string, Property>;
      properties: Record<string, Property>;
    }
  >;
}

describe("the component for other languages", () => {
  let schema: Schema;
  before(async () => {
    const provider = new ComponentProvider({
      name: "edp-monitor",
      dirname: path.resolve(__dirname, "../.."),
      components: getPulumiComponents(library),
    });
    schema = JSON.parse(await provider.getSchema()) as Schema;
  });

  it("is one", () => {
    expect(Object.keys(schema.resources)).to.deep.equal(["edp-monitor:index:EdpMonitor"]);
  });

  it("asks for the bucket's name only", () => {
    const monitor = schema.resources["edp-monitor:index:EdpMonitor"]!;
    expect(monitor.requiredInputs).to.deep.equal(["bucketName"]);
    expect(Object.keys(monitor.inputProperties).sort()).to.deep.equal([
      "alarmEmail",
      "alarmTopicArn",
      "availabilityZones",
      "bucketIgnorePrefixes",
      "bucketName",
      "bucketPrefixDepth",
      "bucketThresholdDuration",
      "bucketThresholdEventCount",
      "bucketThresholdMaxAge",
      "dbAllocatedStorage",
      "dbBackupRetentionDays",
      "dbDeletionProtection",
      "dbEngineVersion",
      "dbInstanceClass",
      "dbMaxAllocatedStorage",
      "dbMultiAz",
      "dbPassword",
      "dbUser",
      "enableBucketNotifications",
      "eventBusName",
      "ledgerRetentionDays",
      "logRetentionDays",
      "securityGroupId",
      "subnetIds",
      "tags",
      "topicKmsKeyArn",
      "vpcCidrBlock",
      "vpcId",
    ]);
  });

  it("takes from other resources what may come from them", () => {
    const { inputProperties } = schema.resources["edp-monitor:index:EdpMonitor"]!;
    const inputs = Object.entries(inputProperties).filter(([, { plain }]) => plain !== true);
    expect(inputs.map(([name]) => name).sort()).to.deep.equal([
      "alarmTopicArn",
      "dbPassword",
      "eventBusName",
      "securityGroupId",
      "subnetIds",
      "topicKmsKeyArn",
      "vpcId",
    ]);
  });

  it("says its outputs, and describes every one and every input", () => {
    const { properties, inputProperties } = schema.resources["edp-monitor:index:EdpMonitor"]!;
    expect(Object.keys(properties).sort()).to.deep.equal([
      "alarmTopicArn",
      "dashboardUrl",
      "databaseEndpoint",
      "deadLetterQueueUrl",
      "enableEventBridgeCommand",
      "eventBusArn",
      "eventBusName",
      "queueUrl",
      "targetDeadLetterQueueUrl",
      "topicArn",
    ]);
    for (const [name, { description }] of Object.entries({ ...properties, ...inputProperties })) {
      expect(description, name).to.be.a("string").that.is.not.empty;
    }
  });
});
