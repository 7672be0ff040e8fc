import { sql } from "kysely";
import type { Db } from "../session/connection";

/**
 * Records beats, in the transaction of the object events that came with them. Beats from before the
 * oldest kept one are duplicates, or were given up: they would look like the start of a gap.
 */
export async function recordBeats(trx: Db, sentAt: readonly Date[]): Promise<void> {
  if (sentAt.length === 0) return;
  await sql`
    insert into edp.heartbeat (sent_at, recorded_at)
    select distinct sent_at, edp.clock() from unnest(
      ${sentAt.map((time) => time.toISOString())}::timestamptz[]
    ) as sent_at
    where sent_at > coalesce((select min(sent_at) from edp.heartbeat), '-infinity')
    order by sent_at
    on conflict (sent_at) do nothing
  `.execute(trx);
}
