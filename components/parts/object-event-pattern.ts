/** An account's default limit for a rule's pattern, in characters. */
const maxCharacters = 2048;

/**
 * The pattern of the object events of a bucket, less those whose key has one of the prefixes: what it
 * leaves out costs nothing past the rule. As many as fit, from the first on; ingest applies them all.
 *
 * One `anything-but` with a list: array values are OR'd, so two of them would exclude nothing.
 */
export function objectEventPattern(bucketName: string, prefixes: readonly string[]): string {
  const pattern = JSON.stringify({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: {
      bucket: { name: [bucketName] },
      object: { key: [{ "anything-but": { prefix: prefixes } }] },
    },
  });
  const fits = Buffer.byteLength(pattern) <= maxCharacters || prefixes.length <= 1;
  return fits ? pattern : objectEventPattern(bucketName, prefixes.slice(0, -1));
}
