// Evaluates a Pulumi program in this process, with a provider of ours in the place of the cloud.
//
// The SDK's mock monitor stands where the engine would; its requests are read on the way, because
// mocks alone see neither parents nor dependencies, protection or secret marks. The program waits for
// every resource as it would for the cloud, so a provider may take its time and may refuse.
import * as pulumi from "@pulumi/pulumi";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import type { StackConfig } from "./config";
import { Transforms } from "./transforms";

/** One registered resource, as the program asked for it. Secret values carry Pulumi's marks. */
export interface GraphNode {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** False for components. */
  readonly custom: boolean;
  /** URN; empty for the stack itself. */
  readonly parent: string;
  readonly inputs: Record<string, unknown>;
  /** URNs of everything that has to exist before. */
  readonly dependencies: string[];
  readonly provider: string;
  readonly protect: boolean;
  readonly ignoreChanges: string[];
  readonly additionalSecretOutputs: string[];
  readonly deleteBeforeReplace: boolean;
  readonly customTimeouts: Record<string, unknown>;
  /** What `registerOutputs` said, for components and the stack. */
  outputs?: Record<string, unknown>;
}

export interface Graph {
  readonly nodes: GraphNode[];
  /** Tokens and inputs of the provider functions called. */
  readonly invokes: { token: string; inputs: Record<string, unknown> }[];
  /** Warnings and notes that the program logged. */
  readonly logs: { severity: "info" | "warning" | "error"; message: string }[];
  /** The stack's outputs; secrets carry Pulumi's marks. */
  readonly outputs: Record<string, unknown>;
}

