// The migrations, in order. Append only: a bundle has no folder to read them from, and what has run
// somewhere is history. A migration expands; what it makes superfluous goes a release later, because
// the Lambdas of the old version meet the new schema while a deployment runs.
import type { Migration } from "kysely/migration";
import * as createTables from "./0001_create_tables";

export const migrations: Record<string, Migration> = {
  "0001_create_tables": createTables,
};
