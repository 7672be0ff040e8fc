import * as aws from "@pulumi/aws";
import { EdpMonitor } from "edp-monitor";

const key = new aws.kms.Key("ledger", { enableKeyRotation: true });

export const monitor = new EdpMonitor(
  "instruments",
  { bucketName: "instrument-bucket" },
  {
    transforms: [
      ({ type, name, props, opts }) => {
        if (type === "aws:rds/instance:Instance") {
          return { props: { ...props, kmsKeyId: key.arn }, opts };
        }
        if (type === "aws:lambda/function:Function" && name === "instruments-ingest") {
          return { props: { ...props, memorySize: 1024 }, opts };
        }
        return undefined;
      },
    ],
  },
);
