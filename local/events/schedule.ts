import * as fs from "node:fs";
import { busEvent, type Rule } from "./bus";

const unitSeconds: Record<string, number> = { minute: 60, hour: 3600, day: 86_400 };
const daySeconds = 86_400;

/** The period of a `rate(...)` expression, in seconds. Throws on anything else. */
export function ratePeriod(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined || unit === undefined || Number(count) === 0) {
    throw new Error(
      `schedule is ${JSON.stringify(expression)}, which the local stack does not know: allowed is rate(1 minute) and the like`,
    );
  }
  return Number(count) * unitSeconds[unit]!;
}

export interface ScheduleOptions {
  readonly speed: number;
  readonly place: { readonly account: string; readonly region: string };
  /** Remembers when the rule last fired, across runs; none: nothing is made up for. */
  readonly memoryFile?: string;
}

/**
 * Fires a rule now and then once a period. What a run that ended has missed is made up for, up to a
 * day, as it would have waited in the queue: the heartbeat must not show a gap where nobody slept. A
 * rule that starts a Lambda makes up for nothing: that would start one for every minute of a day.
 */
export class Schedule {
  readonly #rule: Rule;
  readonly #options: ScheduleOptions;
  readonly #periodMs: number;
  #timer: NodeJS.Timeout | undefined;
  #next = 0;

  constructor(rule: Rule, options: ScheduleOptions) {
    this.#rule = rule;
    this.#options = options;
    this.#periodMs = (ratePeriod(rule.scheduleExpression ?? "") * 1000) / options.speed;
  }

  start(): void {
    const now = Date.now();
    const last = this.#remembered();
    this.#next = now;
    if (last !== undefined) {
      const oldest = now - (daySeconds * 1000) / this.#options.speed;
      const missed = Math.ceil((Math.max(last, oldest) - last) / this.#periodMs);
      this.#next = last + Math.max(1, missed) * this.#periodMs;
    }
    this.#fireDue();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #fireDue(): void {
    for (; this.#next <= Date.now(); this.#next += this.#periodMs) this.#fire(this.#next);
    this.#timer = setTimeout(() => this.#fireDue(), this.#next - Date.now());
  }

  #fire(at: number): void {
    const { speed, place, memoryFile } = this.#options;
    const iso = new Date(at).toISOString();
    this.#rule.send(
      busEvent(
        {
          source: "aws.events",
          "detail-type": "Scheduled Event",
          detail: {},
          resources: [this.#rule.arn],
          // EventBridge says whole seconds; a fast clock would make two beats one.
          time: speed === 1 ? `${iso.slice(0, 19)}Z` : iso,
        },
        place,
      ),
    );
    if (memoryFile !== undefined) fs.writeFileSync(memoryFile, String(at));
  }

  #remembered(): number | undefined {
    const { memoryFile } = this.#options;
    if (memoryFile === undefined || !fs.existsSync(memoryFile)) return undefined;
    if (!this.#rule.targets.every(({ arn }) => isQueue(arn))) return undefined;
    const last = Number(fs.readFileSync(memoryFile, "utf8"));
    return last > 0 && last <= Date.now() ? last : undefined;
  }
}

function isQueue(arn: string): boolean {
  return arn.split(":")[2] === "sqs";
}
