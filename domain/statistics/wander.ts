// Does a rate wander from day to day more than chance and the spread within days explain? The standard deviation of that wander in
// log-odds, by moments over days, and only when the days disagree clearly: a handful of days always look a little uneven.
import { chiSquareQuantile } from "./chi-square-quantile.ts";

/** One-sided level at which days must disagree before any wander is assumed. */
const level = 0.95;
/** Days below which nothing can be said. */
const fewestDays = 4;

/** From days' counts y around their expectation and the variance of that expectation. 0 when there is no sign of it. */
export function dayWander(observed: ArrayLike<number>, expected: ArrayLike<number>, variance: ArrayLike<number>): number {
  let chiSquare = 0;
  let days = 0;
  let information = 0;
  for (let i = 0; i < observed.length; i++) {
    const v = variance[i] ?? 0;
    if (v < 1) continue;
    chiSquare += ((observed[i] ?? 0) - (expected[i] ?? 0)) ** 2 / v;
    information += v;
    days++;
  }
  if (days < fewestDays || chiSquare <= chiSquareQuantile(level, days - 1)) return 0;
  return Math.sqrt((chiSquare - (days - 1)) / information);
}
