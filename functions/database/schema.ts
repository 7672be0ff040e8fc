import type { ColumnType, Generated } from "kysely";
import type { Trigger } from "../contract";

/** PostgreSQL's bigint arrives as text: it does not fit a JavaScript number in general. */
type BigInteger = ColumnType<string, bigint | number | string, bigint | number | string>;
type Timestamp = ColumnType<Date, Date | string, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null, Date | string | null>;

/** The tables as the migrations make them; a test holds both against each other. */
export interface Schema {
  "edp.prefix": {
    prefix_id: Generated<string>;
    bucket: string;
    prefix: string;
    sequence: Generated<number>;
    idle_since: Generated<Date>;
    open: Generated<boolean>;
    event_count: BigInteger;
    file_count: BigInteger;
    total_bytes: BigInteger;
    first_event_time: NullableTimestamp;
    last_event_time: NullableTimestamp;
    first_stored_at: NullableTimestamp;
    last_stored_at: NullableTimestamp;
    quiet_since: NullableTimestamp;
  };
  "edp.ledger": {
    file: string;
    event: BigInteger;
    prefix_id: string;
    sequence: number;
    stored_day: Timestamp;
  };
  "edp.overwrite": {
    file: string;
    moment: BigInteger;
    event: BigInteger;
    prefix_id: string;
    sequence: number;
    stored_day: Timestamp;
  };
  "edp.outbox": {
    batch_id: string;
    prefix_id: string;
    sequence: number;
    bucket: string;
    prefix: string;
    trigger: Trigger;
    held: boolean;
    event_count: BigInteger;
    file_count: BigInteger;
    total_bytes: BigInteger;
    first_event_time: Timestamp;
    last_event_time: Timestamp;
    due_at: Timestamp;
    closed_at: Timestamp;
    attempts: Generated<number>;
    next_attempt_at: Timestamp;
    last_error: string | null;
    published_at: NullableTimestamp;
  };
  "edp.heartbeat": {
    sent_at: Timestamp;
    recorded_at: Timestamp;
  };
  "edp.pipeline": {
    only_row: Generated<boolean>;
    lease_owner: string | null;
    lease_until: NullableTimestamp;
    wanted_by: string | null;
    wanted_at: NullableTimestamp;
    database_started_at: NullableTimestamp;
    observed_at: NullableTimestamp;
    hold_until: NullableTimestamp;
    held_seconds: Generated<number>;
    last_held_at: NullableTimestamp;
    forgotten_before: NullableTimestamp;
    walked_to_age: Generated<Date>;
    walked_to_prefix: Generated<string>;
  };
  "edp.pruning": {
    pruned_table: string;
    round_before: NullableTimestamp;
    next_page: string | null;
  };
}
