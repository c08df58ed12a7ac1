// A job with everything unremarkable, for tests that care about one field.
import type { Backfill } from "../../../domain/backfill/backfill.ts";
import { emptyTally } from "../../../domain/backfill/report.ts";

export function aBackfill(given: Partial<Backfill> = {}): Backfill {
  return {
    id: "bkf_1",
    agent: "support-bot",
    target: { kind: "signal", ref: "sig_1", version: "2" },
    status: "queued",
    plan: {
      fromMs: Date.UTC(2026, 9, 1),
      toMs: Date.UTC(2026, 10, 1),
      sample: null,
      below: null,
      inRange: 1_000,
      runs: 1_000,
      bytes: 3_145_728,
      costUsd: 0,
      maxCostUsd: null,
    },
    cursor: { turn: 1, after: null, workedMs: 0 },
    scanned: 0,
    total: 1_000,
    matched: 0,
    errors: 0,
    costUsd: 0,
    tally: emptyTally,
    error: null,
    createdMs: 0,
    startedMs: null,
    updatedMs: 0,
    ...given,
  };
}
