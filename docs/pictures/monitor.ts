import { alarmSpecs } from "../../components/watching/alarm-specs";

const deadLetterQueues = ["dead-letters", "undelivered-object-events", "undelivered-announcements"];
const rules = ["object-events", "heartbeat", "emitter-schedule", "emitter-wake", "package-events"];

const watched = {
  bucketName: "instrument-bucket",
  rules: rules.map((id) => ({
    id,
    name: `edp-${id}`,
    hasDeadLetters: !id.startsWith("emitter"),
    busName: id === "package-events" ? "edp" : undefined,
  })),
  queueName: "edp-object-events",
  deadLetterQueues: deadLetterQueues.map((id) => ({ id, name: `edp-${id}` })),
  functions: ["ingest", "emitter"].map((id) => ({
    id,
    name: `edp-${id}`,
    logGroupName: `edp-${id}`,
    startedBy: `edp-${id}`,
  })),
  databaseId: "edp-database",
  instanceClass: "db.t4g.small",
  topicName: "edp-package-events",
};

/** A monitor with every name known, as a dashboard is made of it. */
export const exampleMonitor = {
  region: "eu-west-1",
  watched,
  alarmArns: alarmSpecs(watched).map(
    ({ id }) => `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:edp-alarms-${id}`,
  ),
};
