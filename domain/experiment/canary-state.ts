// What is known of a canary beside its verdict: its share, the looks that were taken, whom it counted, and what its guardrails say.
import type { TakenLook } from "./canary-looks.ts";
import type { RampStep } from "./canary-ramp.ts";
import type { UnitCounts } from "./canary-units.ts";
import type { Adjustment } from "./comparison.ts";

/** What is kept of a canary between two readings. */
export interface CanaryMemory {
  ramp: readonly RampStep[];
  looks: readonly TakenLook[];
}

export const canaryFlags = [
  "sample_ratio_mismatch",
  "empty_arm",
  "segment_mix_differs",
  "outcomes_missing_unevenly",
  "crossovers",
  "double_exposure",
] as const;
export type CanaryFlag = (typeof canaryFlags)[number];

export interface CanaryState {
  /** Of units that get the candidate now. */
  share: number;
  ramp: RampStep[];
  looks: TakenLook[];
  planned: { looks: number; n: number } | null;
  /** Share of the planned information that is there; null without a plan. */
  information: number | null;
  units: UnitCounts;
  /** The attribute that is held fixed. */
  strata: string | null;
  adjusted: Adjustment | null;
  /** Guarded metrics whose harm is shown. */
  harmful: string[];
  /** Every guarded metric is shown to be not worse by its margin. */
  harmless: boolean;
  /** The planned end is reached. */
  is_over: boolean;
  /** Of a promoted one with a holdback: what followed. */
  holdback?: HoldbackReading;
}

/** Units held back from a promoted candidate beside all others, since the promotion. */
export interface HoldbackReading {
  share: number;
  metrics: {
    name: string;
    held_n: number;
    n: number;
    held: number | null;
    promoted: number | null;
    /** promoted − held, with its 95 % interval, which holds however often it is looked at. */
    difference: number | null;
    low: number | null;
    high: number | null;
  }[];
}
