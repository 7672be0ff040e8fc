import { metrics, type MetricName } from "../../functions/contract";

/** Adds up the metrics that the Lambdas' log lines carry; a gauge keeps its last value. */
export class MetricSums {
  readonly #values = new Map<MetricName, number>();

  /** Whether the line is one of metrics. */
  add(text: string): boolean {
    if (!text.includes('"_aws"')) return false;
    const line = JSON.parse(text) as Record<string, unknown>;
    for (const name of Object.keys(metrics) as MetricName[]) {
      const value = line[name];
      if (typeof value !== "number") continue;
      this.#values.set(name, isGauge(name) ? value : this.get(name) + value);
    }
    return true;
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
