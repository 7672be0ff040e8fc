// What a graph asks of AWS, small enough to be kept: a hash of each input by its resource's URN.
import { createHash } from "node:crypto";
import { withoutSecrets, type Graph } from "../../../local/program";
import { monitorGraph, plainGraph } from "../../../support/graph";

/** Hashes by URN, then by input. */
export type Inputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** With a VPC of the monitor's own, and with one that is given. */
export const variants = ["own", "given"] as const;
export type Variant = (typeof variants)[number];

export async function inputsOf(variant: Variant): Promise<Inputs> {
  const given = { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };
  return hashed(await (variant === "own" ? plainGraph() : monitorGraph(given)));
}

function hashed({ nodes }: Graph): Inputs {
  return Object.fromEntries(
    nodes.map(({ urn, inputs }) => {
      // The bundles change with every release, and their place with the machine.
      const entries = Object.entries(withoutSecrets(inputs) as Record<string, unknown>)
        .filter(([input]) => input !== "code")
        .map(([input, value]) => [input, hashOf(value)]);
      return [urn, Object.fromEntries(entries) as Record<string, string>];
    }),
  );
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(sorted(value)).digest("hex").slice(0, 8);
}

/** JSON whose text does not depend on the order of the keys. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
