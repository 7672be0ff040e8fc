import type { Environment } from "./environment";

/** Where the database is and who logs in; how (IAM token or password) is the caller's matter. */
export interface DatabaseAccess {
  readonly host: string;
  readonly port: number;
  /** Name of the database inside the server. */
  readonly database: string;
  readonly user: string;
}

/** The role that ingest and emitter log in as, with IAM tokens; made by the migration. */
export const runtimeRole = "edp_runtime";

/** The database of the product inside its server; no user can choose it. */
export const databaseName = "edp";

/** The access record as a Lambda's environment variables. */
export function databaseAccessToEnvironment(access: DatabaseAccess): Record<string, string> {
  return {
    DATABASE_HOST: access.host,
    DATABASE_PORT: String(access.port),
    DATABASE_NAME: access.database,
    DATABASE_USER: access.user,
  };
}

/** The way back. Throws by name when a variable is missing. */
export function databaseAccessFromEnvironment(environment: Environment): DatabaseAccess {
  return {
    host: environment.string("DATABASE_HOST"),
    port: environment.number("DATABASE_PORT"),
    database: environment.string("DATABASE_NAME"),
    user: environment.string("DATABASE_USER"),
  };
}
