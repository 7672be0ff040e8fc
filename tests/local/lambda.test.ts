import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { transformSync } from "esbuild";
import { freePort } from "../../local/free-port";
import type { ContainerSpec, InvocationError } from "../../local/lambda/container";
import { lambdaEnvironment } from "../../local/lambda/environment";
import { LocalFunction } from "../../local/lambda/function";
import { rejection } from "../../support/rejection";
import { waitFor } from "../../support/wait-for";

/** A bundle that does what its event asks for. */
const bundle = `
let calls = 0;
exports.handler = async (event, context) => {
  calls++;
  if (event.say) console.log(JSON.stringify(event.say));
  if (event.log) { console.log("to stdout"); console.error("to stderr"); }
  if (event.fail) throw new TypeError(event.fail);
  if (event.exit) process.exit(3);
  if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait));
  if (event.fill) { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); }
  if (event.nothing) return;
  return {
    calls, pid: process.pid, environment: process.env,
    context: { ...context, remaining: context.getRemainingTimeInMillis() },
  };
};`;

interface Answer {
  readonly calls: number;
  readonly pid: number;
  readonly environment: Record<string, string>;
  readonly context: Record<string, unknown>;
}

describe("local Lambda", () => {
  const code = fs.mkdtempSync(path.join(os.tmpdir(), "edp-lambda-"));
  const started: LocalFunction[] = [];
  let lines: string[];
  before(() => fs.writeFileSync(path.join(code, "index.js"), bundle));
  beforeEach(() => (lines = []));
  afterEach(() => started.splice(0).forEach((lambda) => lambda.stop()));
  after(() => fs.rmSync(code, { recursive: true }));

  const environment = lambdaEnvironment({
    name: "thing",
    region: "eu-west-1",
    accessKey: "thing-role",
    code,
    handler: "index.handler",
    memoryMegabytes: 128,
    variables: { OWN: "value", WAIT_SECONDS: "300", EMPTY: "" },
    speed: 30,
    endpointUrl: "http://127.0.0.1:1",
    database: undefined,
  });
  function lambdaOf(
    fields: Partial<ContainerSpec> = {},
    environmentOf?: (variables: Readonly<Record<string, string>>) => Record<string, string>,
  ): LocalFunction {
    const spec = {
      name: "thing",
      code,
      environment,
      memoryMegabytes: 128,
      timeoutSeconds: 10,
      onLine: (line: string) => lines.push(line),
      ...fields,
    };
    const lambda = new LocalFunction("arn:thing", spec, spec.environment, environmentOf);
    started.push(lambda);
    return lambda;
  }
  const call = async (lambda: LocalFunction, event: object = {}) =>
    (await lambda.invoke(event)) as Answer;

  it("has the environment of its program and of Lambda, and nothing of this process", async () => {
    process.env["LEAKED_FROM_PARENT"] = "yes";
    const answer = await call(lambdaOf());
    delete process.env["LEAKED_FROM_PARENT"];

    const { PATH, ...rest } = answer.environment;
    expect(PATH).to.equal(process.env["PATH"]);
    expect(rest).to.deep.equal({
      OWN: "value",
      EMPTY: "",
      WAIT_SECONDS: "10", // 300 at 30 times the speed
      _HANDLER: "index.handler",
      LAMBDA_TASK_ROOT: code,
      AWS_LAMBDA_FUNCTION_NAME: "thing",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "thing-role",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_SESSION_TOKEN: "local",
      AWS_ENDPOINT_URL_EVENTBRIDGE: "http://127.0.0.1:1",
      TZ: ":UTC",
    });
  });

  it("has another environment from the next invocation on, when it is configured", async () => {
    const lambda = lambdaOf({}, ({ OWN = "" }) => ({ ...environment, OWN: `now ${OWN}` }));
    const warm = await call(lambda);
    const underWay = call(lambda, { wait: 300 });
    lambda.configure({ OWN: "after" });

    expect(lambda.variables).to.deep.equal({ OWN: "after" });
    expect((await call(lambda)).environment["OWN"]).to.equal("now after");
    const { pid, calls, environment: old } = await underWay;
    expect([pid, calls, old["OWN"]]).to.deep.equal([warm.pid, 2, "value"]);
    expect((await call(lambda)).pid).not.to.equal(warm.pid);
  });

  it("counts invocations and errors", async () => {
    const lambda = lambdaOf();
    await call(lambda);
    await lambda.invoke({ fail: "on purpose" }).catch(() => undefined);
    expect(lambda.counts).to.deep.equal({ invocations: 2, errors: 1 });
  });

  it("has Lambda's context", async () => {
    const { context } = await call(lambdaOf({ timeoutSeconds: 7 }));

    const { awsRequestId, remaining, ...rest } = context;
    expect(awsRequestId).to.match(/^[0-9a-f-]{36}$/);
    expect(remaining).to.be.within(1, 7_000);
    expect(rest).to.deep.equal({
      functionName: "thing",
      functionVersion: "$LATEST",
      memoryLimitInMB: "128",
    });
  });

  it("uses a warm process again, and another one only for an invocation under way", async () => {
    const lambda = lambdaOf();
    const first = await call(lambda);
    const second = await call(lambda);
    const atOnce = await Promise.all([call(lambda, { wait: 100 }), call(lambda, { wait: 100 })]);

    expect([second.pid, second.calls]).to.deep.equal([first.pid, 2]);
    expect(new Set(atOnce.map(({ pid }) => pid)).size).to.equal(2);
    expect(atOnce.map(({ pid }) => pid)).to.include(first.pid);
    expect(lambda.running).to.equal(0);
  });

  it("answers null for nothing, and hands on what it logs", async () => {
    expect(await lambdaOf().invoke({ nothing: true, log: true })).to.equal(null);
    await waitFor("both lines", () => lines.length === 2);
    expect(lines).to.have.members(["to stdout", "to stderr"]);
  });

  it("hands on a line as a whole, whatever characters are in it", async () => {
    const said = { prefix: "a\u2028b\u2029c\u0085d/日本🧬" };
    await lambdaOf().invoke({ nothing: true, say: said, log: true });
    await waitFor("three lines", () => lines.length >= 3);
    expect(lines).to.have.members([JSON.stringify(said), "to stdout", "to stderr"]);
  });

  it("fails with the handler's error, and stays warm", async () => {
    const lambda = lambdaOf();

    expect(await rejection(lambda.invoke({ fail: "no such thing" }))).to.equal("no such thing");
    expect((await call(lambda)).calls).to.equal(2);
  });

  it("is killed at its timeout, and starts anew", async () => {
    const lambda = lambdaOf({ timeoutSeconds: 0.5 });
    const before = Date.now();

    expect(await rejection(lambda.invoke({ hang: true }))).to.equal(
      "thing timed out after 0.5 seconds",
    );
    expect(Date.now() - before).to.be.within(499, 3_000);
    expect((await call(lambda)).calls).to.equal(1);
  });

  it("fails when its process ends, is killed, or uses up its memory, and starts anew", async () => {
    const lambda = lambdaOf();
    const ended = "the process of thing ended";

    expect(await rejection(lambda.invoke({ exit: true }))).to.equal(ended);
    const hanging = rejection(lambda.invoke({ hang: true }));
    await waitFor("the invocation", () => lambda.running === 1);
    lambda.kill();
    expect(await hanging).to.equal(ended);
    expect(await rejection(lambda.invoke({ fill: true }))).to.equal(ended);

    expect((await call(lambda)).calls).to.equal(1);
  });

  it("fails when its bundle cannot be loaded, with the reason in its log, too", async () => {
    const lambda = lambdaOf({ environment: { ...environment, _HANDLER: "missing.handler" } });

    expect(await rejection(lambda.load())).to.contain(
      `thing cannot be loaded: Error: Cannot find module '${code}/missing.js'`,
    );
    expect(await rejection(lambda.invoke({}))).to.contain("Cannot find module");
    await waitFor("the reason", () => lines.some((line) => line.includes("Cannot find module")));
  });

  it("says where in the sources it failed, when it has a source map beside it", async () => {
    fs.mkdirSync(path.join(code, "mapped"));
    fs.mkdirSync(path.join(code, "sources"));
    const source = "exports.handler = async () => {\n  throw new Error('at line 2');\n};\n";
    fs.writeFileSync(path.join(code, "sources/thing.ts"), source);
    const { code: bundled, map } = transformSync(source, {
      minify: true,
      sourcemap: "external",
      sourcefile: "../sources/thing.ts",
    });
    fs.writeFileSync(
      path.join(code, "mapped/index.js"),
      `${bundled}console.log(new Error().stack)`,
    );
    const sourceMap = { ...(JSON.parse(map) as object), sourceRoot: "mapped/" };
    fs.writeFileSync(path.join(code, "mapped.js.map"), JSON.stringify(sourceMap));
    const folder = path.join(code, "mapped");
    const lambda = lambdaOf({
      code: folder,
      environment: { ...environment, LAMBDA_TASK_ROOT: folder },
    });

    const failed = await lambda.invoke({}).catch((error: unknown) => error as InvocationError);
    expect(failed).to.include({ message: "at line 2" });
    expect((failed as InvocationError).trace[1]).to.equal(
      `    at exports.handler (${code}/sources/thing.ts:2:9)`,
    );
  });

  it("waits for a debugger, one process at a time and without a limit, when it is inspected", async () => {
    const inspectorPort = await freePort();
    const lambda = lambdaOf({ inspectorPort, timeoutSeconds: 0.1 });
    const loaded = lambda.load();
    await attachDebugger(inspectorPort);
    await loaded;

    const [one, other] = await Promise.all([call(lambda, { wait: 300 }), call(lambda)]);
    expect([one.calls, other.calls, other.pid]).to.deep.equal([1, 2, one.pid]);
  });

  it("takes no invocation once it is stopped", async () => {
    const lambda = lambdaOf();
    lambda.stop();

    expect(await rejection(lambda.invoke({}))).to.equal("thing was stopped");
  });
});

/** Has what waits for a debugger go on. */
async function attachDebugger(port: number): Promise<void> {
  const address = await waitFor("the inspector", async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/json`).catch(() => undefined);
    const [target] = ((await answer?.json()) ?? []) as { webSocketDebuggerUrl: string }[];
    return target?.webSocketDebuggerUrl;
  });
  const inspector = new WebSocket(address);
  await once(inspector, "open");
  inspector.send(JSON.stringify({ id: 1, method: "Runtime.runIfWaitingForDebugger" }));
  await once(inspector, "message");
  inspector.close();
}
