/**
 * The first `depth` directory segments of a key, with a closing `/`: depth 2 of `a/b/c/d.txt` is
 * `a/b/`. A key with fewer belongs to the directory it has: depth 2 of `a/x.txt` is `a/`, of `x.txt`
 * the empty prefix. Keys are taken as they are: EventBridge does not URL-encode them, so a `+` or a
 * `%20` is a part of the name, and an empty segment (`a//b`) is a segment.
 */
export function prefixOf(key: string, depth: number): string {
  let end = 0;
  for (let segment = 0; segment < depth; segment++) {
    const slash = key.indexOf("/", end);
    if (slash === -1) break;
    end = slash + 1;
  }
  return key.slice(0, end);
}
