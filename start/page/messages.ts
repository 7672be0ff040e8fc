// What the server tells the page. Only types: the page, which is no TypeScript, is checked with them.

/** The thresholds by their names in the config; what is not set is missing. */
export type Thresholds = Partial<Record<ThresholdKey, string>>;
export type ThresholdKey =
  "bucketThresholdEventCount" | "bucketThresholdDuration" | "bucketThresholdMaxAge";

/** An open batch: id of its prefix, prefix, files, object events, bytes, first and last event (ms). */
export type OpenBatch = [
  id: string,
  prefix: string,
  files: number,
  events: number,
  bytes: number,
  firstMs: number,
  lastMs: number,
];

/** And when its object events came: how many in each stretch of so many ms since the first. */
export type OpenPrefix = [...OpenBatch, stretchMs: number, arrivals: readonly number[]];

/** What the emitter saw at its last look. */
export interface Pipeline {
  readonly behind: boolean;
  readonly heldSeconds: number;
  /** Seconds; null when no heartbeat was ever seen. */
  readonly heartbeatAge: number | null;
}

/** Everything since the start, but for what waits or is open now. */
export interface Counts {
  /** Milliseconds. */
  readonly at: number;
  /** Object events of the bucket that the rule let in. */
  readonly objectEvents: number;
  /** Object events of the bucket that the rule left out. */
  readonly ignoredByRule: number;
  readonly invocations: number;
  readonly failedInvocations: number;
  /** Messages in the queue. */
  readonly waiting: number;
  readonly stored: number;
  readonly duplicates: number;
  /** Object events that ingest left out, after the rule. */
  readonly ignored: number;
  readonly rejected: number;
  readonly ingestInvocations: number;
  readonly ingestErrors: number;
  /** Prefixes with an open batch. */
  readonly open: number;
  readonly emitterInvocations: number;
  readonly emitterErrors: number;
  /** Announcements that arrived at the topic. */
  readonly published: number;
  /** Messages in the dead-letter queues. */
  readonly deadLetters: number;
}

/** A message that cannot be processed, or could not be, and where it is now. */
export interface DeadLetter {
  readonly id: string;
  /** The queue it lies in; the object queue's own while it is still tried. */
  readonly queue: string;
  readonly isDead: boolean;
  readonly reason: string;
  readonly detail: string;
  readonly sentAt: number;
  /** The beginning of its body. */
  readonly body: string;
}

/** An announcement as it arrived at the topic. */
export interface Arrived {
  readonly at: number;
  readonly event: {
    /** When the batch closed. */
    readonly time: string;
    readonly detail: {
      readonly prefix: string;
      readonly batchId: string;
      readonly sequence: number;
      readonly trigger: string;
      readonly held: boolean;
      readonly fileCount: number;
      readonly eventCount: number;
      readonly totalBytes: number;
    };
  };
}

/** What is new at a look, once a second. */
export interface Tick {
  readonly counts: Counts;
  readonly pipeline: Pipeline;
  /** The database did not answer: what is open, and the pipeline, are as they were seen last. */
  readonly isDatabaseAway: boolean;
  readonly changed: readonly OpenPrefix[];
  /** Ids. */
  readonly gone: readonly string[];
  /** The oldest, and the oldest of those that are still tried; `counts` has how many there are. */
  readonly deadLetters: readonly DeadLetter[];
}

/** What a page gets first; later messages change it. */
export interface State {
  readonly thresholds: Thresholds;
  /** The looks of the last five minutes, oldest first. */
  readonly history: readonly Counts[];
  readonly announcements: readonly Arrived[];
  readonly prefixes: readonly OpenPrefix[];
  readonly tick: Tick;
}

/** The answer to an upload: who leaves its object event out, if anybody does. */
export interface Uploaded {
  readonly ignoredBy: "rule" | "ingest" | null;
}

/** By the type of the server-sent event. */
export interface Messages {
  readonly stack: {
    readonly bucket: string;
    readonly prefixDepth: number;
    readonly speed: number;
    readonly canUpload: boolean;
  };
  readonly state: State;
  readonly tick: Tick;
  readonly announcement: Arrived;
  readonly thresholds: Thresholds;
}

export type Message = {
  [Type in keyof Messages]: { readonly type: Type; readonly data: Messages[Type] };
}[keyof Messages];
