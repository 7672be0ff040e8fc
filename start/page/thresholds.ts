import { thresholdVariables } from "../../functions/contract";
import type { LocalFunction } from "../../local/lambda/function";
import { inOtherWords, typed } from "../../local/program";
import type { ConfigChange } from "../../local/stack";
import type { ThresholdKey, Thresholds } from "./messages";

/** The environment variable that carries each. */
const variables = {
  bucketThresholdEventCount: thresholdVariables.eventCount,
  bucketThresholdDuration: thresholdVariables.durationSeconds,
  bucketThresholdMaxAge: thresholdVariables.maxAgeSeconds,
} as const satisfies Record<ThresholdKey, string>;
const keys = Object.keys(variables) as ThresholdKey[];

/** What a function was told, whatever the clock's speed is. */
export function thresholdsOf({ variables: told }: LocalFunction): Thresholds {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = told[variables[key]];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/**
 * A change of config from what a page sent: texts by their keys, empty for none. Throws on anything
 * else; whether a value is allowed is for the program to say.
 */
export function thresholdChange(project: string, sent: unknown): ConfigChange {
  const entries = Object.entries(Object(sent) as Record<string, unknown>);
  if (entries.length === 0) throw new Error("nothing to change was sent");
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (!Object.hasOwn(variables, key)) {
        throw new Error(`${key} cannot be changed here, only ${keys.join(", ")}`);
      }
      if (typeof value !== "string") throw new Error(`${key} was sent as no text`);
      return [`${project}:${key}`, value.trim() === "" ? undefined : value.trim()];
    }),
  );
}

/** Why a change of thresholds was refused, for who typed it into the page. */
export function refusalOf(error: unknown): string {
  const reason = inOtherWords(error, ({ arg, value }) =>
    value === undefined ? `leave ${arg} empty` : `type ${typed(value)}, for example`,
  );
  return reason instanceof Error ? reason.message : String(reason);
}
