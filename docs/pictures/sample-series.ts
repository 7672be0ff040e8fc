const points = 60;

/** Sent only when there was something to say: between the uploads there is no value, not a zero. */
const sentWhenThere = [
  ...["NumberOfMessagesPublished", "Invocations", "TriggeredRules", "FailedInvocations"],
  "AnnouncementLateness",
];

/** How much of each is usual: a base, and how much more in an upload of a few minutes. */
const usual: Record<string, readonly [base: number, upload: number]> = {
  NumberOfMessagesPublished: [0, 4],
  Invocations: [0, 60],
  TriggeredRules: [0, 60],
  ApproximateNumberOfMessagesVisible: [0, 45],
  ApproximateNumberOfMessagesNotVisible: [0, 80],
  ApproximateAgeOfOldestMessage: [1, 4],
  ObjectEventsStored: [0, 240],
  DuplicatesDropped: [0, 3],
  ObjectEventsIgnored: [0, 30],
  Duration: [12, 60],
  ConcurrentExecutions: [1, 2],
  CPUUtilization: [4, 16],
  DatabaseConnections: [3, 2],
  FreeStorageSpace: [18e9, 0],
  FreeableMemory: [4e8, -5e7],
  LedgerRows: [1_250_000, 0],
  HeartbeatAge: [55, 1],
  BatchesClosedByEventCount: [0, 3],
  BatchesClosedByDuration: [0, 2],
  AnnouncementLateness: [0.5, 0.6],
  OpenPrefixes: [1, 8],
  UnpublishedBatches: [0, 1],
  BatchesPublished: [0, 5],
  success: [100, 0],
};

/** An hour in which two uploads came, a value a minute where there is one; the same ones every time. */
export function sampleSeries(metric: string, label: string): (number | undefined)[] {
  const dead = /dead-letters|undelivered/.test(label);
  const [base, upload] = dead ? [0, 0] : (usual[metric] ?? [0, 0]);
  const scale = { p50: 0.4, p99: 0.9 }[label] ?? 1;
  return Array.from({ length: points }, (_, at) => {
    const busy = Math.max(bump(at, 14, 5), 0.7 * bump(at, 41, 7));
    const isThere = busy > 0 && upload > 0;
    if (sentWhenThere.includes(metric) && !isThere) return undefined;
    const wobble = base === 0 || upload === 0 ? 0 : base * 0.15 * Math.sin(at * 2.1);
    return (base + wobble + upload * busy) * scale;
  });
}

function bump(at: number, middle: number, width: number): number {
  return Math.max(0, 1 - ((at - middle) / width) ** 2);
}
