import * as pulumi from "@pulumi/pulumi";

/** A value as an error shows it, whatever a program in JavaScript put there. Never throws. */
export function show(value: unknown, depth = 0): string {
  if (isDeferred(value)) return "given";
  if (pulumi.Resource.isInstance(value)) return "a resource";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (depth === 3) return Array.isArray(value) ? "[…]" : "{…}"; // it may hold itself
  if (Array.isArray(value)) return `[${value.map((one) => show(one, depth + 1)).join(",")}]`;
  const fields = Object.entries(value).map(
    ([name, one]) => `${JSON.stringify(name)}:${show(one, depth + 1)}`,
  );
  return `{${fields.join(",")}}`;
}

/** Whether the value comes later. */
export function isDeferred(value: unknown): boolean {
  return (
    pulumi.Output.isInstance(value) ||
    (typeof value === "object" &&
      value !== null &&
      typeof (value as { then?: unknown }).then === "function")
  );
}

/** The path of the first part that comes later, such as `tags.team`; undefined when none does. */
export function deferredPart(value: unknown, path: string, depth = 0): string | undefined {
  if (isDeferred(value)) return path;
  // No arg is as deep, and a value may hold itself.
  if (depth === 3 || pulumi.Resource.isInstance(value)) return undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const place = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`;
    const found = deferredPart(part, place, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
