// What a canary says, whenever it is asked: first whether the split can be trusted, then whether a guardrail says stop, then what the planned
// looks decided; without a plan for an end, the interval that may be watched decides. Data that is not there decides nothing. Pure: of the same
// outcomes and the same earlier looks it says the same.
import type { ArmsOfStratum } from "../statistics/mantel-haenszel.ts";
import { basisPoints, type ArmName } from "./assignment.ts";
import { decidingLook, informationOf, nextLook, type TakenLook } from "./canary-looks.ts";
import { exploredP, measureMetric, type MeasuredMetric, type Measuring } from "./canary-metrics.ts";
import type { CanaryPlan } from "./canary-plan.ts";
import { phasesOf, shareNow } from "./canary-ramp.ts";
import { chooseStrata, type StrataChoice } from "./canary-strata.ts";
import { countUnits, type UnitCounts, type UnitExposure, type UnitOutcome } from "./canary-units.ts";
import { canaryVerdict } from "./canary-verdict.ts";
import { compareStrata, type Counts } from "./compare-proportion.ts";
import { canaryFlags, type CanaryFlag, type CanaryMemory, type CanaryState } from "./canary-state.ts";
import type { Action, Adjustment } from "./comparison.ts";
import type { ExperimentReading, MetricReading } from "./experiment.ts";
import type { SampleRatio } from "./sample-ratio.ts";

export interface CanaryFacts {
  /** By the key of the unit. */
  exposures: ReadonlyMap<string, UnitExposure>;
  /** By metric, each in the order of arrival. */
  outcomes: ReadonlyMap<string, readonly UnitOutcome[]>;
}

export interface CanaryReading extends ExperimentReading {
  action: Action;
  flags: CanaryFlag[];
  canary: CanaryState;
}

export function readCanary(plan: CanaryPlan, facts: CanaryFacts, { ramp, looks }: CanaryMemory, nowMs: number): CanaryReading {
  const primaryName = (plan.metrics.find(({ primary }) => primary === true) ?? plan.metrics[0])?.name ?? "";
  const primaryOutcomes = facts.outcomes.get(primaryName) ?? [];
  const { units, counts, srm } = countUnits(facts.exposures, facts.outcomes.values(), primaryOutcomes, phasesOf(plan, ramp));
  const shareBp = shareNow(plan, ramp);
  const strata = chooseStrata(primaryOutcomes, units, plan.strata);
  const measuring: Measuring = { plan, units, shareBp, strata };
  const measured = plan.metrics.map((metric) => measureMetric(metric, facts.outcomes.get(metric.name) ?? [], measuring));
  const primary = measured.find(({ role }) => role === "primary");
  if (primary === undefined) throw new RangeError("a canary without a metric");
  // A split that cannot be trusted decides nothing, so no look is spent on it.
  const look = srm.srm ? null : nextLook(plan, looks, primary.arms, strata.attribute, nowMs);
  const taken = look === null ? [...looks] : [...looks, look];
  const information = informationOf(plan.max_n, primary.arms.n);
  const state: CanaryState = {
    share: shareBp / basisPoints,
    ramp: [...ramp],
    looks: taken,
    planned: plan.max_n === undefined ? null : { looks: plan.looks, n: plan.max_n },
    information,
    units: counts,
    strata: strata.attribute,
    adjusted: adjustedOf(primary, primaryOutcomes, measuring),
    harmful: measured.flatMap(({ guard, planned }) => (guard?.is_harmful === true ? [planned.name] : [])),
    harmless: measured.every(({ guard }) => guard === null || guard.is_harmless),
    is_over: (information ?? 0) >= 1,
  };
  const flags = flagsOf(counts, srm, strata, missingUnevenly(primary.arms.n, counts));
  const explored = exploredP(measured);
  return {
    ...canaryVerdict(measured, primary, state, flags, srm),
    flags,
    metrics: measured.map((one) => metricOf(one, taken, explored)),
    cases: null,
    srm,
    coverage: units.size === 0 ? null : (units.size - counts.without_outcome) / units.size,
    canary: state,
  };
}

function metricOf(measured: MeasuredMetric, looks: readonly TakenLook[], explored: ReadonlyMap<string, number>): MetricReading {
  const { planned, role, watched, arms, guard, requiredN } = measured;
  const { baseline, candidate, difference, low, high } = watched;
  const shared = {
    name: planned.name,
    role,
    baseline,
    candidate,
    difference,
    low,
    high,
    n: arms.n.candidate,
    required_n: requiredN,
    guard,
  };
  if (role === "guardrail") return { ...shared, p_or_e: guard?.harm_e ?? null, method: "betting_e_process" };
  if (role === "exploratory")
    return { ...shared, p_or_e: explored.get(planned.name) ?? null, method: "asymptotic_confidence_sequence_holm" };
  const last = decidingLook(looks) ?? looks.at(-1);
  if (last !== undefined) return { ...shared, p_or_e: last.p, method: "group_sequential_obrien_fleming" };
  return { ...shared, p_or_e: watched.p, method: "asymptotic_confidence_sequence" };
}

/** Of yes/no values with an attribute held fixed: the answer that /v1/compare gives for strata. */
function adjustedOf(primary: MeasuredMetric, outcomes: readonly UnitOutcome[], { units, strata }: Measuring): Adjustment | null {
  if (strata.attribute === null || !primary.isYesNo) return null;
  const counts = new Map<string, Record<ArmName, [number, number]>>();
  for (const { unit, mean, cohort } of outcomes) {
    const counted = units.get(unit);
    if (counted === undefined) continue;
    const key = `${counted.phase}\u0000${strata.of(cohort)}`;
    const known = counts.get(key) ?? { baseline: [0, 0], candidate: [0, 0] };
    known[counted.arm] = added(known[counted.arm], mean);
    counts.set(key, known);
  }
  const arms = [...counts.values()].map(({ baseline, candidate }): ArmsOfStratum => ({ baseline, candidate }));
  return compareStrata(arms, primary.planned.goal).adjusted;
}

const added = ([k, n]: Counts, value: number): [number, number] => [k + value, n + 1];

/** Two-sided error at which outcomes are called missing more often in one arm. */
const missingLevel = 0.001;

function missingUnevenly(withOutcome: Record<ArmName, number>, counts: UnitCounts): boolean {
  if (counts.baseline === 0 || counts.candidate === 0 || counts.without_outcome === 0) return false;
  const stratum: ArmsOfStratum = {
    baseline: [withOutcome.baseline, counts.baseline],
    candidate: [withOutcome.candidate, counts.candidate],
  };
  return (compareStrata([stratum], "increase").p_or_e ?? 1) < missingLevel;
}

function flagsOf(counts: UnitCounts, srm: SampleRatio, { mixDiffers }: StrataChoice, isUneven: boolean): CanaryFlag[] {
  const holds: Record<CanaryFlag, boolean> = {
    sample_ratio_mismatch: srm.srm,
    empty_arm: counts.baseline + counts.candidate > 0 && Math.min(counts.baseline, counts.candidate) === 0,
    segment_mix_differs: mixDiffers,
    outcomes_missing_unevenly: isUneven,
    crossovers: counts.crossovers > 0,
    double_exposure: counts.double_exposed > 0,
  };
  return canaryFlags.filter((flag) => holds[flag]);
}
