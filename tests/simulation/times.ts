/** The product's times, shortened where nothing but their order matters. */
export const times = {
  schedulePeriodMs: 20_000,
  heartbeat: {
    periodSeconds: 10,
    missingAfterSeconds: 25,
    holdAfterTroubleSeconds: 20,
    holdLimitSeconds: 100,
  },
  ingestTimeoutMs: 15_000,
  emitterTimeoutMs: 60_000,
  /** A lease that was lost, a run that was missed, a batch that backs off. */
  recoveryMs: 60_000,
  /** Between being due and being announced, when nothing goes wrong. */
  allowedLatenessMs: 5_000,
  settleLimitMs: 600_000,
} as const;
