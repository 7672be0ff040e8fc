import { expect } from "chai";
import { inputs, kindOf, monitorGraph, plainGraph, statements } from "../support/graph";

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
    Resource: ["arn:aws:ec2:eu-west-1:123456789012:*/*", "arn:aws:ec2:eu-west-1:*:subnet/*"],
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
          StringEquals: {
            "events:source": "edp-monitor",
            "events:detail-type": "batches-waiting",
          },
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
          StringEquals: {
            "events:source": "com.quiltdata.edp",
            "events:detail-type": "package-objects-ready",
          },
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
    it(`let Lambda alone take on the role of ${name}, and keep its network from its code`, async () => {
      const graph = await plainGraph();
      expect(statements(graph, "Role", name, "assumeRolePolicy")).to.deep.equal([
        {
          Sid: "AssumedByLambda",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ]);
      expect(inputs(graph, "RolePolicy", `${name}-code`)["role"]).to.equal(name);
      expect(statements(graph, "RolePolicy", `${name}-code`)).to.deep.equal([
        {
          Sid: "DenyNetworkInterfacesToCode",
          Effect: "Deny",
          Action: [...interfaces[0]!.Action, ...interfaces[1]!.Action],
          Resource: "*",
          Condition: {
            ArnEquals: {
              "lambda:SourceFunctionArn": `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
            },
          },
        },
      ]);
    });
  }

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
    expect(policies).to.have.length(14);
    for (const { at, statements: all } of policies) {
      for (const { Sid, Effect, Action, Resource } of all) {
        for (const action of [Action].flat()) expect(action, `${at} ${Sid}`).to.not.include("*");
        const everything = [Resource ?? []].flat().includes("*");
        const allowed = Effect === "Deny" || Sid === "DescribeNetwork";
        expect(everything && !allowed, `${at} ${Sid}`).to.equal(false);
      }
    }
  });
});
