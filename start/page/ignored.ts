import { parseIgnorePatterns } from "../../functions/contract";
import { accountId } from "../../local/account";
import { Rule, type BusEvent } from "../../local/events/bus";
import { objectCreated } from "../../local/object-created";
import type { LocalStack } from "../../local/stack";
import type { Uploaded } from "./messages";
import { stationsOf } from "./stations";

/** What the program's pattern of object events has, as far as it is about whose events they are. */
interface ObjectPattern {
  readonly source: unknown;
  readonly "detail-type": unknown;
  readonly detail: { readonly bucket: unknown };
}

/** Counts the object events of the bucket from now on, whatever their keys: a rule without targets. */
export function everyObjectEvent(stack: LocalStack): Rule {
  const { name, arn, eventPattern } = stationsOf(stack).rule;
  const { source, "detail-type": type, detail } = JSON.parse(eventPattern!) as ObjectPattern;
  const rule = new Rule(`${name}-all`, `${arn}-all`, {
    eventPattern: JSON.stringify({
      source,
      "detail-type": type,
      detail: { bucket: detail.bucket },
    }),
  });
  stack.defaultBus.addRule(rule);
  return rule;
}

/** Who leaves the object event of a key out: the rule, by its pattern; ingest, by what it was told. */
export function ignoredBy(stack: LocalStack, bucket: string, key: string): Uploaded["ignoredBy"] {
  const { rule, ingest } = stationsOf(stack);
  const object = { bucket, key, size: 1, etag: "" };
  const event: BusEvent = objectCreated(object, { account: accountId, region: stack.region });
  if (!rule.matches(event)) return "rule";
  const patterns = parseIgnorePatterns(ingest.variables["BUCKET_IGNORE_PREFIXES"] ?? "");
  return patterns.ignores(key) ? "ingest" : null;
}
