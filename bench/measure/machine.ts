import * as os from "node:os";
import { testServer } from "../../support/postgres";

/** Where and with what the figures were measured. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  /** With the settings that decide what a commit costs. */
  readonly postgres: string;
}

export async function describeMachine(now: Date): Promise<Machine> {
  const server = await testServer();
  const setting = async (name: string) =>
    String((await server.query(`select current_setting($1) as value`, [name]))[0]!["value"]);
  const settings = ["fsync", "synchronous_commit", "shared_buffers"].map(
    async (name) => `${name} ${await setting(name)}`,
  );
  return {
    date: now.toISOString().slice(0, 10),
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    postgres: [await setting("server_version"), ...(await Promise.all(settings))].join(", "),
  };
}
