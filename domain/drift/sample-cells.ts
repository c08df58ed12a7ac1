// Two samples as counts over the same cells, made from the baseline alone: five quantile bands of a number, or the most common categories
// with `other` and `new`. And how far apart the samples lie, in words people use and in a measure of whether that matters.
import { mean, quantileSorted, standardDeviation } from "simple-statistics";
import { jensenShannonBits } from "../statistics/divergence.ts";
import { newcombeDifference } from "../statistics/newcombe-difference.ts";
import { quantileInterval } from "../statistics/order-statistic-interval.ts";
import { cellOf, quantileCuts } from "../statistics/quantile-cells.ts";
import type { Sample, Value } from "./sample.ts";

/** Categories with a cell of their own. */
const mostCategories = 12;
/** Quantiles looked at for a shift. */
const looked = [0.1, 0.25, 0.5, 0.75, 0.9] as const;
/** A shift of every quantile, and of the mean, below a tenth of the spread is none that anybody needs to know, however certain. */
const smallestShift = 0.1;
/** Likewise for shares that add up to less than two in a hundred. */
const smallestVariation = 0.02;
/** The interquartile range of a normal sample in standard deviations. */
const normalQuartiles = 1.349;

export interface SampleEffect {
  measure: "median_difference" | "share_difference";
  value: number;
  low: number;
  high: number;
  /** The category whose share moved most. */
  category: string | null;
  /** Largest shift of a quantile or of the mean in deviations, or the total variation of shares; and whether that matters. */
  distance: number;
  matters: boolean;
  js_bits: number | null;
}

/** Which cell a value is in: 0 … size − 1. */
export interface Cells {
  size: number;
  cellOf: (value: Value) => number;
}

export function numberCells(baseline: readonly number[]): Cells {
  const cuts = quantileCuts(baseline.toSorted((a, b) => a - b));
  return { size: cuts.length + 1, cellOf: (value) => cellOf(Number(value), cuts) };
}

export function categoryCells({ counts }: Sample): Cells {
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const cellOfName = new Map(byCount.map(([name], i) => [name, Math.min(i, mostCategories)]));
  return { size: mostCategories + 2, cellOf: (value) => cellOfName.get(String(value)) ?? mostCategories + 1 };
}

export function countsIn(cells: Cells, { counts }: Sample): number[] {
  const tally = Array<number>(cells.size).fill(0);
  for (const [name, count] of counts) {
    const cell = cells.cellOf(name);
    tally[cell] = (tally[cell] ?? 0) + count;
  }
  return tally;
}

export function numberEffect(baseline: readonly number[], current: readonly number[]): SampleEffect {
  const [was, is] = [baseline.toSorted((a, b) => a - b), current.toSorted((a, b) => a - b)];
  const [before, after] = [quantileInterval(was, 0.5), quantileInterval(is, 0.5)];
  const shift = Math.max(...looked.map((q) => Math.abs(quantileSorted(is, q) - quantileSorted(was, q))));
  const together = [...was, ...is].sort((a, b) => a - b);
  const spread = spreadOf(was) || spreadOf(together);
  // Rare large values move no quantile that is looked at, but they move the mean.
  const meanShift = Math.abs(mean(is) - mean(was)) / standardDeviation(together);
  const distance = spread > 0 ? Math.max(shift / spread, meanShift) : 0;
  return {
    measure: "median_difference",
    value: (after?.value ?? 0) - (before?.value ?? 0),
    low: (after?.low ?? 0) - (before?.high ?? 0),
    high: (after?.high ?? 0) - (before?.low ?? 0),
    category: null,
    distance,
    matters: distance >= smallestShift,
    js_bits: null,
  };
}

export function categoryEffect(baseline: Sample, current: Sample): SampleEffect {
  const names = [...new Set([...baseline.counts.keys(), ...current.counts.keys()])].sort();
  const shares = names.map((name) => ({ name, was: baseline.counts.get(name) ?? 0, is: current.counts.get(name) ?? 0 }));
  const moved = ({ was, is }: { was: number; is: number }): number => Math.abs(is / current.n - was / baseline.n);
  const most = shares.reduce((best, one) => (moved(one) > moved(best) ? one : best), shares[0] ?? { name: "", was: 0, is: 0 });
  const difference = newcombeDifference(most.is, current.n, most.was, baseline.n);
  const distance = shares.reduce((sum, one) => sum + moved(one), 0) / 2;
  return {
    measure: "share_difference",
    value: difference?.difference ?? 0,
    low: difference?.low ?? 0,
    high: difference?.high ?? 0,
    category: most.name,
    distance,
    matters: distance >= smallestVariation,
    js_bits: jensenShannonBits(
      shares.map(({ was }) => was),
      shares.map(({ is }) => is),
    ),
  };
}

/** Robust where the middle half varies, else the standard deviation; 0 for a constant. */
function spreadOf(ascending: number[]): number {
  const middle = (quantileSorted(ascending, 0.75) - quantileSorted(ascending, 0.25)) / normalQuartiles;
  if (middle > 0) return middle;
  return standardDeviation(ascending);
}
