/** How the migrations of a version stand to those that have run on a database. */
export type History =
  /** The database has the first of the version's, or all of them: what is left can run. */
  | { readonly kind: "to-run" }
  /** The version is an older one: all it has did run, and after it what it does not know. */
  | { readonly kind: "older"; readonly newer: string[] }
  /** Neither list is the beginning of the other. */
  | { readonly kind: "split"; readonly unknown: string[]; readonly missing: string[] };

/** Compares only names: migrations are numbered, and run in that order. */
export function compareHistory(known: readonly string[], run: readonly string[]): History {
  const ours = known.toSorted();
  const theirs = run.toSorted();
  if (beginsWith(ours, theirs)) return { kind: "to-run" };
  if (beginsWith(theirs, ours)) return { kind: "older", newer: theirs.slice(ours.length) };
  return {
    kind: "split",
    unknown: theirs.filter((name) => !ours.includes(name)),
    missing: ours.filter((name) => !theirs.includes(name)),
  };
}

/** Says what is wrong, and what may be deployed instead. */
export function splitHistory({ unknown, missing }: History & { kind: "split" }): Error {
  const differences = [
    unknown.length > 0 && `the database has ${unknown.join(", ")}, unknown to this version`,
    missing.length > 0 && `this version has ${missing.join(", ")}, which did not run in its turn`,
  ].filter((difference) => difference !== false);
  return new Error(
    `this version's migrations and the database's have split: ${differences.join("; ")}; ` +
      "one list has to be the beginning of the other; nothing was changed: " +
      "deploy the version that was deployed last, or one that follows it",
  );
}

function beginsWith(list: readonly string[], start: readonly string[]): boolean {
  return start.every((name, i) => list[i] === name);
}
