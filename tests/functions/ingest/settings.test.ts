import { expect } from "chai";
import { settingsFromEnvironment } from "../../../functions/ingest/settings";

describe("ingest settings", () => {
  const variables = {
    DATABASE_HOST: "h",
    DATABASE_PORT: "5432",
    DATABASE_NAME: "edp",
    DATABASE_USER: "edp_runtime",
    BUCKET_NAME: "b",
    BUCKET_IGNORE_PREFIXES: "",
    BUCKET_PREFIX_DEPTH: "0",
    THRESHOLD_EVENT_COUNT: "20",
    THRESHOLD_DURATION_SECONDS: "300",
    LEDGER_RETENTION_DAYS: "30",
    OBJECT_QUEUE_ARN: "arn:q",
  };

  it("are read from the environment, each failing by name", () => {
    const read = settingsFromEnvironment(variables);
    expect(read).to.deep.equal({
      ignorePatterns: read.ignorePatterns,
      access: { host: "h", port: 5432, database: "edp", user: "edp_runtime" },
      bucket: "b",
      prefixDepth: 0,
      eventCount: 20,
      retentionDays: 30,
      objectQueueArn: "arn:q",
    });
    for (const name of Object.keys(variables)) {
      expect(() => settingsFromEnvironment({ ...variables, [name]: undefined })).to.throw(
        `environment variable ${name} is missing`,
      );
    }
  });
});
