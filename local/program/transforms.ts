// Pulumi's `transforms`, which the SDK's mock monitor takes and does not run: the engine would.
import type { ResourceTransform } from "@pulumi/pulumi";
import { deserializeProperties, serializeProperties } from "@pulumi/pulumi/runtime/rpc";

/* The monitor's requests are generated protobuf classes without useful types. */
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment,
   @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access,
   @typescript-eslint/no-unsafe-argument */

/** The options that a transform may change here; another change is an error, and never lost in silence. */
const changeable = {
  protect: "setProtect",
  ignoreChanges: "setIgnorechangesList",
  additionalSecretOutputs: "setAdditionalsecretoutputsList",
  deleteBeforeReplace: "setDeletebeforereplace",
} as const;

/** The transforms of one evaluation. */
export class Transforms {
  /** By URN. */
  readonly #registered = new Map<string, { parent: string; own: ResourceTransform[] }>();
  readonly #ofStack: ResourceTransform[] = [];

  /** One of the whole stack (`pulumi.runtime.registerResourceTransform`). */
  addToStack(transform: ResourceTransform): void {
    this.#ofStack.push(transform);
  }

  /** Those of the request, then those of its parents, from the nearest on, then the stack's: as the engine does. */
  async apply(request: any, own: ResourceTransform[]): Promise<void> {
    const parents: ResourceTransform[] = [];
    let urn: string = request.getParent();
    for (let one = this.#registered.get(urn); one; one = this.#registered.get(urn)) {
      parents.push(...one.own);
      urn = one.parent;
    }
    for (const transform of [...own, ...parents, ...this.#ofStack]) await run(transform, request);
  }

  /** A resource that has its URN: its transforms are its children's too. */
  note(urn: string, request: any, own: ResourceTransform[]): void {
    this.#registered.set(urn, { parent: request.getParent(), own });
  }
}

async function run(transform: ResourceTransform, request: any): Promise<void> {
  const opts = {
    protect: request.getProtect(),
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
  };
  const struct = request.getObject();
  const result = await transform({
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    props: deserializeProperties(struct),
    opts,
  });
  if (result === undefined) return;
  request.setObject(
    struct.constructor.fromJavaScript(await serializeProperties("transformed", result.props)),
  );
  for (const [name, value] of Object.entries((result.opts as object | undefined) ?? {})) {
    if (Object.hasOwn(changeable, name)) {
      request[changeable[name as keyof typeof changeable]](value);
    } else if (value !== undefined) {
      throw new Error(
        `a transform of ${request.getType()} ${request.getName()} changes the option ${name}, ` +
          `which cannot be tried without AWS: allowed are ${Object.keys(changeable).join(", ")}`,
      );
    }
  }
}
