import { expect } from "chai";
import { announcementOf, wakeEntry, wakePattern } from "../../../functions/contract";
import { testBatch } from "../../support/announcements";

describe("announcementOf", () => {
  it("is the live contract", () => {
    const { Detail, ...envelope } = announcementOf(testBatch, "aws");

    expect(envelope).to.deep.equal({
      Source: "com.quiltdata.edp",
      DetailType: "package-objects-ready",
      Time: new Date("2026-11-23T10:15:30.123Z"),
      Resources: ["arn:aws:s3:::instrument-bucket"],
    });
    expect(Detail).to.equal(
      '{"version":"0.1","bucket":"instrument-bucket","prefix":"instrument-name/experiment-id/",' +
        '"prefixUri":"s3://instrument-bucket/instrument-name/experiment-id/",' +
        '"packageName":"instrument-name/experiment-id",' +
        '"batchId":"01970000-0000-7000-8000-000000000000","sequence":3,"trigger":"event-count",' +
        '"held":false,"fileCount":24,"eventCount":26,"totalBytes":73400320,' +
        '"firstEventTime":"2026-11-23T10:11:02Z","lastEventTime":"2026-11-23T10:15:29Z"}',
    );
  });

  it("uses the stack's partition", () => {
    expect(announcementOf(testBatch, "aws-cn").Resources).to.deep.equal([
      "arn:aws-cn:s3:::instrument-bucket",
    ]);
  });
});

describe("wake event", () => {
  it("is matched by the pattern of its own monitor", () => {
    const arn = "arn:aws:sqs:eu-west-1:111122223333:objects";
    expect(wakeEntry(arn)).to.deep.equal({
      Source: "edp-monitor",
      DetailType: "batches-waiting",
      Resources: [arn],
      Detail: "{}",
    });
    expect(wakePattern(arn)).to.deep.equal({
      source: ["edp-monitor"],
      "detail-type": ["batches-waiting"],
      resources: [arn],
    });
  });
});
