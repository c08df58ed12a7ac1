// Where a finished series changed: the cheapest cut of it into stretches that are each a level or a straight line. It looks back over the
// whole series and answers at the scale of the whole; it promises no rate of false alarms and is no monitor.
// Optimal partitioning: Jackson et al. 2005, IEEE Signal Processing Letters 12. Penalty: Yao 1988, Statistics & Probability Letters 6.
import { lagOne } from "./lag-one.ts";
import { withoutSpikes } from "./spike-filter.ts";

/** What a change must earn for each free number, in units of ln n half noise variances (statistics.md 2.6). */
const penaltyFactor = 1.5;
/** Values below which a stretch is a burst and no new behaviour. */
const shortestSegment = 5;
/** Variance below this share of the whole is never worth a cut: a wiggle that nobody would see. */
const smallestNoise = 0.02;
/** More persistence than this cannot be told from a trend that the stretches fit badly. */
const largestPersistence = 0.8;
/** Rounds in which noise and cuts are fitted to each other; they settle in two or three. */
const mostRounds = 6;

/** The first index of each stretch but the first, ascending. Empty when one stretch explains the series, and for fewer than ten values. */
export function trendChanges(values: readonly number[]): number[] {
  const series = standardised(withoutSpikes(values, shortestSegment - 1));
  if (series === null || series.length < 2 * shortestSegment) return [];
  const sums = cumulate(series);
  // From above: noise is at first what one straight line leaves, so a cut must show at the scale of the whole series.
  let noise = Math.max(smallestNoise, fit(sums, 0, series.length).line / series.length);
  let segments = partition(sums, noise);
  for (let round = 1; round < mostRounds; round++) {
    noise = longRunNoise(residuals(series, segments));
    const next = partition(sums, noise);
    const isSettled = next.length === segments.length && next.every((one, i) => one.from === segments[i]?.from);
    segments = next;
    if (isSettled) break;
  }
  return segments.slice(1).map(({ from }) => from);
}

interface Segment {
  from: number;
  /** One past its last index. */
  to: number;
  isLevel: boolean;
}

/** Mean 0, variance 1; null for a constant. */
function standardised(values: readonly number[]): number[] | null {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return deviation > 0 ? values.map((value) => (value - mean) / deviation) : null;
}

interface Sums {
  /** Of values, their squares, and index × value, before each index. */
  x: Float64Array;
  xx: Float64Array;
  ix: Float64Array;
}

function cumulate(series: readonly number[]): Sums {
  const x = new Float64Array(series.length + 1);
  const xx = new Float64Array(series.length + 1);
  const ix = new Float64Array(series.length + 1);
  for (const [i, value] of series.entries()) {
    x[i + 1] = (x[i] ?? 0) + value;
    xx[i + 1] = (xx[i] ?? 0) + value * value;
    ix[i + 1] = (ix[i] ?? 0) + i * value;
  }
  return { x, xx, ix };
}

/** Squares left over in [from, to) by the best level and by the best line. */
function fit({ x, xx, ix }: Sums, from: number, to: number): { level: number; line: number } {
  const n = to - from;
  const sum = (x[to] ?? 0) - (x[from] ?? 0);
  const level = Math.max(0, (xx[to] ?? 0) - (xx[from] ?? 0) - (sum * sum) / n);
  const middle = (from + to - 1) / 2;
  const spread = (n * (n * n - 1)) / 12;
  const slope = (ix[to] ?? 0) - (ix[from] ?? 0) - middle * sum;
  return { level, line: spread > 0 ? Math.max(0, level - (slope * slope) / spread) : level };
}

function partition(sums: Sums, noise: number): Segment[] {
  const n = sums.x.length - 1;
  const parameter = penaltyFactor * Math.log(n);
  const costs = new Float64Array(n + 1).fill(Infinity);
  costs[0] = 0;
  const best: Segment[] = [];
  for (let to = shortestSegment; to <= n; to++) {
    for (let from = 0; from <= to - shortestSegment; from++) {
      const before = costs[from] ?? Infinity;
      if (before === Infinity) continue;
      const { level, line } = fit(sums, from, to);
      // A level has one number and a line two; the place of the cut is one more.
      const asLevel = level / noise + 2 * parameter;
      const asLine = line / noise + 3 * parameter;
      const cost = before + Math.min(asLevel, asLine);
      if (cost >= (costs[to] ?? Infinity)) continue;
      costs[to] = cost;
      best[to] = { from, to, isLevel: asLevel <= asLine };
    }
  }
  const segments: Segment[] = [];
  for (let segment = best[n]; segment !== undefined; segment = best[segment.from]) segments.unshift(segment);
  return segments;
}

function residuals(series: readonly number[], segments: readonly Segment[]): number[] {
  return segments.flatMap(({ from, to, isLevel }) => {
    const part = series.slice(from, to);
    const mean = part.reduce((a, b) => a + b, 0) / part.length;
    const middle = (part.length - 1) / 2;
    const spread = part.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
    const slope = isLevel ? 0 : part.reduce((sum, value, i) => sum + (i - middle) * value, 0) / spread;
    return part.map((value, i) => value - mean - slope * (i - middle));
  });
}

/** Variance of a mean of neighbours, per value: that of the residuals, raised by their persistence as in an AR(1) series. */
function longRunNoise(rest: readonly number[]): number {
  const variance = rest.reduce((sum, value) => sum + value * value, 0) / rest.length;
  const persistence = Math.min(largestPersistence, Math.max(0, lagOne(rest)));
  return Math.max(smallestNoise, (variance * (1 + persistence)) / (1 - persistence));
}
