import type { MigrationRequest } from "../contract";

const fields = [
  "bundleHash",
  "databaseResourceId",
  "runtimeRole",
  "masterPassword",
  "salt",
] as const satisfies (keyof MigrationRequest)[];

/** Checks the Lambda's input. Throws by name, and never says a value: one of them is a password. */
export function migrationRequestOf(input: unknown): MigrationRequest {
  const request = (typeof input === "object" && input !== null ? input : {}) as Record<
    string,
    unknown
  >;
  const wrong = fields.filter((field) => typeof request[field] !== "string" || !request[field]);
  if (wrong.length > 0) {
    throw new Error(
      `migration request lacks ${wrong.join(", ")}: invoke this function through the program's Invocation`,
    );
  }
  return request as unknown as MigrationRequest;
}
