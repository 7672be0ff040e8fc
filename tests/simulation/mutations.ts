import type { Invariant } from "./checks";

/** A deliberate bug in the production code, and the invariant that it breaks. */
export interface Mutation {
  readonly name: string;
  readonly breaks: Invariant;
  readonly file: string;
  /** One line of the file each, or a part of it that is there once. */
  readonly changes: readonly { readonly from: string; readonly to: string }[];
}

const change = (from: string, to: string) => [{ from, to }];
const holdsLease = "and exists (select from edp.pipeline where lease_owner = ${runId}::uuid)";

/** For each invariant at least one. The README tells how many histories it took to find each. */
export const mutations: readonly Mutation[] = [
  {
    name: "what the ledger knows is counted again",
    breaks: 1,
    file: "functions/database/storing/store-events.ts",
    changes: change(
      "return first !== undefined && first !== event;",
      "return first !== undefined;",
    ),
  },
  {
    name: "a batch is closed without a lock on its prefix",
    breaks: 1,
    file: "functions/database/emitting/close-due.ts",
    changes: change('for no key update of p ${locked === "skip" ? sql`skip locked` : sql``}', ""),
  },
  {
    name: "another event of a known file is another file",
    breaks: 1,
    file: "functions/database/storing/changes.ts",
    changes: change("if (!isInBatch(written)) sum.files++;", "sum.files++;"),
  },
  {
    name: "what was seen without a lock is taken for what is",
    breaks: 1,
    file: "functions/database/storing/apply.ts",
    changes: change("and not bool_or(has_moved) as is_open", "as is_open"),
  },
  {
    name: "what has been announced stays in the batch",
    breaks: 2,
    file: "functions/database/emitting/close-due.ts",
    changes: change("open = false, event_count = 0,", "open = false,"),
  },
  {
    name: "a batch closes at one more than the count",
    breaks: 3,
    file: "functions/database/storing/apply.ts",
    changes: change(
      "event_count + events >= ${eventCount}::bigint",
      "event_count + events > ${eventCount}::bigint",
    ),
  },
  {
    name: "the transaction's start is taken for the moment of storing",
    breaks: 4,
    file: "functions/database/storing/apply.ts",
    changes: change("select edp.clock() as now", "select now() as now"),
  },
  {
    name: "a prefix is quiet when its first event is old enough",
    breaks: 4,
    file: "functions/database/emitting/close-due.ts",
    changes: [
      {
        from: "select prefix_id, last_stored_at + ${duration} <=",
        to: "select prefix_id, first_stored_at + ${duration} <=",
      },
      {
        from: "or (not ${hold}::boolean and p.last_stored_at +",
        to: "or (not ${hold}::boolean and p.first_stored_at +",
      },
    ],
  },
  {
    name: "nobody is woken for a prefix that opens",
    breaks: 4,
    file: "functions/ingest/store-messages.ts",
    changes: change(
      "needsEmitter: opened > 0 || closed.length > 0 || isUnsure",
      "needsEmitter: closed.length > 0",
    ),
  },
  {
    name: "the second try says something else",
    breaks: 5,
    file: "functions/database/emitting/outbox.ts",
    changes: change("Number(row.total_bytes)", "Number(row.total_bytes) + row.attempts"),
  },
  {
    name: "pruning takes what is not old",
    breaks: 6,
    file: "functions/database/emitting/prune.ts",
    changes: change("and ${tables[table]} ${before}::date", "and ${before}::date is not null"),
  },
  {
    name: "a file is forgotten before what overwrote it",
    breaks: 6,
    file: "functions/database/storing/apply.ts",
    changes: change(
      "set stored_day = greatest(stored_day, ${dayOfEvents})",
      "set stored_day = stored_day",
    ),
  },
  {
    name: "sequencers are compared as they are written",
    breaks: 6,
    file: "functions/contract/object-event.ts",
    changes: change("withoutTrailingZeros(sequencer.toLowerCase())", "sequencer"),
  },
  {
    name: "patterns that the rule cannot know are forgotten",
    breaks: 7,
    file: "functions/contract/ignore-patterns.ts",
    changes: change("others.some((parts) => matchesParts(key, parts))", "others.length < 0"),
  },
  {
    name: "PutEvents' results are read one place off",
    breaks: 8,
    file: "functions/emitter/publish.ts",
    changes: change("answers[index];", "answers[(index + 1) % answers.length];"),
  },
  {
    name: "a failed entry counts as published",
    breaks: 8,
    file: "functions/database/emitting/outbox.ts",
    changes: change(
      "case when batch_id = any (${published}::uuid[]) then edp.clock() end",
      "edp.clock()",
    ),
  },
  {
    name: "rejected messages are acknowledged",
    breaks: 9,
    file: "functions/ingest/receive.ts",
    changes: change("rejected: [...judged.rejected, ...unstorable]", "rejected: unstorable"),
  },
  {
    name: "a failed transaction is taken for success",
    breaks: 9,
    file: "functions/ingest/store-messages.ts",
    changes: change(
      "if (!isDataError(error) || events.length === 0) throw error;",
      "if (!isDataError(error) || events.length === 0)\n" +
        "      return { stored: 0, duplicates: 0, opened: 0, closed: [], unstorable: [] };",
    ),
  },
  {
    name: "the hold is ignored",
    breaks: 10,
    file: "functions/emitter/emit.ts",
    changes: change("closer.round(state.hold)", "closer.round(false)"),
  },
  {
    name: "the hour of holding goes on while nobody looks",
    breaks: 10,
    file: "functions/database/emitting/judge-pipeline.ts",
    changes: change(
      "Math.min(Math.max(now - observedAt, 0), maxLookSeconds)",
      "Math.max(now - observedAt, 0)",
    ),
  },
  {
    name: "the heartbeat is recorded outside the transaction",
    breaks: 10,
    file: "functions/ingest/store-messages.ts",
    changes: change(
      "withDatabase((db) => storeEvents(db, events, settings, alongside));",
      "withDatabase((db) => recordBeats(db, beats).then(() => storeEvents(db, events, settings)));",
    ),
  },
  {
    name: "a restart of the database goes unnoticed",
    breaks: 10,
    file: "functions/database/emitting/judge-pipeline.ts",
    changes: change("isMissing || seen.isRestarted ?", "isMissing ?"),
  },
  {
    name: "closing skips a number",
    breaks: 11,
    file: "functions/database/emitting/close-due.ts",
    changes: change(
      "sequence = p.sequence + 1, open = false",
      "sequence = p.sequence + 2, open = false",
    ),
  },
  {
    name: "who has lost the lease notes all the same",
    breaks: 12,
    file: "functions/database/emitting/outbox.ts",
    changes: change(holdsLease, ""),
  },
  {
    name: "who has lost the lease closes all the same",
    breaks: 12,
    file: "functions/database/emitting/close-due.ts",
    changes: change(holdsLease, ""),
  },
];
