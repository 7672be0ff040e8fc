import { batchSizes, capacityOf, perMillion, perMonth, total, type Measured } from "./model";
import { baselineSource, databaseClasses, databaseClassSource, prices, pricesOf } from "./prices";

const dollars = (value: number) => `$${value.toFixed(2)}`;
const whole = (value: number) => Number(value.toPrecision(2)).toLocaleString("en-US");
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map((_, i) => (i === 0 ? "---" : "--:")), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");

/** `docs/cost.md`: a model of the bill, from what the bench has measured and AWS's list prices. */
export function costPage(measured: Measured): string {
  return [
    "# What it costs",
    "<!-- Made by npm run bench -- --write, with the model in bench/cost. -->",
    `A model, not a bill: list prices of us-east-1 of ${pricesOf}, without free tiers and discounts; ` +
      "durations from [the bench](performance.md). Your own calculator has the last word.",
    "## Per million object events",
    perMillionTable(measured),
    "One Lambda per event is invoked by EventBridge and needs no queue. With a queue, every message is sent " +
      "once, and Lambda's poller receives and deletes ten a request, however many an invocation gets.",
    `**Batching hardly changes AWS's fees**: batches of 1,000 cost ${dollars(Math.abs(saved(measured)))} per million ` +
      `${saved(measured) > 0 ? "less" : "more"} than one Lambda per event. What it saves is ` +
      "commits, a thousand times fewer, and connections: four containers instead of hundreds at a time. " +
      "That is what decides how large the database has to be.",
    "## Per month, whether object events come or not",
    perMonthTable(),
    "The database and the endpoint are the bill of a quiet bucket. In a VPC of your own that has an " +
      "endpoint for `events`, none is made, and monitors of several buckets can share one VPC. The emitter sleeps while no " +
      "batch is open.",
    "## What size of database carries what",
    capacityTable(measured),
    "The bench's rate of two cores, by virtual CPU and its baseline, at half of the CPU; for bursts the " +
      "burstable classes have all of it while their credits last. The queue takes what comes faster: object events " +
      `then wait, and none is lost. The ledger's size is for 30 days at that rate without a pause; ` +
      `${whole(measured.bytesPerEvent)} bytes an object event, ${whole(measured.bytesPerOverwrite)} one that ` +
      "overwrites a file. A prefix takes " +
      `${whole(measured.bytesPerPrefix)} bytes until it has been idle for as long as the ledger remembers: ` +
      `${whole(measured.bytesPerPrefix / 1000)} GB for a million of them.`,
    `Sources: [RDS](${databaseClassSource}), [baselines](${baselineSource}).`,
    "## Prices",
    priceTable(),
    "",
  ].join("\n\n");
}

function perMillionTable(measured: Measured): string {
  const bills = batchSizes.map((size) => perMillion(size, measured));
  const head = [
    "",
    "one Lambda per event",
    ...batchSizes.slice(1).map((size) => `batches of ${size.toLocaleString("en-US")}`),
  ];
  const rows = Object.keys(bills[0]!).map((what) => [
    what,
    ...bills.map((bill) => dollars(bill[what]!)),
  ]);
  const commits = batchSizes.map((size) => (1_000_000 / size).toLocaleString("en-US"));
  return table(head, [
    ...rows,
    ["**together**", ...bills.map((bill) => `**${dollars(total(bill))}**`)],
    ["commits", ...commits],
  ]);
}

function saved(measured: Measured): number {
  return total(perMillion(1, measured)) - total(perMillion(1000, measured));
}

function perMonthTable(): string {
  const bill = perMonth();
  return table(
    ["", "per month"],
    [
      ...Object.entries(bill).map(([what, value]) => [what, dollars(value)]),
      ["**together**", `**${dollars(total(bill))}**`],
    ],
  );
}

function capacityTable(measured: Measured): string {
  const rows = databaseClasses.map((databaseClass) => {
    const { name, dollarsPerHour } = databaseClass;
    const one = capacityOf(databaseClass, 1, measured);
    const thousand = capacityOf(databaseClass, 1000, measured);
    return [
      name,
      dollars(dollarsPerHour * 730),
      `${whole(one.eventsPerSecond)} /s`,
      `${whole(thousand.eventsPerSecond)} /s`,
      `${whole(thousand.eventsPerMonth / 1e6)} million`,
      `${whole(thousand.ledgerGb)} GB`,
    ];
  });
  return table(
    [
      "class",
      "per month",
      "one by one",
      "batches of 1,000",
      "that is, a month",
      "ledger of 30 days",
    ],
    rows,
  );
}

function priceTable(): string {
  return table(
    ["what", "price", "source"],
    Object.values(prices).map(({ what, dollars: price, unit, source }) => [
      what,
      `$${price} per ${unit}`,
      `<${source}>`,
    ]),
  );
}
