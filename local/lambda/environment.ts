import type { DatabaseServer } from "../database";

export interface EnvironmentOptions {
  readonly name: string;
  readonly region: string;
  readonly accessKey: string;
  readonly code: string;
  readonly handler: string;
  readonly memoryMegabytes: number;
  /** What the program gives the function. */
  readonly variables: Readonly<Record<string, string>>;
  readonly speed: number;
  readonly endpointUrl: string;
  readonly database: DatabaseServer | undefined;
  /** Port that the program asks for its database; none: it has no database. */
  readonly databasePort?: number | undefined;
}

/**
 * A function's whole environment: the program's, and what Lambda itself sets. Nothing of this process,
 * so that a variable that the program forgot is missing here too.
 *
 * Two things differ from AWS: the SDK is pointed at the local endpoint, and every variable named
 * `..._SECONDS` is divided by the speed, which makes thresholds and holding run as fast as the clock.
 */
export function lambdaEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { name, region, accessKey, memoryMegabytes, variables, speed, database } = options;
  const asksForDatabase = variables["DATABASE_PORT"] === String(options.databasePort);
  const fast = Object.entries(variables).map(([key, value]) => [
    key,
    key.endsWith("_SECONDS") ? String(Number(value) / speed) : value,
  ]);
  return {
    ...(Object.fromEntries(fast) as Record<string, string>),
    // RDS listens on the port that the program asks for; here it may be taken. (Another port is a
    // test's own: something between the function and the database.)
    ...(database && asksForDatabase ? { DATABASE_PORT: String(database.port) } : {}),
    ...(database ? { NODE_EXTRA_CA_CERTS: database.caFile } : {}),
    _HANDLER: options.handler,
    LAMBDA_TASK_ROOT: options.code,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    AWS_ENDPOINT_URL_EVENTBRIDGE: options.endpointUrl,
    TZ: ":UTC",
    PATH: process.env["PATH"] ?? "",
  };
}
