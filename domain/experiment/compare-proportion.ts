// Two rates: did the candidate succeed more or less often? From counts, from counts by stratum (one answer that a different mix of cases
// cannot sway), or from events of units, each counted once and only in the one arm it was in.
import { gTest } from "../statistics/dirichlet-multinomial.ts";
import { fisherExact } from "../statistics/fisher-exact.ts";
import { type ArmsOfStratum, mantelHaenszel } from "../statistics/mantel-haenszel.ts";
import { newcombeDifference } from "../statistics/newcombe-difference.ts";
import { unitsForProportions } from "../statistics/sample-size.ts";
import { mostForExact, twoProportions } from "../statistics/two-proportions.ts";
import { type Arm, type Comparison, concluded, decisive, directionOf, type Goal, type Measured } from "./comparison.ts";

/** A mix of strata differs between the arms when chance would do it less often than this. */
const mixLevel = 0.001;

/** Successes and units of an arm. */
export type Counts = readonly [number, number];

export function compareCounts(baseline: Counts, candidate: Counts, goal: Goal): Comparison {
  return concluded(measuredCounts(baseline, candidate, goal), couldDecide(baseline[1], candidate[1]));
}

/** One answer for all strata, adjusted for their mix; the arms' values are the raw ones. */
export function compareStrata(strata: readonly ArmsOfStratum[], goal: Goal): Comparison {
  const [baseline, candidate] = [pooled(strata.map((one) => one.baseline)), pooled(strata.map((one) => one.candidate))];
  const raw = measuredCounts(baseline, candidate, goal);
  const adjusted = mantelHaenszel(strata);
  const mix = gTest(
    strata.map((one) => one.baseline[1]),
    strata.map((one) => one.candidate[1]),
  );
  const measured: Measured =
    adjusted === null
      ? { ...raw, difference: null, low: null, high: null, p: null, requiredN: null }
      : { ...raw, difference: adjusted.difference.value, low: adjusted.difference.low, high: adjusted.difference.high, p: adjusted.p };
  const found = concluded({ ...measured, method: "cochran_mantel_haenszel" }, couldDecide(baseline[1], candidate[1]));
  return {
    ...found,
    flags: mix !== null && mix.p < mixLevel ? ["segment_mix_differs"] : [],
    required_n: null,
    adjusted:
      adjusted === null
        ? null
        : {
            direction: directionOf(adjusted.difference.value, goal),
            odds_ratio: adjusted.oddsRatio?.value ?? null,
            low: adjusted.oddsRatio?.low ?? null,
            high: adjusted.oddsRatio?.high ?? null,
            p_or_e: adjusted.p,
          },
  };
}

export interface Exposure {
  unit: string;
  arm: "baseline" | "candidate";
  atMs: number;
}

/** Units in both arms are left out and counted; a success counts once, and only from the unit's first exposure on. */
export function compareUnits(exposures: readonly Exposure[], outcomes: readonly { unit: string; atMs: number }[], goal: Goal): Comparison {
  const units = new Map<string, { arms: Set<Exposure["arm"]>; firstMs: number; succeeded: boolean }>();
  for (const { unit, arm, atMs } of exposures) {
    const known = units.get(unit);
    if (known === undefined) units.set(unit, { arms: new Set([arm]), firstMs: atMs, succeeded: false });
    else units.set(unit, { ...known, arms: known.arms.add(arm), firstMs: Math.min(known.firstMs, atMs) });
  }
  for (const { unit, atMs } of outcomes) {
    const known = units.get(unit);
    if (known !== undefined && atMs >= known.firstMs) known.succeeded = true;
  }
  const all = [...units.values()];
  const countsOf = (arm: Exposure["arm"]): Counts => {
    const own = all.filter(({ arms }) => arms.size === 1 && arms.has(arm));
    return [own.filter(({ succeeded }) => succeeded).length, own.length];
  };
  const mixed = all.filter(({ arms }) => arms.size > 1).length;
  return { ...compareCounts(countsOf("baseline"), countsOf("candidate"), goal), mixed_units: mixed };
}

/** Could any result of arms of these sizes be decisive? All failures against all successes is the strongest. */
export function couldDecide(baselineUnits: number, candidateUnits: number): boolean {
  if (baselineUnits <= 0 || candidateUnits <= 0) return false;
  if (baselineUnits + candidateUnits > mostForExact) return true;
  return fisherExact(0, baselineUnits, candidateUnits, candidateUnits) < decisive;
}

export function measuredCounts(baseline: Counts, candidate: Counts, goal: Goal): Measured {
  const [b, n0] = baseline;
  const [c, n1] = candidate;
  const found = newcombeDifference(c, n1, b, n0);
  const { p, method } = twoProportions(c, n1, b, n0);
  return {
    goal,
    baseline: armOf(baseline),
    candidate: armOf(candidate),
    difference: found?.difference ?? null,
    low: found?.low ?? null,
    high: found?.high ?? null,
    p: found === null ? null : p,
    method,
    requiredN: found === null ? null : unitsForProportions(b / n0, c / n1),
    asText: (value) => `${Number((100 * value).toFixed(1))} %`,
  };
}

function armOf([successes, n]: Counts): Arm {
  return { n, value: n > 0 ? successes / n : null, successes };
}

function pooled(arms: readonly Counts[]): Counts {
  return arms.reduce<Counts>((sum, [k, n]) => [sum[0] + k, sum[1] + n], [0, 0]);
}
