import { testServer } from "../../support/postgres";

/**
 * A quarter of what a db.t4g.small has, the component's default class, as RDS's own parameter group sets
 * it. Every contender runs on the same server.
 */
const sharedBuffers = "448MB";

/** The server of every section, with the memory that the deployed one has. */
export async function prepareServer(): Promise<void> {
  const server = await testServer();
  await server.query(`alter system set shared_buffers = '${sharedBuffers}'`);
  await server.stop();
  await server.start();
}
