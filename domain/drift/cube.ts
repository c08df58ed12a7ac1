// The runs around a change as a cube over who asks: one leaf for each combination of cohort values, with what it showed before and after.
// Counts for a yes/no outcome; totals beside their forecast for what adds up (cost, tokens).
import type { AmountLeaf, Leaf } from "./slice.ts";
import { strataBy } from "./strata.ts";
import type { Outcome, Window } from "./window.ts";

/** Attributes that are scanned: those with few values first, as their slices are large enough to act on. */
const mostAttributes = 4;
/** Values up to which an attribute makes slices that can be told apart. */
const mostValues = 30;
/** Pseudo-runs that draw a leaf's earlier mean to that of all. */
const shrinkRuns = 20;
/** Amounts beyond this quantile of all runs count as much as it: one runaway run is no slice. */
const winsorised = 0.99;

export interface Cube {
  attributes: string[];
  leaves: string[][];
  /** Leaf of each window run. */
  of: Int32Array;
  /** Side of each window run: 0 before, 1 after. */
  side: Uint8Array;
  weights: Float64Array | null;
  runsAfter: number;
}

/** null where no cohort attribute tells runs apart. */
export function cubeOf(window: Window, onsetMs: number): Cube | null {
  const attributes = [...new Set(window.runs.flatMap((run) => Object.keys(run.cohort)))]
    .map((attribute) => ({ attribute, count: strataBy(window, [attribute]).count }))
    .filter(({ count }) => count > 1 && count <= mostValues)
    .sort((a, b) => a.count - b.count || (a.attribute < b.attribute ? -1 : 1))
    .slice(0, mostAttributes)
    .map(({ attribute }) => attribute);
  if (attributes.length === 0) return null;
  const { of, count } = strataBy(window, attributes);
  const leaves: string[][] = Array.from({ length: count }, () => []);
  for (const [i, run] of window.runs.entries()) leaves[of[i] ?? 0] = attributes.map((attribute) => run.cohort[attribute] ?? "");
  const side = Uint8Array.from(window.runs, (run) => (run.atMs < onsetMs ? 0 : 1));
  const { weights } = window;
  const runsAfter = side.reduce((sum, after, i) => sum + after * (weights?.[i] ?? 1), 0);
  return { attributes, leaves, of, side, weights, runsAfter };
}

/** Runs that show the outcome's moved side, before and after. */
export function countLeaves({ leaves, of, side, weights }: Cube, { y, logOddsShift }: Outcome): Leaf[] {
  const counts = leaves.map((values): Leaf => ({ values, n0: 0, bad0: 0, n1: 0, bad1: 0 }));
  for (let i = 0; i < of.length; i++) {
    const leaf = counts[of[i] ?? 0];
    const value = y[i] ?? NaN;
    if (leaf === undefined || Number.isNaN(value)) continue;
    const weight = weights?.[i] ?? 1;
    const bad = weight * (logOddsShift >= 0 ? value : 1 - value);
    if (side[i] === 0) {
      leaf.n0 += weight;
      leaf.bad0 += bad;
    } else {
      leaf.n1 += weight;
      leaf.bad1 += bad;
    }
  }
  return counts.filter(({ n0, n1 }) => n0 + n1 > 0);
}

/** Dimensions whose amounts add up over runs. */
export function isAdditive(dimension: string): boolean {
  return dimension === "cost.usd" || dimension.startsWith("tokens.");
}

/** Totals after the change beside what the earlier mean of each leaf forecasts for as many runs. */
export function amountLeaves({ leaves, of, side, weights }: Cube, { runs }: Window, dimension: string): AmountLeaf[] {
  const amounts = runs.map((run) => {
    const value = run.observations.find((observation) => observation.dimension === dimension)?.value;
    return typeof value === "number" ? value : null;
  });
  const ascending = amounts.filter((value) => value !== null).sort((a, b) => a - b);
  const most = ascending[Math.ceil(winsorised * ascending.length) - 1] ?? 0;
  const sums = leaves.map(() => [emptySums(), emptySums()] as const);
  const before = emptySums();
  for (const [i, amount] of amounts.entries()) {
    const own = sums[of[i] ?? 0];
    if (amount === null || own === undefined) continue;
    add(own[side[i] === 0 ? 0 : 1], Math.min(most, amount), weights?.[i] ?? 1);
    if (side[i] === 0) add(before, Math.min(most, amount), weights?.[i] ?? 1);
  }
  if (before.n === 0 || before.sum === 0) return [];
  const mean = before.sum / before.n;
  const variation = Math.max(0, before.squares / before.n - mean * mean) / (mean * mean);
  return leaves.flatMap((values, leaf): AmountLeaf[] => {
    const [was, is] = sums[leaf] ?? [emptySums(), emptySums()];
    if (is.n === 0) return [];
    const expected = (is.n * (was.sum + shrinkRuns * mean)) / (was.n + shrinkRuns);
    return [{ values, actual: is.sum, expected, runs: Math.round(is.n), variance: variation * (1 / is.n + 1 / (was.n + shrinkRuns)) }];
  });
}

interface Sums {
  n: number;
  sum: number;
  squares: number;
}

function emptySums(): Sums {
  return { n: 0, sum: 0, squares: 0 };
}

function add(sums: Sums, value: number, weight: number): void {
  sums.n += weight;
  sums.sum += weight * value;
  sums.squares += weight * value * value;
}
