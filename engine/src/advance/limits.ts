/** Limits of one run, each with an error code of its own (architecture, section 4). */
export const LIMITS = {
  /** Node runs of one run; RUN_NODE_LIMIT. */
  nodeRuns: 10_000,
  /** Visits of one node; RUN_VISIT_LIMIT. */
  visits: 1_000,
  /** Data of one snapshot, as `snapshotBytes` counts it; RUN_SNAPSHOT_LIMIT. */
  snapshotBytes: 256 * 1024,
  /** One output, memo or answer as JSON; OUTPUT_LIMIT. */
  outputBytes: 64 * 1024,
  /** One wait; WAIT_LIMIT. */
  waitMs: 365 * 24 * 60 * 60 * 1000,
  /** Runs that start runs that start runs; RUN_DEPTH_LIMIT. */
  depth: 10,
  /** Items of one wait for children; RUN_CHILDREN_LIMIT. */
  children: 1_000,
} as const;
