import { expect } from "chai";
import {
  inputs,
  kindOf,
  later,
  monitorGraph,
  plainGraph,
  rejection,
  statements,
} from "../../../support/graph";

interface Statement {
  Sid: string;
  Effect: string;
  Action: string | string[];
  Resource?: string | string[];
}

const logs = (name: string) => ({
  Sid: "WriteLogs",
  Effect: "Allow",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: `arn:aws:logs:eu-west-1:123456789012:log-group:${name}:*`,
});
const interfaces = [
  {
    Sid: "DescribeNetwork",
    Effect: "Allow",
    Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
    Resource: "*",
  },
  {
    Sid: "UseNetworkInterfaces",
    Effect: "Allow",
    Action: [
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
    Resource: [
      "arn:aws:ec2:eu-west-1:123456789012:*/*",
      "arn:aws:ec2:eu-west-1:123456789012:network-interface/*",
      "arn:aws:ec2:eu-west-1:123456789012:security-group/*",
      "arn:aws:ec2:eu-west-1:*:subnet/*",
    ],
  },
  {
    Sid: "DenyNetworkInterfacesToCode",
    Effect: "Deny",
    Action: [
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
    Resource: "*",
    Condition: { Null: { "lambda:SourceFunctionArn": "false" } },
  },
];
const connect = {
  Sid: "ConnectToDatabase",
  Effect: "Allow",
  Action: "rds-db:connect",
  Resource: "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-edp-database/edp_runtime",
};

describe("permissions", () => {
  it("let ingest log, read the queue, log in and wake the emitter", async () => {
    expect(statements(await plainGraph(), "RolePolicy", "edp-ingest")).to.deep.equal([
      logs("edp-ingest"),
      ...interfaces,
      {
        Sid: "ConsumeQueue",
        Effect: "Allow",
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: "arn:aws:sqs:eu-west-1:123456789012:edp-object-events",
      },
      connect,
      {
        Sid: "PutEvents",
        Effect: "Allow",
        Action: "events:PutEvents",
        Resource: "arn:aws:events:eu-west-1:123456789012:event-bus/default",
        Condition: {
          "ForAllValues:StringEquals": {
            "events:source": "edp-monitor",
            "events:detail-type": "batches-waiting",
          },
          Null: { "events:source": "false", "events:detail-type": "false" },
        },
      },
    ]);
  });

  it("let the emitter log, log in and announce on its bus", async () => {
    expect(statements(await plainGraph(), "RolePolicy", "edp-emitter")).to.deep.equal([
      logs("edp-emitter"),
      ...interfaces,
      connect,
      {
        Sid: "PutEvents",
        Effect: "Allow",
        Action: "events:PutEvents",
        Resource: "arn:aws:events:eu-west-1:123456789012:event-bus/edp-package-events",
        Condition: {
          "ForAllValues:StringEquals": {
            "events:source": "com.quiltdata.edp",
            "events:detail-type": "package-objects-ready",
          },
          Null: { "events:source": "false", "events:detail-type": "false" },
        },
      },
    ]);
  });

  it("let the migration log, and log in as the master user", async () => {
    expect(statements(await plainGraph(), "RolePolicy", "edp-migration")).to.deep.equal([
      logs("edp-migration"),
      ...interfaces,
      { ...connect, Resource: connect.Resource.replace("edp_runtime", "edp") },
    ]);
  });

  for (const name of ["edp-ingest", "edp-emitter", "edp-migration"]) {
    it(`let only Lambda take on the role of ${name} and have no policy beside its own`, async () => {
      const graph = await plainGraph();
      expect(statements(graph, "Role", name, "assumeRolePolicy")).to.deep.equal([
        {
          Sid: "AssumedByLambda",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ]);
      const policies = graph.nodes.filter((one) => kindOf(one) === "RolePolicy");
      expect(policies.filter(({ inputs: { role } }) => role === name)).to.have.length(1);
    });
  }

  it("bound every role, where there is a boundary, and none otherwise", async () => {
    const boundary = "arn:aws:iam::123456789012:policy/boundary";
    const boundariesOf = (graph: Awaited<ReturnType<typeof plainGraph>>) =>
      graph.nodes
        .filter((one) => kindOf(one) === "Role")
        .map((one) => [one.name, inputs(graph, "Role", one.name)["permissionsBoundary"]]);
    for (const permissionsBoundaryArn of [boundary, later(boundary), undefined]) {
      const graph = await monitorGraph(
        permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn },
      );
      const expected = permissionsBoundaryArn && boundary;
      expect(boundariesOf(graph)).to.have.deep.members([
        ["edp-ingest", expected],
        ["edp-emitter", expected],
        ["edp-migration", expected],
      ]);
    }
    expect(await rejection(monitorGraph({ permissionsBoundaryArn: later("boundary") }))).to.include(
      'permissionsBoundaryArn is "boundary", allowed is the ARN of a managed policy',
    );
  });

  it("never grant a whole service, nor everything where AWS allows less", async () => {
    const graph = await monitorGraph({ enableBucketNotifications: true });
    const policies = graph.nodes.flatMap((one) =>
      ["policy", "assumeRolePolicy"]
        .filter((input) => input in one.inputs)
        .map((input) => ({
          at: `${kindOf(one)} ${one.name}`,
          statements: statements(graph, kindOf(one), one.name, input) as Statement[],
        })),
    );
    expect(policies).to.have.length(12);
    for (const { at, statements: all } of policies) {
      for (const { Sid, Effect, Action, Resource } of all) {
        if (Effect === "Deny") continue;
        for (const action of [Action].flat()) expect(action, `${at} ${Sid}`).to.not.include("*");
        const everything = [Resource ?? []].flat().includes("*");
        expect(everything && Sid !== "DescribeNetwork", `${at} ${Sid}`).to.equal(false);
      }
    }
  });
});
