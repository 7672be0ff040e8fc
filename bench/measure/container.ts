import * as path from "node:path";
import { databaseName, runtimeRole } from "../../functions/contract";
import { Container } from "../../local/lambda/container";
import { lambdaEnvironment } from "../../local/lambda/environment";
import { testServer } from "../../support/postgres";
import { benchBucket } from "../contenders/messages";

const dist = path.resolve(__dirname, "../../dist/functions");
export const bundles = ["ingest", "emitter", "migration"] as const;
export type BundleName = (typeof bundles)[number];

export function bundleFolder(name: BundleName): string {
  return path.join(dist, name);
}

/** What the component and Lambda give a function, for this machine. */
export async function environmentOf(
  name: BundleName,
  {
    database = databaseName,
    endpointUrl = "http://127.0.0.1:9",
    ...variables
  }: Record<string, string>,
): Promise<Record<string, string>> {
  const server = await testServer();
  return lambdaEnvironment({
    name,
    region: "eu-west-1",
    accessKey: "bench",
    code: bundleFolder(name),
    handler: "index.handler",
    memoryMegabytes: 512,
    speed: 1,
    endpointUrl,
    database: server,
    variables: {
      DATABASE_HOST: server.host,
      DATABASE_PORT: String(server.port),
      DATABASE_NAME: database,
      DATABASE_USER: runtimeRole,
      BUCKET_NAME: benchBucket,
      BUCKET_IGNORE_PREFIXES: "",
      BUCKET_PREFIX_DEPTH: "2",
      THRESHOLD_EVENT_COUNT: "20",
      THRESHOLD_DURATION_SECONDS: "300",
      HEARTBEAT_PERIOD_SECONDS: "60",
      HEARTBEAT_MISSING_AFTER_SECONDS: "120",
      HOLD_AFTER_TROUBLE_SECONDS: "60",
      HOLD_LIMIT_SECONDS: "3600",
      LEDGER_RETENTION_DAYS: "30",
      OBJECT_QUEUE_ARN: "arn:aws:sqs:eu-west-1:111122223333:objects",
      EVENT_BUS_ARN: "arn:aws:events:eu-west-1:111122223333:event-bus/edp",
      PARTITION: "aws",
      ...variables,
    },
  });
}

/** A bundle in a process like Lambda's. */
export async function startContainer(
  name: BundleName,
  variables: Record<string, string>,
  { memoryMegabytes, timeoutSeconds }: { memoryMegabytes: number; timeoutSeconds: number },
): Promise<Container> {
  return new Container({
    name,
    code: bundleFolder(name),
    memoryMegabytes,
    timeoutSeconds,
    environment: await environmentOf(name, variables),
    onLine: () => undefined,
  });
}
