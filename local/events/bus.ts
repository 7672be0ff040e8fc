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

/** Where a rule sends its events. Rejects when the target refuses. */
export interface Target {
  readonly arn: string;
  readonly deliver: (body: string) => void;
}

/** The body of a rule: a pattern or a schedule, and its targets. */
export class Rule {
  readonly name: string;
  readonly arn: string;
  readonly scheduleExpression: string | undefined;
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
    this.#matches = eventPattern === undefined ? () => false : compilePattern(eventPattern);
  }

  get targets(): readonly Target[] {
    return this.#targets;
  }

  addTarget(target: Target): void {
    this.#targets.push(target);
  }

  offer(event: BusEvent): void {
    if (this.#matches(event)) this.send(event);
  }

  send(event: BusEvent): void {
    for (const target of this.#targets) target.deliver(JSON.stringify(event));
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
