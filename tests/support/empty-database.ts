import type { Kysely } from "kysely";
import { master, open, testDatabase, testServer, type TestDatabase } from "../../support/postgres";

/** For every test of a suite a database without a schema, and sessions of its master user. */
export function emptyDatabase() {
  let test: TestDatabase;
  let sessions: Kysely<unknown>[];
  beforeEach(async () => {
    test = await testDatabase({ migrated: false });
    sessions = [];
  });
  afterEach(async () => {
    await Promise.all(sessions.map((db) => db.destroy()));
    await test.drop();
  });
  return {
    get name() {
      return test.name;
    },
    query: (text: string, values?: unknown[]) => test.query(text, values),
    session: async () => {
      const db = open<unknown>(await testServer(), test.name, master);
      sessions.push(db);
      return db;
    },
  };
}
