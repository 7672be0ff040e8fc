import type { Command } from "./history";
import type { Failure } from "./run";

/** What a person needs who looks at a failed history. */
export function report({ seed, error, history }: Failure): string {
  const { setting, commands } = history;
  return [
    `seed ${seed} failed: ${error}`,
    "",
    "the shortest history found:",
    `  ${JSON.stringify(setting)}`,
    ...commands.map((command, index) => `  ${index + 1}. ${line(command)}`),
    "",
    `again: npm run simulate -- --runs 1 --seed ${seed}`,
  ].join("\n");
}

function line(command: Command): string {
  const { do: what, ...details } = command;
  const fields = Object.entries(details).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [what, ...fields].join(", ");
}
