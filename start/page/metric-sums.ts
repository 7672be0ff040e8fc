import { metrics, type MetricName } from "../../functions/contract";
import { fieldsOf } from "../../local/log";

/** Adds up the metrics that the Lambdas' log lines carry; a gauge keeps its last value. */
export class MetricSums {
  readonly #values = new Map<MetricName, number>();

  /** Reads a line of a log; most have no metrics. */
  add(text: string): void {
    if (!text.includes('"_aws"')) return;
    const line = fieldsOf(text) ?? {};
    for (const name of Object.keys(metrics) as MetricName[]) {
      const value = line[name];
      if (typeof value !== "number") continue;
      this.#values.set(name, isGauge(name) ? value : this.get(name) + value);
    }
  }

  get(name: MetricName): number {
    return this.#values.get(name) ?? 0;
  }
}

const gauges: readonly MetricName[] = [
  "HeartbeatAge",
  "LedgerRows",
  "OldestUnpublishedAge",
  "OpenPrefixes",
  "UnpublishedBatches",
];

function isGauge(name: MetricName): boolean {
  return gauges.includes(name);
}
