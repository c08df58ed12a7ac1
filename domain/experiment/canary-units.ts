// Which units of a canary count, and in which arm: each by the arm that it was given first. Left out and counted are units that met both arms,
// and units of the baseline that a larger share has moved, whether they came back or not, so that staying away changes nothing.
import { basisPoints, bucketOf, type ArmName } from "./assignment.ts";
import type { Phase } from "./canary-ramp.ts";
import { sampleRatio, type SampleRatio } from "./sample-ratio.ts";

/** What a unit was given. */
export interface UnitExposure {
  arm: ArmName;
  /** When first. */
  atMs: number;
  /** It was given both arms. */
  isBoth: boolean;
}

/** What a unit showed of one metric, over all of its runs. */
export interface UnitOutcome {
  unit: string;
  /** When the first of it arrived. */
  atMs: number;
  /** Of the run that arrived first. */
  first: number;
  /** Of all its runs. */
  mean: number;
  runs: number;
  /** Of its runs, those that say that they ran as the candidate. */
  candidateRuns: number;
  /** JSON of the cohort of its first run. */
  cohort: string;
}

export interface CountedUnit {
  arm: ArmName;
  /** Index of the stretch of time in which it was exposed first. */
  phase: number;
}

export interface UnitCounts {
  /** By arm, with or without an outcome. */
  baseline: number;
  candidate: number;
  /** Met both arms; left out. */
  double_exposed: number;
  /** Ran as the other arm than the one given to them; counted by the one given. */
  crossovers: number;
  /** Were given the baseline before the share grew to include them; left out. */
  moved_by_ramp: number;
  /** Of those that count, without a value of the primary metric. */
  without_outcome: number;
}

export interface CountedUnits {
  units: Map<string, CountedUnit>;
  counts: UnitCounts;
  srm: SampleRatio;
}

/** @param outcomes of all metrics @param primary those of the primary metric */
export function countUnits(
  exposures: ReadonlyMap<string, UnitExposure>,
  outcomes: Iterable<readonly UnitOutcome[]>,
  primary: readonly UnitOutcome[],
  phases: readonly Phase[],
): CountedUnits {
  const seen = armsSeen(outcomes);
  const units = new Map<string, CountedUnit>();
  const counts: UnitCounts = { baseline: 0, candidate: 0, double_exposed: 0, crossovers: 0, moved_by_ramp: 0, without_outcome: 0 };
  const split = new SplitOfPhases(phases);
  for (const [unit, { arm, atMs, isBoth }] of exposures) {
    const phase = phaseOf(phases, atMs);
    if (split.isMoved(unit, arm, phase)) {
      counts.moved_by_ramp++;
      continue;
    }
    split.add(arm, phase);
    const ran = seen.get(unit) ?? noArm;
    if (isBoth || ran === bothArms) {
      counts.double_exposed++;
      continue;
    }
    if (ran !== noArm && ran !== (arm === "candidate" ? ranCandidate : ranBaseline)) counts.crossovers++;
    counts[arm]++;
    units.set(unit, { arm, phase });
  }
  counts.without_outcome = units.size - primary.filter(({ unit }) => units.has(unit)).length;
  return { units, counts, srm: split.ratio() };
}

const [noArm, ranBaseline, ranCandidate, bothArms] = [0, 1, 2, 3];

/** Arms as which a unit says it ran, over all metrics, as bits. */
function armsSeen(outcomes: Iterable<readonly UnitOutcome[]>): Map<string, number> {
  const seen = new Map<string, number>();
  for (const ofMetric of outcomes)
    for (const { unit, runs, candidateRuns } of ofMetric) {
      const bits = (candidateRuns > 0 ? ranCandidate : 0) | (candidateRuns < runs ? ranBaseline : 0);
      seen.set(unit, (seen.get(unit) ?? noArm) | bits);
    }
  return seen;
}

function phaseOf(phases: readonly Phase[], atMs: number): number {
  return Math.max(
    0,
    phases.findLastIndex(({ sinceMs }) => atMs >= sinceMs),
  );
}

/** How units fell, and how they should have: of the units first met at a share s, s are in the candidate, and 1 − the share now still in the baseline. */
class SplitOfPhases {
  private readonly phases: readonly Phase[];
  private readonly now: number;
  private readonly found: { baseline: number; candidate: number }[];

  constructor(phases: readonly Phase[]) {
    this.phases = phases;
    this.now = phases.at(-1)?.shareBp ?? 0;
    this.found = phases.map(() => ({ baseline: 0, candidate: 0 }));
  }

  isMoved(unit: string, arm: ArmName, phase: number): boolean {
    if (arm === "candidate" || this.phases.length === 1) return false;
    const bucket = bucketOf(unit);
    return bucket >= (this.phases[phase]?.shareBp ?? 0) && bucket < this.now;
  }

  add(arm: ArmName, phase: number): void {
    const found = this.found[phase];
    if (found !== undefined) found[arm]++;
  }

  ratio(): SampleRatio {
    const expected = { baseline: 0, candidate: 0 };
    const total = { baseline: 0, candidate: 0 };
    for (const [phase, { baseline, candidate }] of this.found.entries()) {
      const [toCandidate, toBaseline] = [this.phases[phase]?.shareBp ?? 0, basisPoints - this.now];
      const all = baseline + candidate;
      // before anybody came, the plan's own split stands for what is expected
      const weight = (all > 0 ? all : this.found.length === 1 ? 1 : 0) / Math.max(1, toCandidate + toBaseline);
      expected.baseline += weight * toBaseline;
      expected.candidate += weight * toCandidate;
      total.baseline += baseline;
      total.candidate += candidate;
    }
    return sampleRatio([expected.baseline, expected.candidate], [total.baseline, total.candidate]);
  }
}
