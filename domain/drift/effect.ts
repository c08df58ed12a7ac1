// How far a dimension moved, in words people use: a difference of rates, a ratio of medians, a difference of a category's share, each
// with a 95 % interval; and the two sides it was measured from. Effect sizes only; whether it moved is the detector's business.
import { jensenShannonBits, populationStability } from "../statistics/divergence.ts";
import { newcombeDifference } from "../statistics/newcombe-difference.ts";
import { quantileInterval } from "../statistics/order-statistic-interval.ts";
import type { Baseline } from "./baseline.ts";
import { ascendingValues, type Ranges, tally } from "./cells.ts";
import type { Column } from "./column.ts";
import type { Detection } from "./detection.ts";

export type Effect = Pick<Detection, "baseline" | "current" | "effect">;

/** Baseline against the observations in `current`; `cell` is the most moved cell, which a category's effect is about. */
export function effectOf(column: Column, baseline: Baseline, current: Ranges, cell: number, weights: Float64Array | null): Effect {
  if (column.kind === "proportion") return rateEffect(column, baseline, current, weights);
  if (column.kind === "categorical") return shareEffect(column, baseline, current, cell, weights);
  return medianEffect(column, baseline, current);
}

function rateEffect(column: Column, baseline: Baseline, current: Ranges, weights: Float64Array | null): Effect {
  const [was, wasN] = countsOf(column, baseline, baseline.ranges, weights);
  const [is, isN] = countsOf(column, baseline, current, weights);
  return { ...difference("rate_difference", is[0] ?? 0, isN, was[0] ?? 0, wasN) };
}

function shareEffect(column: Column, baseline: Baseline, current: Ranges, cell: number, weights: Float64Array | null): Effect {
  const [was, wasN] = countsOf(column, baseline, baseline.ranges, weights);
  const [is, isN] = countsOf(column, baseline, current, weights);
  const found = difference("share_difference", is[cell] ?? 0, isN, was[cell] ?? 0, wasN);
  const category = baseline.list[cell]?.name ?? "";
  const divergence = { js_bits: jensenShannonBits(was, is), psi: populationStability(was, is) };
  return {
    baseline: { ...found.baseline, category, shares: shares(baseline, was, wasN) },
    current: { ...found.current, category, shares: shares(baseline, is, isN), ...divergence },
    effect: found.effect,
  };
}

function shares(baseline: Baseline, counts: readonly number[], n: number): Record<string, number> {
  return Object.fromEntries(baseline.list.map((cell, i) => [cell.name, n > 0 ? (counts[i] ?? 0) / n : 0]));
}

function difference(measure: string, is: number, isN: number, was: number, wasN: number): Effect {
  const found = newcombeDifference(is, isN, was, wasN);
  return {
    baseline: { n: Math.round(wasN), value: wasN > 0 ? was / wasN : null },
    current: { n: Math.round(isN), value: isN > 0 ? is / isN : null },
    effect:
      found === null ? { measure, value: 0, low: -1, high: 1 } : { measure, value: found.difference, low: found.low, high: found.high },
  };
}

/** Ratio of medians where both are positive, else their difference; the interval joins the ends of both medians' intervals on the log scale. */
function medianEffect(column: Column, baseline: Baseline, current: Ranges): Effect {
  const before = ascendingValues(column, baseline.ranges);
  const after = ascendingValues(column, current);
  const was = quantileInterval(before, 0.5);
  const is = quantileInterval(after, 0.5);
  const side = (values: Float64Array, median: number | null): Detection["baseline"] => ({
    n: values.length,
    value: median,
    p10: quantileInterval(values, 0.1)?.value ?? null,
    p95: quantileInterval(values, 0.95)?.value ?? null,
  });
  const sides = { baseline: side(before, was?.value ?? null), current: side(after, is?.value ?? null) };
  if (was === null || is === null) return { ...sides, effect: { measure: "median_difference", value: 0, low: 0, high: 0 } };
  if (was.low > 0 && is.low > 0) {
    const value = is.value / was.value;
    const down = Math.hypot(Math.log(is.value / is.low), Math.log(was.high / was.value));
    const up = Math.hypot(Math.log(is.high / is.value), Math.log(was.value / was.low));
    return { ...sides, effect: { measure: "median_ratio", value, low: value * Math.exp(-down), high: value * Math.exp(up) } };
  }
  const value = is.value - was.value;
  return {
    ...sides,
    effect: {
      measure: "median_difference",
      value,
      low: value - Math.hypot(is.value - is.low, was.high - was.value),
      high: value + Math.hypot(is.high - is.value, was.value - was.low),
    },
  };
}

/** Counts by cell and n over ranges of observations. */
export function countsOf(column: Column, baseline: Baseline, ranges: Ranges, weights: Float64Array | null): [number[], number] {
  const y = new Float64Array(baseline.list.length);
  const sums: number[] = Array(baseline.list.length).fill(0);
  let n = 0;
  for (const [from, to] of ranges) {
    n += tally(column, baseline.cells, from, to, weights, y);
    y.forEach((value, cell) => (sums[cell] = (sums[cell] ?? 0) + value));
  }
  return [sums, n];
}
