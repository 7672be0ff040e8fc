import { randomUUID } from "node:crypto";
import { compilePattern, type Matcher } from "./pattern";

/** An event as EventBridge delivers it. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** Fills in what EventBridge fills in. */
export function busEvent(
  fields: Pick<BusEvent, "detail-type" | "source" | "detail"> & Partial<BusEvent>,
  place: { readonly account: string; readonly region: string },
): BusEvent {
  return {
    version: "0",
    id: fields.id ?? randomUUID(),
    "detail-type": fields["detail-type"],
    source: fields.source,
    account: fields.account ?? place.account,
    time: fields.time ?? `${new Date().toISOString().slice(0, 19)}Z`,
    region: fields.region ?? place.region,
    resources: fields.resources ?? [],
    detail: fields.detail,
  };
}

/** Where a rule sends its events. */
export interface Target {
  readonly arn: string;
  /** False: the target refused. */
  readonly deliver: (body: string) => boolean;
}

/** The body of a rule: a pattern or a schedule, and its targets. */
export class Rule {
  readonly name: string;
  readonly arn: string;
  readonly scheduleExpression: string | undefined;
  readonly eventPattern: string | undefined;
  /** As the metrics of AWS/Events count, since the start. */
  readonly counts = { triggered: 0, invocations: 0, failed: 0 };
  readonly #matches: Matcher;
  readonly #targets: Target[] = [];

  constructor(
    name: string,
    arn: string,
    { eventPattern, scheduleExpression }: { eventPattern?: string; scheduleExpression?: string },
  ) {
    this.name = name;
    this.arn = arn;
    this.scheduleExpression = scheduleExpression;
    this.eventPattern = eventPattern;
    this.#matches = eventPattern === undefined ? () => false : compilePattern(eventPattern);
  }

  get targets(): readonly Target[] {
    return this.#targets;
  }

  addTarget(target: Target): void {
    this.#targets.push(target);
  }

  matches(event: BusEvent): boolean {
    return this.#matches(event);
  }

  offer(event: BusEvent): void {
    if (this.matches(event)) this.send(event);
  }

  send(event: BusEvent): void {
    this.counts.triggered++;
    for (const target of this.#targets) {
      this.counts.invocations++;
      if (!target.deliver(JSON.stringify(event))) this.counts.failed++;
    }
  }
}

/** The body of an event bus. */
export class EventBus {
  readonly name: string;
  readonly arn: string;
  readonly #rules: Rule[] = [];

  constructor(name: string, arn: string) {
    this.name = name;
    this.arn = arn;
  }

  addRule(rule: Rule): void {
    this.#rules.push(rule);
  }

  get rules(): readonly Rule[] {
    return this.#rules;
  }

  put(event: BusEvent): void {
    for (const rule of this.#rules) rule.offer(event);
  }
}
