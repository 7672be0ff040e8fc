// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html

/** Until March 2018 there were such buckets in us-east-1. Who made one has it still. */
const general = /^[A-Za-z0-9][A-Za-z0-9._-]{2,254}$/;

/** Names that S3 takes and that are no bucket's whose events EventBridge gets. */
const others: readonly (readonly [form: RegExp, what: string])[] = [
  [/-s3alias$/, "the alias of an access point, which no event names"],
  [/--ol-s3$/, "the alias of an Object Lambda access point, which no event names"],
  [/\.mrap$/, "the alias of a Multi-Region Access Point, which no event names"],
  [/--xa?-s3$/, "a directory bucket, which sends no events"],
  [/--table-s3$/, "a table bucket, which sends no events"],
  [/^(xn--|sthree-|amzn-s3-demo-)/, "a name that S3 keeps for itself"],
  [/^\d+\.\d+\.\d+\.\d+$/, "an IP address"],
];

export function isBucketName(value: unknown): value is string {
  return typeof value === "string" && general.test(value) && otherThanBucket(value) === undefined;
}

/** What a name stands for instead of a bucket. */
export function otherThanBucket(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return others.find(([form]) => form.test(value))?.[1];
}

/** The bucket of an address or ARN. */
export function bucketOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const name = /^(?:s3:\/\/|arn:[a-z-]+:s3:::)([^/]+)/.exec(value)?.[1];
  return isBucketName(name) ? name : undefined;
}
