// Quantiles of the chi-square distribution that a baseline asks for again and again: whole degrees of freedom, two or three levels.
import chisquareQuantile from "@stdlib/stats-base-dists-chisquare-quantile";

/** What was computed so far: a few hundred numbers, each 20 µs to make. */
const known = new Map<number, Map<number, number>>();

/** The x with P(X <= x) = level at `freedom` degrees of freedom. */
export function chiSquareQuantile(level: number, freedom: number): number {
  let byFreedom = known.get(level);
  if (byFreedom === undefined) known.set(level, (byFreedom = new Map()));
  let value = byFreedom.get(freedom);
  if (value === undefined) byFreedom.set(freedom, (value = chisquareQuantile(level, freedom)));
  return value;
}
