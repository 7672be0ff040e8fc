/** A list price of AWS, us-east-1, on demand, without free tiers. */
export interface Price {
  readonly what: string;
  readonly dollars: number;
  readonly unit: string;
  readonly source: string;
}

/** When the prices were looked up. */
export const pricesOf = "2026-11-24";

export const prices = {
  eventBridge: {
    // S3's events are opt-in events; the events that AWS services send by themselves are free.
    what: "EventBridge, object events of S3 on the default bus",
    dollars: 1,
    unit: "million events",
    source: "https://aws.amazon.com/eventbridge/pricing/",
  },
  putEvents: {
    what: "EventBridge, events put by ourselves",
    dollars: 1,
    unit: "million events",
    source: "https://aws.amazon.com/eventbridge/pricing/",
  },
  sqs: {
    what: "SQS, standard queue",
    dollars: 0.4,
    unit: "million requests",
    source: "https://aws.amazon.com/sqs/pricing/",
  },
  lambdaRequests: {
    what: "Lambda, requests",
    dollars: 0.2,
    unit: "million requests",
    source: "https://aws.amazon.com/lambda/pricing/",
  },
  lambdaDuration: {
    what: "Lambda, Arm",
    dollars: 0.0000133334,
    unit: "GB-second",
    source: "https://aws.amazon.com/lambda/pricing/",
  },
  logs: {
    what: "CloudWatch Logs, ingestion",
    dollars: 0.5,
    unit: "GB",
    source: "https://aws.amazon.com/cloudwatch/pricing/",
  },
  metric: {
    what: "CloudWatch, a metric of one's own",
    dollars: 0.3,
    unit: "metric-month",
    source: "https://aws.amazon.com/cloudwatch/pricing/",
  },
  alarm: {
    what: "CloudWatch, alarm at standard resolution",
    dollars: 0.1,
    unit: "alarm-month",
    source: "https://aws.amazon.com/cloudwatch/pricing/",
  },
  dashboard: {
    what: "CloudWatch, dashboard",
    dollars: 3,
    unit: "dashboard-month",
    source: "https://aws.amazon.com/cloudwatch/pricing/",
  },
  storage: {
    what: "RDS PostgreSQL, gp3 storage, single zone",
    dollars: 0.115,
    unit: "GB-month",
    source: "https://aws.amazon.com/rds/postgresql/pricing/",
  },
  endpoint: {
    what: "Interface endpoint",
    dollars: 0.01,
    unit: "hour and zone",
    source: "https://aws.amazon.com/privatelink/pricing/",
  },
} as const satisfies Record<string, Price>;

/** A class of database, single zone. */
export interface DatabaseClass {
  readonly name: string;
  readonly vCpus: number;
  /** Share of its virtual CPUs that a burstable class has for good; 1 for the others. */
  readonly baseline: number;
  readonly gib: number;
  readonly dollarsPerHour: number;
}

const rdsSource = "https://aws.amazon.com/rds/postgresql/pricing/";
/** Baselines of the burstable classes: EC2's user guide, "Burstable performance instances". */
export const baselineSource =
  "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html";
export const databaseClassSource = rdsSource;

export const databaseClasses: readonly DatabaseClass[] = [
  { name: "db.t4g.small", vCpus: 2, baseline: 0.2, gib: 2, dollarsPerHour: 0.032 },
  { name: "db.t4g.medium", vCpus: 2, baseline: 0.2, gib: 4, dollarsPerHour: 0.065 },
  { name: "db.t4g.large", vCpus: 2, baseline: 0.3, gib: 8, dollarsPerHour: 0.129 },
  { name: "db.m7g.large", vCpus: 2, baseline: 1, gib: 8, dollarsPerHour: 0.168 },
  { name: "db.m7g.xlarge", vCpus: 4, baseline: 1, gib: 16, dollarsPerHour: 0.337 },
];
