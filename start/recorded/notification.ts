/**
 * The event that EventBridge has for a record of S3's own notifications, whose keys are encoded as in a
 * form; undefined when it is none:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function fromNotification(record: Record<string, unknown>): object | undefined {
  const { eventName, eventTime, awsRegion, s3, requestParameters } =
    record as Partial<Notification>;
  if (typeof eventName !== "string" || s3?.object?.key === undefined) return undefined;
  const [kind, way = ""] = eventName.replace(/^s3:/, "").split(":");
  const { key, size, eTag, sequencer, versionId } = s3.object;
  return {
    source: "aws.s3",
    "detail-type": detailTypes[kind!] ?? kind,
    ...(awsRegion === undefined ? {} : { region: awsRegion }),
    ...(eventTime === undefined ? {} : { time: eventTime }),
    resources: [s3.bucket?.arn ?? `arn:aws:s3:::${s3.bucket?.name ?? ""}`],
    detail: {
      version: "0",
      bucket: { name: s3.bucket?.name },
      object: { key: decoded(key), size, etag: eTag, sequencer, "version-id": versionId },
      "source-ip-address": requestParameters?.sourceIPAddress,
      reason: reasons[way] ?? way,
    },
  };
}

interface Notification {
  readonly eventName: string;
  readonly eventTime: string;
  readonly awsRegion: string;
  readonly requestParameters: { readonly sourceIPAddress?: string };
  readonly s3: {
    readonly bucket?: { readonly name?: string; readonly arn?: string };
    readonly object?: {
      readonly key: string;
      readonly size?: number;
      readonly eTag?: string;
      readonly sequencer?: string;
      readonly versionId?: string;
    };
  };
}

const detailTypes: Record<string, string> = {
  ObjectCreated: "Object Created",
  ObjectRemoved: "Object Deleted",
};

const reasons: Record<string, string> = {
  Put: "PutObject",
  Post: "POST Object",
  Copy: "CopyObject",
};

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return key; // none of S3's: as it is
  }
}
