// How much better or worse pairs of yes/no results turned out, with an interval that keeps its level for few and for one-sided changes: the
// score interval of a paired difference. Its one-sided bound is what a gate asks: is the candidate worse by less than the margin?
// Tango 1998, Statistics in Medicine 17, 891–908.
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";

/** Halvings of the range of a difference, which is 2 wide: to the last digit of a double. */
const halvings = 60;

/** `worse` and `better` of all `pairs` changed either way. */
export interface PairedChanges {
  worse: number;
  better: number;
  pairs: number;
}

/** (better − worse) / pairs with its two-sided interval, 95 % by default; null without pairs. */
export function tangoInterval(changes: PairedChanges, level = 0.95): { difference: number; low: number; high: number } | null {
  if (changes.pairs <= 0) return null;
  const z = normalQuantile((1 + level) / 2, 0, 1);
  return {
    difference: (changes.better - changes.worse) / changes.pairs,
    low: lowerEnd(changes, z),
    high: -lowerEnd({ ...changes, worse: changes.better, better: changes.worse }, z),
  };
}

/** The one-sided lower bound, 95 % by default: above −margin, the candidate is not inferior. null without pairs. */
export function tangoLowerBound(changes: PairedChanges, level = 0.95): number | null {
  return changes.pairs <= 0 ? null : lowerEnd(changes, normalQuantile(level, 0, 1));
}

/** The difference from which the seen one lies just z standard errors above; the score falls with the difference. */
function lowerEnd(changes: PairedChanges, z: number): number {
  let [low, high] = [-1, (changes.better - changes.worse) / changes.pairs];
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (score(changes, middle) > z) low = middle;
    else high = middle;
  }
  return low;
}

/** Seen minus supposed difference over its standard error, with the rate of pairs that turn worse as likely as the supposed difference lets it be. */
function score({ worse, better, pairs }: PairedChanges, difference: number): number {
  const b = (2 * pairs - better + worse) * difference - better - worse;
  const c = -worse * difference * (1 - difference);
  // the positive root of 2 n q² + b q + c = 0, in the form that does not cancel whichever sign b has
  const root = Math.sqrt(Math.max(0, b * b - 8 * pairs * c));
  const worseRate = b <= 0 ? (root - b) / (4 * pairs) : (-2 * c) / (b + root);
  const variance = pairs * (2 * worseRate + difference * (1 - difference));
  const gap = better - worse - pairs * difference;
  if (variance > 0) return gap / Math.sqrt(variance);
  return gap > 0 ? Infinity : 0;
}
