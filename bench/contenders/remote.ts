import { fork, type ChildProcess } from "node:child_process";
import * as path from "node:path";
import type {
  ContenderAccess,
  ContenderName,
  Request,
  Response,
  RunResult,
  Workload,
} from "./contender";
import { benchBucket } from "./messages";

const main = path.join(__dirname, "process.ts");

/** The other end of a contender's process. */
export class Remote {
  readonly #name: string;
  readonly #process: ChildProcess;

  constructor(name: ContenderName, access: ContenderAccess) {
    this.#name = name;
    this.#process = fork(main, [name, JSON.stringify(access)], {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, ...ingestEnvironment(access) },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
  }

  async prepare(workload: Workload): Promise<void> {
    await this.#ask({ prepare: workload });
  }

  async run(): Promise<RunResult> {
    const answer = await this.#ask({ run: true });
    if (!("result" in answer)) throw new Error(`${this.#name} answered without a result`);
    return answer.result;
  }

  end(): void {
    this.#process.disconnect();
  }

  #ask(request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`${this.#name} ended with ${code}`));
      this.#process.once("exit", ended);
      this.#process.once("message", (response: Response) => {
        this.#process.off("exit", ended);
        if ("error" in response) reject(new Error(`${this.#name}: ${response.error}`));
        else resolve(response);
      });
      this.#process.send(request);
    });
  }
}

/** What the component gives the ingest Lambda, for this machine. */
export function ingestEnvironment(access: ContenderAccess): Record<string, string> {
  return {
    DATABASE_HOST: access.host,
    DATABASE_PORT: String(access.port),
    DATABASE_NAME: access.database,
    DATABASE_USER: access.user,
    NODE_EXTRA_CA_CERTS: access.caFile,
    BUCKET_NAME: benchBucket,
    BUCKET_IGNORE_PREFIXES: "",
    BUCKET_PREFIX_DEPTH: "2",
    THRESHOLD_EVENT_COUNT: String(access.eventCount),
    THRESHOLD_DURATION_SECONDS: "300",
    LEDGER_RETENTION_DAYS: "30",
    OBJECT_QUEUE_ARN: "arn:aws:sqs:eu-west-1:111122223333:objects",
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
  };
}
