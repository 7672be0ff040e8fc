import { sql, type Kysely } from "kysely";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- frozen: no schema types of today
export async function up(db: Kysely<any>): Promise<void> {
  // The one clock of the product. A function, so that a simulation can put another in its place.
  await sql`
    create function edp.clock() returns timestamptz
      language sql volatile parallel safe
      return clock_timestamp()
  `.execute(db);

  // UUID version 7: the time first, so that the outbox is written and pruned in order.
  await sql`
    create function edp.new_batch_id() returns uuid
      language sql volatile parallel safe
      return (
        lpad(to_hex((extract(epoch from edp.clock()) * 1000)::bigint), 12, '0')
        || '7'
        || right(replace(gen_random_uuid()::text, '-', ''), 19)
      )::uuid
  `.execute(db);

  // A prefix and its open batch. Half-filled pages and no index on what every event moves, so that
  // updates stay in the page (HOT); "open" is a column of its own because an index whose predicate
  // names event_count would be touched by every event. Sorted as bytes.
  //
  // quiet_since is a lower bound of last_stored_at that only the emitter moves, once in a duration: what
  // is due is found by it, whatever else is open, and whatever duration is configured by then.
  await sql`
    create table edp.prefix (
      prefix_id bigint generated always as identity primary key,
      bucket text collate "C" not null,
      prefix text collate "C" not null,
      sequence integer not null default 1 constraint sequence_begins_at_one check (sequence >= 1),
      idle_since date not null default (edp.clock() at time zone 'utc')::date,
      open boolean not null default false,
      event_count bigint not null default 0,
      file_count bigint not null default 0,
      total_bytes bigint not null default 0,
      first_event_time timestamptz,
      last_event_time timestamptz,
      first_stored_at timestamptz,
      last_stored_at timestamptz,
      quiet_since timestamptz,
      constraint prefix_is_there_once unique (bucket, prefix),
      constraint open_batch_has_content check (
        case when open
          then event_count >= 1 and file_count between 1 and event_count and total_bytes >= 0
            and first_event_time <= last_event_time
            and first_stored_at <= quiet_since and quiet_since <= last_stored_at
            and first_event_time is not null and last_event_time is not null
            and first_stored_at is not null and last_stored_at is not null
            and quiet_since is not null
          else event_count = 0 and file_count = 0 and total_bytes = 0
            and first_event_time is null and last_event_time is null
            and first_stored_at is null and last_stored_at is null and quiet_since is null
        end
      )
    ) with (fillfactor = 50)
  `.execute(db);
  await sql`create index prefix_quiet on edp.prefix (quiet_since) where open`.execute(db);
  await sql`create index prefix_age on edp.prefix (first_stored_at, prefix_id) where open`.execute(
    db,
  );
  await sql`comment on column edp.prefix.sequence is 'of the open batch, or of the next one'`.execute(
    db,
  );
  await sql`comment on column edp.prefix.idle_since is 'day of the last closing'`.execute(db);

  // Which object events were counted: of every file the first one, and in a table of their own those
  // that overwrote it, so that a look needs a row or two of a file, however often it was written. No key
  // is stored, so any character in one is harmless. The first bytes of "file" hash the directory and the
  // file's neighbours, so that rows that are written together lie together in the index: with random
  // keys, ingest slows down as the ledger grows. Not partitioned by time: a unique key would have to contain the
  // partition key, and one identity could be stored on both sides of a boundary.
  //
  // stored_day of a file's row is never before that of its overwrites, which are found by it.
  await sql`
    create table edp.ledger (
      file uuid primary key,
      event bigint not null,
      prefix_id bigint not null,
      sequence integer not null,
      stored_day date not null
    )
  `.execute(db);
  await sql`
    create table edp.overwrite (
      file uuid not null,
      moment bigint not null,
      event bigint not null,
      prefix_id bigint not null,
      sequence integer not null,
      stored_day date not null,
      primary key (file, moment, event)
    )
  `.execute(db);
  await sql`create index overwrite_batch on edp.overwrite (file, prefix_id, sequence)`.execute(db);

  // Closed batches with frozen content; who publishes may change the last four columns only.
  await sql`
    create table edp.outbox (
      batch_id uuid primary key,
      prefix_id bigint not null,
      sequence integer not null constraint sequence_begins_at_one check (sequence >= 1),
      bucket text not null,
      prefix text not null,
      trigger text not null
        constraint trigger_is_known check (trigger in ('event-count', 'max-age', 'duration')),
      held boolean not null,
      event_count bigint not null,
      file_count bigint not null,
      total_bytes bigint not null,
      first_event_time timestamptz not null,
      last_event_time timestamptz not null,
      due_at timestamptz not null,
      closed_at timestamptz not null,
      attempts integer not null default 0 constraint attempts_count_up check (attempts >= 0),
      next_attempt_at timestamptz not null,
      last_error text,
      published_at timestamptz,
      constraint batch_is_closed_once unique (prefix_id, sequence),
      constraint batch_has_content check (
        event_count >= 1 and file_count between 1 and event_count and total_bytes >= 0
        and first_event_time <= last_event_time
      ),
      constraint published_was_attempted check (published_at is null or attempts >= 1)
    )
  `.execute(db);
  await sql`create index outbox_unpublished on edp.outbox (next_attempt_at) where published_at is null`.execute(
    db,
  );

  // Beats that arrived, from the first after which one is missing: see functions/database.
  await sql`
    create table edp.heartbeat (
      sent_at timestamptz primary key,
      recorded_at timestamptz not null
    )
  `.execute(db);

  // One row: who emits, what the emitter has seen of the pipeline, what the ledger may have
  // forgotten, how far the walk over the open prefixes has come.
  await sql`
    create table edp.pipeline (
      only_row boolean primary key default true constraint only_row_is_true check (only_row),
      lease_owner uuid,
      lease_until timestamptz,
      wanted_by uuid,
      wanted_at timestamptz,
      database_started_at timestamptz,
      observed_at timestamptz,
      hold_until timestamptz,
      held_seconds double precision not null default 0
        constraint held_seconds_count_up check (held_seconds >= 0),
      last_held_at timestamptz,
      forgotten_before date,
      walked_to_age timestamptz not null default '-infinity',
      walked_to_prefix bigint not null default 0,
      constraint lease_has_an_end check ((lease_owner is null) = (lease_until is null)),
      constraint wish_has_a_time check ((wanted_by is null) = (wanted_at is null))
    ) with (fillfactor = 50)
  `.execute(db);
  await sql`insert into edp.pipeline default values`.execute(db);

  // How far pruning has come: the day its round began with, and the next page; none: the round is over.
  await sql`
    create table edp.pruning (
      pruned_table text primary key,
      round_before date,
      next_page bigint constraint next_page_counts_up check (next_page >= 0)
    )
  `.execute(db);
  await sql`
    insert into edp.pruning (pruned_table) values ('overwrite'), ('ledger'), ('prefix')
  `.execute(db);
}
