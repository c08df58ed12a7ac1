// A comparison that is looked at while it runs. The plan of looks decides how much each may ask for, so that looking often does not make a
// difference out of chance; before the last planned look, what is not decisive yet is inconclusive.
import { sequentialBounds, sequentialP } from "../statistics/group-sequential.ts";
import { proportionScore } from "../statistics/score-test.ts";
import { answer, type Comparison, concluded, decisive, type Goal, type Measured } from "./comparison.ts";
import { couldDecide, type Counts, measuredCounts } from "./compare-proportion.ts";

export interface Look {
  baseline: Counts;
  candidate: Counts;
}

/** Cumulative looks, oldest first, at least one; `planned.n` units in each arm at the last of `planned.looks`. The answer is for the last one. */
export function compareLooks(looks: readonly Look[], planned: { looks: number; n: number }, goal: Goal): Comparison {
  const last: Look = looks[looks.length - 1] ?? { baseline: [0, 0], candidate: [0, 0] };
  const informative = looks.filter(({ baseline, candidate }) => baseline[1] > 0 && candidate[1] > 0);
  const counted = measuredCounts(last.baseline, last.candidate, goal);
  const method = "group_sequential_obrien_fleming";
  if (informative.length === 0) return concluded({ ...counted, method, p: null }, false);
  const fractions = fractionsOf(informative, planned);
  const scores = informative.map(({ baseline, candidate }) => proportionScore(...baseline, ...candidate));
  const bounds = sequentialBounds(fractions);
  const crossed = scores.findIndex((score, i) => Math.abs(score) >= (bounds[i] ?? Infinity));
  const measured: Measured = { ...counted, ...repeatedInterval(last, bounds[bounds.length - 1] ?? 0), method };
  const p = sequentialP(fractions, scores);
  const deciding = informative[crossed];
  // Bounds decide; the search for p stops a rounding error beside them.
  if (deciding === undefined) {
    const undecided = { ...measured, p: Math.max(p, decisive) };
    if (looks.length < planned.looks) return answer(undecided, "inconclusive");
    return concluded(undecided, couldDecide(last.baseline[1], last.candidate[1]));
  }
  // A trial that crossed its bound ended there, whatever came later.
  const { difference } = measuredCounts(deciding.baseline, deciding.candidate, goal);
  return concluded({ ...measured, difference, p: Math.min(p, decisive - rounding) }, true);
}

const rounding = 1e-9;

/** Share of the planned information at each look; never falling, and all of it at the last planned one. */
function fractionsOf(looks: readonly Look[], planned: { looks: number; n: number }): number[] {
  const fractions: number[] = [];
  for (const [i, { baseline, candidate }] of looks.entries()) {
    const share = i + 1 >= planned.looks ? 1 : harmonicMean(baseline[1], candidate[1]) / planned.n;
    fractions.push(Math.min(1, Math.max(share, fractions[i - 1] ?? 0)));
  }
  return fractions;
}

function harmonicMean(a: number, b: number): number {
  return (2 * a * b) / (a + b);
}

/** Repeated confidence interval: it holds at all looks together. Jennison & Turnbull 1989, Journal of the Royal Statistical Society B 51. */
function repeatedInterval({ baseline: [b, n0], candidate: [c, n1] }: Look, bound: number): { low: number | null; high: number | null } {
  if (n0 <= 0 || n1 <= 0) return { low: null, high: null };
  // Half a success and half a failure more, so that an arm without failures is not certain.
  const rate = (k: number, n: number): number => (k + 0.5) / (n + 1);
  const spread = (k: number, n: number): number => (rate(k, n) * (1 - rate(k, n))) / n;
  const half = bound * Math.sqrt(spread(b, n0) + spread(c, n1));
  const difference = c / n1 - b / n0;
  return { low: Math.max(-1, difference - half), high: Math.min(1, difference + half) };
}
