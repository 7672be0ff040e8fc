// The stack without AWS: `npm start`.
import { setTimeout as sleep } from "node:timers/promises";
import { parseOptions, usage, UsageError } from "./options";
import { run } from "./run";
import { Output, Stop } from "./terminal";

/** The Lambdas ask it for the machine's certificates: https://nodejs.org/api/tls.html#tlsgetcacertificatestype */
const minNode = { major: 22, minor: 15 };

const signalMs = 250;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < minNode.major || (major === minNode.major && minor < minNode.minor)) {
    throw new UsageError(
      `Node.js ${process.versions.node} is too old: npm ci brings one that is not, unless its install ` +
        `scripts are switched off; or install ${minNode.major}.${minNode.minor} or later yourself`,
    );
  }
  const output = new Output(options);
  const stop = new Stop(() => {
    output.line();
    output.line("Shutting down. Ctrl-C once more ends immediately.");
  });
  try {
    return await run(options, output, stop);
  } catch (error) {
    // What is cut off in the middle of its start fails in many words; the terminal's signal may reach what
    // we have started before it reaches us.
    await Promise.race([stop.asked, sleep(signalMs)]);
    if (stop.isAsked) return 0;
    throw error;
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isUsage = error instanceof UsageError;
    const message = error instanceof Error ? error.message : String(error);
    console.error(isUsage ? message : `EDP Monitor did not start:\n${message}`);
    process.exitCode = isUsage ? 2 : 1;
  },
);
