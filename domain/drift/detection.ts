// The seam between detection and attribution: what moved, since when, and the run-level question ("did this run fall into
// the moved cell?") with which rival causes are compared. Lives only inside one analysis; never stored.
import type { DimensionKind, RunFacts } from "./facts.ts";

/** `hits` of `trials`: 0 or 1 of 1 for a property of the run, errors of calls for a tool's error rate. null: not measured in this run. */
export interface CellCount {
  hits: number;
  trials: number;
}

/** One category, quantile band or outcome of a dimension that moved. */
export interface MovedCell {
  cell: string;
  indicator: (run: RunFacts) => CellCount | null;
  /** Log-odds after minus before. */
  logOddsShift: number;
  /** ln of the cell's detector statistic when the alarm came. */
  logEvidence: number;
}

export interface Onset {
  atMs: number;
  /** 90 % credible set of the change time. */
  fromMs: number;
  toMs: number;
}

export interface Detection {
  dimension: string;
  kind: DimensionKind;
  direction: "up" | "down" | "mixed";
  lane: "fast" | "slow" | "daily" | "volume" | "missing";
  /** Event time at which the bucket that crossed the threshold closed. */
  detectedAtMs: number;
  onset: Onset;
  /** Most moved first; empty for volume and silence, which no run-level question can ask. */
  cells: MovedCell[];
  /** Event time at which the dimension came back, null while it has not. */
  recoveredAtMs: number | null;
  baseline: { n: number; value: number | null; [more: string]: unknown };
  current: { n: number; value: number | null; [more: string]: unknown };
  effect: { measure: string; value: number; low: number; high: number };
  evidence: { method: string; value: number; threshold: number };
}
