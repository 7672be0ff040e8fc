/**
 * `s3://bucket/prefix` as a URI, for what parses one: quilt3 and Quilt's packaging engine cut a plain one off
 * at `?` and `#`, and decode its `%`. Everything but letters, digits, `/` and `_.-~` of ASCII is encoded,
 * so it can stand in any JSON, shell or template as it is.
 */
export function prefixUriOf(bucket: string, prefix: string): string {
  const path = prefix.toWellFormed().split("/").map(encode).join("/");
  return `s3://${bucket}/${path}`;
}

function encode(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
