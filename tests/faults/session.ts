import * as fs from "node:fs";
import { Client } from "pg";
import type { TestStack } from "../../support/local-stack";

/** Does something in a session of the superuser, in the product's database. */
export async function asSuperuser<T>(
  { stack }: TestStack,
  work: (session: Client) => Promise<T>,
): Promise<T> {
  const { superuser, port, caFile } = stack.database;
  const session = new Client({
    ...superuser,
    host: "127.0.0.1",
    port,
    database: "edp",
    ssl: { ca: fs.readFileSync(caFile, "utf8") },
  });
  await session.connect();
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}
