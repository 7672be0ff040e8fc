import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { fakeAws, graphOf, inputs, listOf } from "../../support/graph";
import { rejection } from "../../support/rejection";

const example = path.resolve(__dirname, "../../examples/consumer-lambda");

type Claim = "mine" | "done" | "busy";
interface Memory {
  readonly claim: (batchId: string) => Promise<Claim>;
}
interface Command {
  readonly input: Record<string, unknown>;
}
interface OnlyOnce {
  readonly onlyOnce: (
    announcement: { batchId: string },
    memory: Memory,
    work: (announcement: object) => Promise<void>,
  ) => Promise<void>;
}
interface Table {
  TableMemory: new (
    name: string,
    client: { send: (command: Command) => Promise<unknown> },
    now: () => number,
  ) => Memory;
}

const load = async (name: string): Promise<unknown> =>
  import(pathToFileURL(path.join(example, "consumer", name)).href);

describe("examples/consumer-lambda", () => {
  const announcement = { batchId: "b1", prefix: "a/" };

  /** One item of a DynamoDB table, as far as the consumer's conditions look at it. */
  function table(clock: { now: number }) {
    let item: Record<string, { S?: string; N?: string }> | undefined;
    const send = ({ input: { Item, ConditionExpression } }: Command) => {
      const state = item?.["state"]?.S;
      const isExpired = state === "working" && Number(item?.["expiresAt"]?.N) < clock.now;
      if (ConditionExpression !== undefined && item !== undefined && !isExpired) {
        const error = Object.assign(new Error("failed"), { Item: item });
        error.name = "ConditionalCheckFailedException";
        return Promise.reject(error);
      }
      item = Item as typeof item;
      return Promise.resolve({});
    };
    return { client: { send }, item: () => item };
  }

  async function consumer(work: () => Promise<void> = () => Promise.resolve()) {
    const clock = { now: 1_000_000 };
    const { client, item } = table(clock);
    const { TableMemory } = (await load("table-memory.mjs")) as Table;
    const { onlyOnce } = (await load("only-once.mjs")) as OnlyOnce;
    const memory = new TableMemory("batches", client, () => clock.now);
    const worked: object[] = [];
    const consume = () =>
      onlyOnce(announcement, memory, (one) => {
        worked.push(one);
        return work();
      });
    return { clock, consume, item, memory, worked };
  }

  it("does the work of a batch, and drops the second copy", async () => {
    const { consume, worked, item } = await consumer();
    await consume();
    await consume();

    expect(worked).to.deep.equal([announcement]);
    expect(item()).to.deep.equal({
      batchId: { S: "b1" },
      state: { S: "done" },
      expiresAt: { N: String(1_000_000 + 90 * 86_400) },
    });
  });

  it("does the work again when it failed", async () => {
    let tries = 0;
    const { consume, worked, item } = await consumer(() =>
      ++tries === 1 ? Promise.reject(new Error("no room")) : Promise.resolve(),
    );
    expect(await rejection(consume())).to.equal("no room");
    expect(item()).to.equal(undefined);
    await consume();

    expect(worked).to.have.length(2);
  });

  it("refuses a copy while another is worked on, until that was killed", async () => {
    const { clock, consume, memory, worked } = await consumer();
    expect(await memory.claim("b1")).to.equal("mine");
    clock.now += 16 * 60;
    expect(await rejection(consume())).to.equal("batch b1 is being worked on: try again later");
    clock.now += 1;
    await consume();

    expect(worked).to.have.length(1);
  });

  it("fails when its table does, and says so", async () => {
    const { TableMemory } = (await load("table-memory.mjs")) as Table;
    const client = { send: () => Promise.reject(new Error("throttled")) };
    const memory = new TableMemory("batches", client, () => 0);

    expect(await rejection(memory.claim("b1"))).to.equal("throttled");
  });

  it("runs on a laptop, and drops the second copy", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "edp-consumer-"));
    const consume = (detail: object) =>
      new Promise<string>((resolve, reject) => {
        const child = execFile(
          process.execPath,
          [path.join(example, "on-laptop.mjs"), folder],
          (error, stdout) => (error ? reject(new Error(error.message)) : resolve(stdout)),
        );
        child.stdin!.end(JSON.stringify({ detail }));
      });
    const detail = { ...announcement, bucket: "lab", fileCount: 2 };
    try {
      expect(await consume(detail)).to.equal(
        "building a package of s3://lab/a/ (2 files, batch b1)\n",
      );
      expect(await consume(detail)).to.equal("batch b1 was here before: dropped\n");
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("registers the Lambda behind a rule on the monitor's bus, with what it needs", async () => {
    const aws = fakeAws();
    const graph = await graphOf(
      () => {
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- evaluated, not imported
        return require(path.join(example, "index.ts")) as unknown;
      },
      {
        create: (resource) =>
          /^aws:(dynamodb|iam\/rolePolicyAttachment)/.test(resource.type)
            ? Promise.resolve({
                id: resource.name,
                state: { ...resource.inputs, name: resource.name, arn: `arn:${resource.name}` },
              })
            : aws.create(resource),
        invoke: (token, asked) => aws.invoke(token, asked),
      },
    );

    expect(listOf(graph)).to.include.members([
      "EdpMonitor instruments",
      "Table batches",
      "Queue consumer-failed",
      "PackageSubscription consumer",
      "Permission consumer",
    ]);
    expect(inputs(graph, "EventTarget", "consumer")).to.deep.include({
      eventBusName: inputs(graph, "EventRule", "consumer")["eventBusName"],
      arn: inputs(graph, "Permission", "consumer")["function"],
    });
    expect(inputs(graph, "Function", "consumer")["deadLetterConfig"]).to.deep.equal({
      targetArn: "arn:aws:sqs:eu-west-1:123456789012:consumer-failed",
    });
    const { Statement } = JSON.parse(
      inputs(graph, "RolePolicy", "consumer")["policy"] as string,
    ) as { Statement: { Action: string | string[] }[] };
    expect(Statement.flatMap(({ Action }) => Action)).to.deep.equal([
      ...["dynamodb:PutItem", "dynamodb:DeleteItem", "sqs:SendMessage"],
    ]);
  });
});
