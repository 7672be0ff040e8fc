import { setTimeout as sleep } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import { sql, type Kysely } from "kysely";
import { migrations } from "../../migrations";
import { databaseAccessFromEnvironment, environmentOf, type MigrationResult } from "../contract";
import { connectTo, iamToken, type Connection } from "../database";
import { withCauses } from "./causes";
import { canLogInLater, isPasswordRefused } from "./login";
import { prepareDatabase } from "./prepare-database";
import { migrationRequestOf } from "./request";

const access = databaseAccessFromEnvironment(environmentOf(process.env));
const logger = new Logger({ serviceName: "migration" });

/** How long a new database may take to accept the login. */
const loginPatienceMs = 60_000;
/** A migration may take long; Lambda's own timeout ends it. */
const noTimeout = { queryTimeoutMs: 0 };

/** Brings the database up to date. Throws when it could not: the deployment fails with the reason. */
export async function handler(input: unknown, context: Context): Promise<MigrationResult> {
  logger.addContext(context);
  const request = migrationRequestOf(input);
  const connection = await logIn(request.masterPassword);
  try {
    // Once: its session is seconds old, and a migration that failed would take as long to fail again.
    const result = await connection.withSession((db) =>
      prepareDatabase(db as unknown as Kysely<unknown>, migrations, request.runtimeRole),
    );
    logResult(result, request.runtimeRole);
    return result;
  } catch (error) {
    throw withCauses(error);
  } finally {
    connection.close();
  }
}

function logResult(result: MigrationResult, runtimeRole: string): void {
  logger.info("migrated", { ...result, runtimeRole });
  if (result.newerMigrations.length > 0) {
    logger.warn("database is ahead of this version; its schema was left as it is", {
      newerMigrations: result.newerMigrations,
    });
  }
}

/**
 * Logs in as the master user: with its password, or, should somebody have made it a member of
 * rds_iam, with an IAM token.
 */
async function logIn(masterPassword: string): Promise<Connection> {
  const until = Date.now() + loginPatienceMs;
  const byPassword = connectTo(access, masterPassword, noTimeout);
  const byToken = connectTo(access, iamToken(access), noTimeout);
  for (let connection = byPassword; ;) {
    try {
      await connection.withSession((db) => sql`select 1`.execute(db));
      return connection;
    } catch (error) {
      connection.close();
      if (!canLogInLater(error) || Date.now() > until) throw withCauses(error);
      logger.info("database does not accept the login yet", { error: String(error) });
      if (isPasswordRefused(error)) connection = connection === byPassword ? byToken : byPassword;
    }
    await sleep(1_000);
  }
}
