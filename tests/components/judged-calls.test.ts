import { runSimulation } from "@cloud-copilot/iam-simulate";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { calls, callsThatAre, nameOf, policiesOf, type Call } from "../support/calls";
import { accountId, plainGraph } from "../../support/graph";

/** The boundary that the docs have for a user's account. */
const documentedBoundary = () => {
  const docs = readFileSync(path.resolve(__dirname, "../../docs/operating.md"), "utf8");
  const [, section = ""] = docs.split("\n## A permissions boundary\n");
  return /```json\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
};

/** Judged by an IAM engine that knows of every action what resources and condition keys it has. */
async function judge(call: Call, boundary?: string, by = principalOf(call)): Promise<boolean> {
  const { identity, resource } = policiesOf(await plainGraph(), call);
  const result = await runSimulation(
    {
      request: {
        principal: by,
        action: call.action,
        resource: { resource: call.resource, accountId },
        contextVariables: { ...call.context },
      },
      identityPolicies: named(identity),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resource !== undefined && { resourcePolicy: JSON.parse(resource) as unknown }),
      ...(boundary !== undefined && { permissionBoundaryPolicies: named(boundary) }),
    },
    {},
  );
  if (result.resultType !== "single") throw new Error(JSON.stringify(result));
  expect(result.result.ignoredContextKeys).to.deep.equal([]);
  return result.overallResult === "Allowed";
}

function named(policy: string | undefined) {
  return policy === undefined ? [] : [{ name: "policy", policy: JSON.parse(policy) as unknown }];
}

function principalOf({ by }: Call): string {
  return by.endsWith(".amazonaws.com") ? by : `arn:aws:iam::${accountId}:role/${by}`;
}

describe("the policies, judged by another IAM engine,", () => {
  for (const isAllowed of [true, false]) {
    describe(isAllowed ? "allow" : "deny", () => {
      for (const [title, alike] of callsThatAre(isAllowed)) {
        it(title, async () => {
          for (const call of alike) expect(await judge(call), nameOf(call)).to.equal(isAllowed);
        });
      }
    });
  }

  const atQueue = calls.find(
    ({ title }) => title === "rule edp-object-events into edp-object-events",
  )!;
  const atTopic = calls.find(({ title }) => title === "a rule into the topic")!;
  for (const by of ["s3.amazonaws.com", "arn:aws:iam::999999999999:role/stranger"]) {
    it(`let nobody but EventBridge in: ${by}`, async () => {
      expect(await judge(atQueue, undefined, by)).to.equal(false);
      expect(await judge(atTopic, undefined, by)).to.equal(false);
    });
  }

  it("would deny every event if source and detail-type had no set operator", async () => {
    const announcing = calls.filter(({ title }) => title.startsWith("the emitter announces"));
    expect(announcing).to.have.length(2);
    for (const call of announcing) {
      const { identity } = policiesOf(await plainGraph(), call);
      const plain = identity!.replace("ForAllValues:StringEquals", "StringEquals");
      expect(await judge(call, plain), nameOf(call)).to.equal(false);
      expect(await judge(call, identity), nameOf(call)).to.equal(true);
    }
  });

  it("lose nothing that a role needs within the boundary of the docs, and win nothing", async () => {
    const ofRoles = calls.filter(({ by }) => by.startsWith("edp-"));
    for (const call of ofRoles) {
      expect(await judge(call, documentedBoundary()), nameOf(call)).to.equal(call.isAllowed);
    }
    expect(ofRoles.filter(({ isAllowed }) => isAllowed)).to.not.be.empty;
  });

  it("let EventBridge and CloudWatch use the key of the docs, and nobody else", async () => {
    const page = readFileSync(path.resolve(__dirname, "../../docs/deploying.md"), "utf8");
    const [, section = ""] = page.split("\n## Keys for encrypted topics\n");
    const Statement = JSON.parse(/```json\n([\s\S]*?)```/.exec(section)![1]!) as unknown;
    const mayUse = async (principal: string) => {
      const key = `arn:aws:kms:eu-west-1:${accountId}:key/00000000-0000-0000-0000-000000000000`;
      const answers = ["kms:GenerateDataKey", "kms:Decrypt"].map(async (action) => {
        const result = await runSimulation(
          {
            request: {
              principal,
              action,
              contextVariables: {}, // EventBridge sends no source account
              resource: { resource: key, accountId },
            },
            identityPolicies: [],
            serviceControlPolicies: [],
            resourceControlPolicies: [],
            resourcePolicy: { Version: "2012-10-17", Statement },
          },
          {},
        );
        return result.resultType === "single" && result.overallResult === "Allowed";
      });
      return Promise.all(answers);
    };
    expect(await mayUse("events.amazonaws.com")).to.deep.equal([true, true]);
    expect(await mayUse("cloudwatch.amazonaws.com")).to.deep.equal([true, true]);
    expect(await mayUse("s3.amazonaws.com")).to.deep.equal([false, false]);
  });
});
