// What a leaf of the cube (one combination of all attribute values) should look like when it moved with its slice, and when it did not:
// counts of bad runs around an earlier rate, or an amount around a forecast. One cause never moves all leaves exactly alike, so a leaf
// has a vote and not as many as it has runs.
import gammaln from "@stdlib/math-base-special-gammaln";
import { type LevelProfile, levelProfile, peakOf, summedRows } from "../statistics/level-profile.ts";
import { shortestHalf } from "../statistics/shortest-half.ts";

/** Runs and bad runs of one leaf, before and after. `values` in the order of the attributes. */
export interface Leaf {
  values: readonly string[];
  n0: number;
  bad0: number;
  n1: number;
  bad1: number;
}

/** An additive amount (cost, tokens) of one leaf beside its forecast. */
export interface AmountLeaf {
  values: readonly string[];
  actual: number;
  expected: number;
  runs: number;
  /** Variance of actual over expected that sampling alone explains; 0 where amounts are totals. */
  variance: number;
}

/** Leaves as numbers to scan. */
export interface LeafModel {
  values: readonly (readonly string[])[];
  observed: readonly number[];
  expected: readonly number[];
  runs: readonly number[];
  /** Log-likelihoods of a leaf inside a slice that moved, by level. */
  moved: LevelProfile;
  /** The same for a leaf that belongs to no slice, if leaves stray no more than those of one slice do. */
  rest: LevelProfile;
  /** The same, if leaves stray as much as `outside` do: what no slice explains is noise that a further slice must rise above. */
  strayed: (outside: readonly number[]) => LevelProfile;
  /** Only slices above the level of the rest count: a rate is scanned for excess. */
  onlyAbove: boolean;
}

/** Spread (one standard deviation, relative) of one cause's effect among the leaves it reaches. */
const effectSpread = 0.35;
/** Pseudo-runs that draw a leaf's earlier rate to that of all (statistics.md 3.5). */
const shrinkRuns = 20;
/** Factors of a rate that are tried, as logarithms: from a fiftieth to three thousand times. */
const logFactors = Array.from({ length: 49 }, (_, i) => -4 + i * 0.25);
/** Shapes tried for how much leaves stray that no slice explains. */
const shapes = [0.25, 0.5, 1, 2, 4, 8];

/** Bad runs around what the earlier rate of each leaf predicts; null where nothing came before or after. */
export function countModel(leaves: readonly Leaf[]): LeafModel | null {
  const n0 = leaves.reduce((sum, leaf) => sum + leaf.n0, 0);
  const bad0 = leaves.reduce((sum, leaf) => sum + leaf.bad0, 0);
  if (n0 <= 0) return null;
  // half a count: an outcome never seen before has no rate of 0
  const overall = Math.max(bad0, 0.5) / n0;
  const used = leaves.filter((leaf) => leaf.n1 > 0);
  const expected = used.map((leaf) => (leaf.n1 * (leaf.bad0 + shrinkRuns * overall)) / (leaf.n0 + shrinkRuns));
  const observed = used.map((leaf) => leaf.bad1);
  const table = (shape: number): LevelProfile =>
    levelProfile(logFactors, used.length, (i, level) => gammaPoisson(observed[i] ?? 0, (expected[i] ?? 0) * Math.exp(level), shape));
  const shape = 1 / effectSpread ** 2;
  const moved = table(shape);
  return {
    values: used.map((leaf) => leaf.values),
    observed,
    expected,
    runs: used.map((leaf) => leaf.n1),
    moved,
    rest: moved,
    strayed: (outside) => table(strayShape(outside, observed, expected, moved)),
    onlyAbove: true,
  };
}

/** ln of the Gamma-Poisson probability of a count, without what does not depend on its mean. */
function gammaPoisson(count: number, mean: number, shape: number): number {
  return (count > 0 ? count * Math.log(mean / (mean + shape)) : 0) - shape * Math.log1p(mean / shape);
}

/** The most likely shape of leaves around their common level, never tighter than that of leaves which moved together. */
function strayShape(leaves: readonly number[], observed: readonly number[], expected: readonly number[], table: LevelProfile): number {
  const factor = Math.exp(peakOf(table.levels, summedRows(table, leaves)).level);
  const fit = (shape: number): number =>
    leaves.reduce((sum, i) => {
      const count = observed[i] ?? 0;
      return sum + gammaln(count + shape) - gammaln(shape) + gammaPoisson(count, (expected[i] ?? 0) * factor, shape);
    }, 0);
  const scored = shapes.map((shape) => ({ shape, fit: fit(shape) }));
  return scored.reduce((best, one) => (one.fit > best.fit ? one : best)).shape;
}

/** Deviation scores that are tried: 2 (a − e) / (a + e) lies between −2 and 2. */
const deviations = Array.from({ length: 81 }, (_, i) => -2 + i * 0.05);
/** Degrees of freedom: a leaf far off has a cause of its own more often than a normal tail allows. */
const tail = 8;
/** Even exact forecasts are rounded somewhere. */
const leastSpread = 0.02;

/** Amounts around their forecasts, judged by their deviation score; null where no leaf has an amount. */
export function amountModel(leaves: readonly AmountLeaf[]): LeafModel | null {
  const used = leaves.filter((leaf) => leaf.actual + leaf.expected > 0);
  const scores = used.map((leaf) => (2 * (leaf.actual - leaf.expected)) / (leaf.actual + leaf.expected));
  const half = shortestHalf(scores);
  if (half === null) return null;
  const usual = used.map((leaf) => leaf.variance).toSorted((a, b) => a - b)[Math.floor(used.length / 2)] ?? 0;
  const own = Math.max(leastSpread ** 2, half.spread ** 2 - usual);
  const spreadOf = (i: number, more: number): number => Math.sqrt((used[i]?.variance ?? 0) + own + more);
  const moved = levelProfile(deviations, used.length, (i, level) =>
    student(((scores[i] ?? 0) - level) / spreadOf(i, effectSpread ** 2), spreadOf(i, effectSpread ** 2)),
  );
  const rest = levelProfile([half.centre], used.length, (i, level) => student(((scores[i] ?? 0) - level) / spreadOf(i, 0), spreadOf(i, 0)));
  return {
    values: used.map((leaf) => leaf.values),
    observed: used.map((leaf) => leaf.actual),
    expected: used.map((leaf) => leaf.expected),
    runs: used.map((leaf) => leaf.runs),
    moved,
    rest,
    strayed: () => rest,
    onlyAbove: false,
  };
}

/** ln of Student's density at z with scale `spread`, without its constant. */
function student(z: number, spread: number): number {
  return -Math.log(spread) - ((tail + 1) / 2) * Math.log1p((z * z) / tail);
}
