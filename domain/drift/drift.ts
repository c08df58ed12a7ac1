// The records of drift as the public contract writes them: a change event, a drift with its evidence, and an attribution.
// Produced by pure analysis, kept by the behaviour object, listed from D1 as they stand.
import type { DimensionKind } from "./facts.ts";

export type ChangeKind = "prompt" | "model" | "tool" | "cohort" | "artifact" | "environment" | "instrumentation";
export const changeKinds = ["prompt", "model", "tool", "cohort", "artifact", "environment", "instrumentation"] as const;

export type Severity = "low" | "medium" | "high" | "critical";
export type AttributionVerdict = "attributed" | "confounded" | "unattributed" | "insufficient_data";

/** A dated event that may move behaviour, declared or inferred at the first run that shows it. */
export interface Change {
  id: string;
  agent: string;
  kind: ChangeKind;
  /** The model id, the prompt's hash or declared ref, the tool's name, `attribute=value` of a cohort, `slug@version` of an artifact. */
  ref: string;
  at: string;
  declared: boolean;
  from: string | null;
  to: string | null;
  description: string | null;
  author: string | null;
  /** The first run that shows it; null for a declared change that no run has shown yet. */
  run_id: string | null;
}

export interface Cause {
  kind: ChangeKind;
  ref: string;
  change_id: string | null;
  at: string | null;
  from: string | null;
  to: string | null;
  /** Share of the total change that this cause explains, with its interval. */
  share: number | null;
  share_low: number | null;
  share_high: number | null;
  /** Posterior probability of this cause among its rivals, 0–1. */
  confidence: number;
  declared: boolean;
  /** The comparison behind the claim, in plain words and numbers. */
  evidence: string[];
}

export interface Attribution {
  verdict: AttributionVerdict;
  /** Best first. */
  causes: Cause[];
  mix: { total: number; within: number; mix: number; attribute: string } | null;
  /** The first cause may be worded "caused by"; false is "likely", or no cause at all. */
  certain: boolean;
}

export interface Drift {
  id: string;
  agent: string;
  dimension: string;
  kind: DimensionKind;
  direction: "up" | "down" | "mixed";
  status: "open" | "recovered" | "accepted" | "dismissed";
  onset_at: string;
  onset_from: string;
  onset_to: string;
  /** Event time at which the bucket that crossed the threshold closed. */
  detected_at: string;
  baseline: { n: number; value: number | null; [more: string]: unknown };
  current: { n: number; value: number | null; [more: string]: unknown };
  effect: { measure: string; value: number; low: number; high: number };
  evidence: { method: string; value: number; threshold: number };
  severity: Severity;
  incident_id: string | null;
  attribution: Attribution;
}

/** What is known of a dimension now. */
export interface DimensionState {
  name: string;
  kind: DimensionKind;
  unit: string;
  status: "learning" | "stable" | "drifting" | "silent";
  baseline: { n: number; value: number | null; low: number | null; high: number | null; [more: string]: unknown };
  current: { n: number; value: number | null; low: number | null; high: number | null; [more: string]: unknown };
  /** While learning: how much more is needed. */
  needs: { runs: number; days: number } | null;
}