/** Stands in for the cloud. Both may be slow; a rejection fails the program as the cloud's would. */
export interface Provider {
  create(resource: {
    type: string;
    name: string;
    inputs: Record<string, unknown>;
    custom: boolean;
  }): Promise<{ id?: string; state: Record<string, unknown> }>;
  invoke(token: string, inputs: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/**
 * Runs `program` to its end and returns the graph. Rejects with the program's, a resource's or a
 * provider function's error; several become one AggregateError that names them all. What the program
 * says in words of its own, as a RunError, is all that Pulumi's CLI shows then, and so it is here.
 *
 * In a preview, what the provider leaves out of a resource's state, its id too, is not known yet.
 *
 * One evaluation at a time: the SDK keeps its state in globals.
 */
export async function evaluate(
  stackConfig: StackConfig,
  provider: Provider,
  program: () => unknown,
  { isPreview = false } = {},
): Promise<Graph> {
  const nodes = new Map<string, GraphNode>();
  const invokes: Graph["invokes"] = [];
  const logs: Graph["logs"] = [];
  const failures = new Set<unknown>();
  /** What the provider refused: the reason of most other failures, which only say that they follow. */
  const refusals = new Set<unknown>();

  const transforms = new Transforms();
  await pulumi.runtime.setMocks(
    {
      ...mocksOf(provider, invokes, refusals),
      registerTransform: (transform) => transforms.addToStack(transform),
    },
    stackConfig.project,
    stackConfig.stack,
    isPreview,
    "organization",
  );
  pulumi.runtime.setAllConfig(stackConfig.config, stackConfig.secretKeys);
  recordRequests(nodes, transforms);
  const restoreLog = recordLog(logs);

  // runInPulumiStack resolves even when a registration, an apply or an invoke failed: those surface
  // only as unhandled rejections.
  const onRejection = (reason: unknown) => void failures.add(reason);
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", onRejection);
  try {
    await pulumi.runtime.runInPulumiStack(() => Promise.resolve(program())).catch(onRejection);
    for (let round = 0; round < 3; round++) {
      await waitForRequests();
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    restoreLog();
    process.removeListener("unhandledRejection", onRejection);
    for (const listener of others) process.on("unhandledRejection", listener);
  }

  const own = [...failures].filter((failure) => pulumi.RunError.isInstance(failure));
  throwFailures(own.length > 0 ? own : refusals.size > 0 ? refusals : failures);
  const list = [...nodes.values()];
  const stack = list.find((node) => node.type === "pulumi:pulumi:Stack");
  return { nodes: list, invokes, logs, outputs: stack?.outputs ?? {} };
}

function mocksOf(
  provider: Provider,
  invokes: Graph["invokes"],
  refusals: Set<unknown>,
): pulumi.runtime.Mocks {
  const noting = async <T>(answer: () => Promise<T>): Promise<T> => {
    try {
      return await answer();
    } catch (error) {
      refusals.add(error); // it would reach the program wrapped many times
      // Where the SDK looks for the message of a provider function's failure, as gRPC has it there.
      throw error instanceof Error ? Object.assign(error, { details: error.message }) : error;
    }
  };
  return {
    newResource: async ({ type, name, inputs: anyInputs, custom = false }) => {
      const inputs = anyInputs as Record<string, unknown>;
      if (type === "pulumi:pulumi:Stack") return { id: undefined, state: {} };
      const { id, state } = await noting(() => provider.create({ type, name, inputs, custom }));
      return { id, state };
    },
    call: ({ token, inputs: anyInputs }) => {
      const inputs = anyInputs as Record<string, unknown>;
      invokes.push({ token, inputs });
      return noting(() => provider.invoke(token, inputs));
    },
  };
}

/* The monitor's requests are generated protobuf classes without useful types. */
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment,
   @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access,
   @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument */
function recordRequests(nodes: Map<string, GraphNode>, transforms: Transforms): void {
  const monitor = getMonitor() as any;
  const { registerResource, registerResourceOutputs } = monitor;
  monitor.registerResource = (request: any, callback: any) => {
    const own = request
      .getTransformsList()
      .map((one: any) => monitor.transformCallbacks.get(one.getToken()));
    const register = () =>
      registerResource.call(monitor, request, (error: any, response: any) => {
        if (error) return callback(error);
        const node = nodeOf(request, response.getUrn());
        // The engine refuses a second one; the mock monitor would take it.
        if (nodes.has(node.urn)) return callback(new Error(`duplicate resource URN ${node.urn}`));
        nodes.set(node.urn, node);
        transforms.note(node.urn, request, own);
        callback(null, response);
      });
    void transforms.apply(request, own).then(register, callback);
  };
  monitor.registerResourceOutputs = (request: any, callback: any) => {
    const node = nodes.get(request.getUrn());
    if (node) node.outputs = request.getOutputs()?.toJavaScript() ?? {};
    registerResourceOutputs.call(monitor, request, callback);
  };
}

function nodeOf(request: any, urn: string): GraphNode {
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    inputs: request.getObject()?.toJavaScript() ?? {},
    dependencies: request.getDependenciesList(),
    provider: request.getProvider(),
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    customTimeouts: request.getCustomtimeouts()?.toObject() ?? {},
  };
}

async function waitForRequests(): Promise<void> {
  await (pulumi.runtime as any).waitForRPCs();
}
/* eslint-enable */

function recordLog(logs: Graph["logs"]): () => void {
  const original = { info: pulumi.log.info, warn: pulumi.log.warn, error: pulumi.log.error };
  const note = (severity: Graph["logs"][number]["severity"]) => (message: string) => {
    logs.push({ severity, message });
    return Promise.resolve();
  };
  Object.assign(pulumi.log, { info: note("info"), warn: note("warning"), error: note("error") });
  return () => void Object.assign(pulumi.log, original);
}

function throwFailures(failures: Iterable<unknown>): void {
  const errors = [...failures].filter((e): e is Error => e instanceof Error && e.message !== "");
  if (errors.length === 1) throw errors[0]!;
  if (errors.length > 1) throw new AggregateError(errors, errors.map((e) => e.message).join("\n"));
}
