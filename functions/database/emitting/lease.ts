import { sql } from "kysely";
import { limits } from "../../contract";
import type { Db } from "../session/connection";

/**
 * Who emits. A row that its owner must renew: it runs out by itself, so a frozen or dead owner stops
 * nobody. (A session's advisory lock would last as long as the session: hours, for a frozen sandbox.)
 * A run that waits for it says so again at every poll; one that fell silent gets nothing.
 */
export type LeaseState = "held" | "waiting" | "superseded";

/** Takes the lease where it is free or has run out; otherwise writes down that `runId` wants it. */
export async function wantLease(db: Db, runId: string): Promise<LeaseState> {
  return poll(db, runId, sql`true`);
}

/** Asks again. `superseded`: a newer run wants the lease, and this one is not needed. */
export async function pollLease(db: Db, runId: string): Promise<LeaseState> {
  return poll(db, runId, sql`(p.wanted_by = ${runId}::uuid or p.lease_owner = ${runId}::uuid)`);
}

/**
 * Takes the lease again where nobody else has it. Leaves no wish behind: the holder would hand over to
 * a run that does not wait for it, and nobody would emit until the lease has run out.
 */
export async function retakeLease(db: Db, runId: string): Promise<boolean> {
  return (await poll(db, runId, sql`mine`)) === "held";
}

async function poll(
  db: Db,
  runId: string,
  condition: ReturnType<typeof sql<boolean>>,
): Promise<LeaseState> {
  const { rows } = await sql<{ held: boolean }>`
    with state as materialized (
      select lease_owner is null or lease_owner = ${runId}::uuid or lease_until < edp.clock() as mine
      from edp.pipeline for update
    )
    update edp.pipeline p set
      lease_owner = case when mine then ${runId}::uuid else p.lease_owner end,
      lease_until = case when mine then ${untilRunOut()} else p.lease_until end,
      wanted_by = case when mine then nullif(p.wanted_by, ${runId}::uuid) else ${runId}::uuid end,
      wanted_at = case
        when not mine then edp.clock()
        when p.wanted_by = ${runId}::uuid then null
        else p.wanted_at end
    from state where ${condition}
    returning mine as held
  `.execute(db);
  if (rows[0] === undefined) return "superseded";
  return rows[0].held ? "held" : "waiting";
}

/**
 * Renews the lease of `runId`, or hands it to the run that waits for it. False: it is another's now
 * (handed over, or lost), and `runId` must neither close nor mark anything any more.
 */
export async function renewLease(db: Db, runId: string): Promise<boolean> {
  const { rows } = await sql<{ kept: boolean }>`
    with state as materialized (
      select wanted_by,
        coalesce(wanted_at > edp.clock() - make_interval(secs => ${limits.leaseWish}), false) as wanted
      from edp.pipeline where lease_owner = ${runId}::uuid for update
    )
    update edp.pipeline p set
      lease_owner = case when s.wanted then s.wanted_by else p.lease_owner end,
      lease_until = ${untilRunOut()},
      wanted_by = null,
      wanted_at = null
    from state s
    returning not s.wanted as kept
  `.execute(db);
  return rows[0]?.kept ?? false;
}

/** Gives the lease back, if `runId` has it, and takes back that it wants it. */
export async function releaseLease(db: Db, runId: string): Promise<void> {
  await sql`
    update edp.pipeline set
      lease_owner = nullif(lease_owner, ${runId}::uuid),
      lease_until = case when lease_owner <> ${runId}::uuid then lease_until end,
      wanted_by = nullif(wanted_by, ${runId}::uuid),
      wanted_at = case when wanted_by <> ${runId}::uuid then wanted_at end
    where ${runId}::uuid in (lease_owner, wanted_by)
  `.execute(db);
}

/**
 * Whether a run has the lease. Asked after a commit: whoever releases the lease looks for work once
 * more afterwards, so an emitter that is seen awake here will see what was committed.
 */
export async function isEmitterAwake(db: Db): Promise<boolean> {
  const { is_awake } = await db
    .selectFrom("edp.pipeline")
    .select((eb) => eb("lease_until", ">", sql<Date>`edp.clock()`).as("is_awake"))
    .executeTakeFirstOrThrow();
  return Boolean(is_awake); // null: nobody has the lease
}

function untilRunOut() {
  return sql`edp.clock() + make_interval(secs => ${limits.lease})`;
}
