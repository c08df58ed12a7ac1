// How rare is a value beyond anything usual? Peaks over a high threshold follow a generalised Pareto law whatever the body of the
// distribution looks like, so its tail can be continued past the largest value seen. Refuses an opinion before fifty values.
// Pickands 1975, Annals of Statistics 3; estimation by probability-weighted moments: Hosking & Wallis 1987, Technometrics 29; as a
// detector in streams: Siffer et al. 2017, KDD (SPOT).

/** Values before which no tail is fitted. */
export const fewestForTail = 50;
/** Share of the values that are tail, and the least number of them. */
const tailShare = 0.02;
const fewestInTail = 10;
/** A tail of infinite mean (shape >= 1) never comes from a measurement. */
const heaviestShape = 0.9;
/** Scales below these are rounding, not spread: a share of the distance from median to threshold, of the median, and of 1. */
const smallestOfReach = 0.05;
const smallestOfMedian = 1e-3;
const smallestScale = 1e-9;

export interface Tail {
  /** Threshold above which the law holds, in units of the side (negated for the lower tail). */
  cut: number;
  /** Probability of being above it. */
  rate: number;
  scale: number;
  shape: number;
  side: 1 | -1;
}

/** The upper (side 1) or lower (side −1) tail of ascending values; null for fewer than fifty. */
export function fitTail(ascending: Float64Array, side: 1 | -1): Tail | null {
  const n = ascending.length;
  if (n < fewestForTail) return null;
  const at = (i: number): number => (side === 1 ? (ascending[i] ?? 0) : -(ascending[n - 1 - i] ?? 0));
  const first = n - Math.max(fewestInTail, Math.ceil(tailShare * n));
  const cut = at(first - 1);
  let count = 0;
  let sum = 0;
  for (let i = first; i < n; i++) {
    const excess = at(i) - cut;
    if (excess <= 0) continue;
    count++;
    sum += excess;
  }
  const median = at(n >> 1);
  const floor = Math.max(smallestOfReach * (cut - median), smallestOfMedian * Math.abs(median), smallestScale);
  const rate = (count + 1) / (n + 1);
  const mean = sum / Math.max(1, count);
  // Few peaks: the predictive law of exponential peaks of unknown mean is Pareto with shape 1 / count.
  if (count < fewestInTail) return { cut, rate, scale: Math.max(mean, floor), shape: 1 / Math.max(1, count), side };
  let weighted = 0;
  for (let j = 0; j < count; j++) weighted += ((at(n - count + j) - cut) * (1 - (j + 0.65) / count)) / count;
  const shape = Math.min(heaviestShape, Math.max(0, 2 - mean / (mean - 2 * weighted)));
  return { cut, rate, scale: Math.max(mean * (1 - shape), floor), shape: Math.max(shape, 1 / count), side };
}

/** −ln of the probability of a value at least so far out; 0 below the threshold, where nothing is rare. */
export function tailSurprise({ cut, rate, scale, shape, side }: Tail, value: number): number {
  const excess = side * value - cut;
  return excess > 0 ? Math.log1p((shape * excess) / scale) / shape - Math.log(rate) : 0;
}
