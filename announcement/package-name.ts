/** Python's `[^\w-]`, by which Quilt's packaging engine names packages: letters and digits of every script. */
const notInName = /[^\p{L}\p{N}_-]/gu;

/**
 * The name that Quilt's packaging engine gives to a package of a prefix, where nobody names it: the last
 * segment after the others, which are joined by `_`; `-` for every character that is no letter, no digit and
 * no `_` or `-`; `package/` before a prefix of one segment, and `package/null` for the bucket's root.
 * Different prefixes may have one name: `a?/b/` and `a!/b/` have `a-/b`.
 * Source: `infer_pkg_name_from_prefix` of quiltdata/quilt, lambdas/pkgpush.
 */
export function packageNameOf(prefix: string): string {
  const segments = prefix
    .split("/")
    .filter((segment) => segment !== "")
    .map((segment) => segment.replace(notInName, "-"));
  const last = segments.pop() ?? "null";
  return `${segments.join("_") || "package"}/${last}`;
}
