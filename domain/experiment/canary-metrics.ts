// Each metric of a canary, measured over the units that count: the arms beside each other, the interval that may be watched, and the bet on harm
// where the metric is guarded. Decides nothing; what is explored has p-values raised for how many of them there are.
import { holm } from "../statistics/holm.ts";
import { unitsForMeans, unitsForProportions } from "../statistics/sample-size.ts";
import { basisPoints, type ArmName } from "./assignment.ts";
import { addToStratum, compareArms, type ComparedArms, type Strata } from "./canary-arms.ts";
import { watchHarm, type Guard } from "./canary-guard.ts";
import { usualPlannedUnits, watchDifference, type WatchedDifference } from "./canary-interval.ts";
import type { CanaryPlan } from "./canary-plan.ts";
import { scaleOf } from "./canary-scale.ts";
import type { StrataChoice } from "./canary-strata.ts";
import type { CountedUnit, UnitOutcome } from "./canary-units.ts";
import { guardedMargin, kindOf, roleOf, type MetricKind, type MetricRole, type PlannedMetric } from "./metric.ts";

/** Five looks need about this much more than one. Statistics.md 4.4. */
const looksCost = 1.03;

export interface MeasuredMetric {
  planned: PlannedMetric;
  role: MetricRole;
  kind: MetricKind;
  arms: ComparedArms;
  watched: WatchedDifference;
  /** null for a metric that is not guarded. */
  guard: Guard | null;
  requiredN: number | null;
  /** Yes/no values only. */
  isYesNo: boolean;
}

/** What is measured, of whom, and how it was split. */
export interface Measuring {
  plan: CanaryPlan;
  units: ReadonlyMap<string, CountedUnit>;
  /** In basis points, now. */
  shareBp: number;
  strata: StrataChoice;
}

/** @param outcomes of this metric, in the order of arrival */
export function measureMetric(planned: PlannedMetric, outcomes: readonly UnitOutcome[], measuring: Measuring): MeasuredMetric {
  const { plan, units, strata, shareBp } = measuring;
  const counted = countedOf(outcomes, units, strata);
  const kind = kindOf(planned, counted.most > 1);
  const role = roleOf(plan.metrics, planned);
  const scale = scaleOf(kind, counted.baseline, counted.least > 0);
  const sums: Strata = new Map();
  for (const { stratum, arm, mean } of counted.values) addToStratum(sums, stratum, arm, scale.on(mean));
  const arms = compareArms(sums, kind);
  const margin = guardedMargin(planned, role, kind);
  return {
    planned,
    role,
    kind,
    arms,
    watched: watchDifference(arms, kind, scale, plan.max_n ?? usualPlannedUnits),
    guard:
      margin === null
        ? null
        : watchHarm(counted.values, { kind, goal: planned.goal, margin }, (basisPoints - shareBp) / Math.max(1, shareBp)),
    requiredN: requiredUnits(arms, kind),
    isYesNo: kind === "rate" && counted.values.every(({ mean }) => mean === 0 || mean === 1),
  };
}

interface CountedValue {
  arm: ArmName;
  stratum: string;
  mean: number;
  /** Of its first run: what bets take. */
  value: number;
}

/** Of units that count, in the order of arrival; and the least, the most, and the baseline's. */
function countedOf(
  outcomes: readonly UnitOutcome[],
  units: Measuring["units"],
  strata: StrataChoice,
): { values: CountedValue[]; baseline: number[]; least: number; most: number } {
  const counted: ReturnType<typeof countedOf> = { values: [], baseline: [], least: Infinity, most: -Infinity };
  const names = new Map<string, string>();
  for (const { unit, cohort, mean, first } of outcomes) {
    const known = units.get(unit);
    if (known === undefined) continue;
    const name = `${known.phase}\u0000${strata.of(cohort)}`;
    // One text for all units of a stratum: there can be a hundred thousand.
    const stratum = names.get(name) ?? name;
    names.set(name, stratum);
    counted.values.push({ arm: known.arm, stratum, mean, value: first });
    if (known.arm === "baseline") counted.baseline.push(mean);
    counted.least = Math.min(counted.least, mean);
    counted.most = Math.max(counted.most, mean);
  }
  return counted;
}

/** Units of each arm to be decisive about a difference as large as the one seen; null without one. */
function requiredUnits({ means, difference, variances }: ComparedArms, kind: MetricKind): number | null {
  if (difference === null || difference === 0 || means.baseline === null || means.candidate === null) return null;
  const units =
    kind === "rate" && means.candidate !== means.baseline
      ? unitsForProportions(means.baseline, means.candidate)
      : variances > 0
        ? unitsForMeans(difference, variances)
        : null;
  return units === null ? null : Math.ceil(looksCost * units);
}

/** p of the metrics that are only explored, by name, as Holm raises them: one of them all is called by chance in 5 of 100 canaries at most. */
export function exploredP(measured: readonly MeasuredMetric[]): Map<string, number> {
  const explored = measured.flatMap(({ planned, role, watched }) =>
    role === "exploratory" && watched.p !== null ? [{ name: planned.name, p: watched.p }] : [],
  );
  const raised = holm(explored.map(({ p }) => p));
  return new Map(explored.map(({ name }, i) => [name, raised[i] ?? 1]));
}
