import { timing } from "./timing";

const lease = 10;
const putEvents = lease / 2;
const statement = 10;
const query = statement + 1;

/**
 * How long, in seconds, a run waits for whom: who gives up first is what keeps one that hangs from
 * stopping the others. A limit that follows from another is written so; a test holds the rest in order.
 */
export const limits = {
  /** The emitter's lease, from its last renewal. Its holder renews it before each round of publishing. */
  lease,
  /** A run that waits for the lease asks so often. */
  leasePoll: 0.25,
  /** What a waiting run has said is believed for so long: it says it at every poll. */
  leaseWish: 3,
  /** A call of PutEvents: after one that hung there is time to note what the others brought. */
  putEvents,
  /** No entry of a refused call is tried by itself later than this: that call has to fit into the lease. */
  putEventsAgain: lease - putEvents,
  /** A run of the emitter begins nothing new with less time left: a round of publishing, and its note. */
  emitterReserve: lease + putEvents,

  /** A statement of the runtime role, by the server. */
  statement,
  /** One that waits for a row: before it counts as one that takes too long. */
  lock: statement - 2,
  /** A transaction, before ingest's invocation ends. */
  transaction: timing.ingestTimeout - 3,
  /** A transaction in which the client says nothing. */
  idleInTransaction: statement,
  /** A statement, by the client: for a server that has fallen silent. The server should speak first. */
  query,
  /** A session that does not begin. */
  connect: 4,
  /** Ingest tries again only with more time left: a new session, and a batch of usual size. */
  ingestRetry: 6,
} as const;
