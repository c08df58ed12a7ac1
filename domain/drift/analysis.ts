// What one analysis of an agent takes and gives: all facts that are kept, what people declared and decided, and back
// come the dimensions, drifts, changes and groups of drifts with one cause. Pure records; nothing here computes.
import type { Attribution, Change, DimensionState, Drift, Severity } from "./drift.ts";
import type { Onset } from "./detection.ts";
import type { RunFacts } from "./facts.ts";
import type { DismissalKind } from "./feedback-weight.ts";

/** What people said about earlier drifts and baselines, in event time. */
export interface Feedback {
  /** Baselines started anew at `atMs`: by reset or bless, or because a drift was accepted as the new normal. null: every dimension. */
  resets: { dimension: string | null; atMs: number }[];
  /**
   * Drifts a person called wrong: the dimension stays quiet for alarms with an onset inside the interval. `kind` says why, and from
   * `atMs` on the dimension needs more evidence (feedback-weight.ts). `n` orders what people said.
   */
  dismissals: { dimension: string; fromMs: number; toMs: number; kind?: DismissalKind; atMs?: number; n?: number }[];
  /** What dismissals before it taught is taken back. null: for every dimension. */
  forgotten?: { dimension: string | null; n: number }[];
}

export const noFeedback: Feedback = { resets: [], dismissals: [] };

export interface AnalysisInput {
  agent: string;
  /** Any order; of several revisions of a run the greatest `version` counts. */
  facts: RunFacts[];
  /** Changes that people or CI declared for this agent. */
  declared: Change[];
  /** Event time up to which the agent is judged: its newest run, never the wall clock of an import. */
  untilMs: number;
  /** Close buckets that would still wait for late data (flush). */
  closeAll: boolean;
  settings: { falseAlarmBudgetDays: number };
  feedback: Feedback;
}

/** A drift as analysis finds it; the incident it belongs to is decided later. */
export type FreshDrift = Omit<Drift, "incident_id">;

/** Drifts with one onset or one cause: what becomes one incident. */
export interface DriftGroup {
  /** Most telling first. */
  driftIds: string[];
  onset: Onset;
  /** Event time of the first alarm among its drifts. */
  openedAtMs: number;
  /** Event time at which the last of its drifts came back; null while one is still away. */
  recoveredAtMs: number | null;
  /** Of the drifts taken together. */
  attribution: Attribution;
  severity: Severity;
  title: string;
  summary: string;
  /** A few runs that show the moved behaviour, newest first. */
  runs: string[];
}

export interface Analysis {
  dimensions: DimensionState[];
  drifts: FreshDrift[];
  /** Declared and inferred, merged, oldest first. */
  changes: Change[];
  groups: DriftGroup[];
  /** Event time up to which buckets are closed. */
  closedUntilMs: number;
}
