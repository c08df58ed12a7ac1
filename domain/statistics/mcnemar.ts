// Pairs of yes/no results: did more turn worse than turned better? Only pairs that differ speak. The mid-p decides by default, the exact p
// where a release hangs on it. McNemar 1947; Fagerland, Lydersen & Laake 2013, BMC Medical Research Methodology 13.
import binomialCdf from "@stdlib/stats-base-dists-binomial-cdf";
import betaln from "@stdlib/math-base-special-betaln";

/** `worse` and `better` are the pairs that changed either way. Two-sided; 1 when none did. */
export function mcNemar(worse: number, better: number): { exact: number; mid: number } {
  const n = worse + better;
  if (n === 0) return { exact: 1, mid: 1 };
  const fewer = Math.min(worse, better);
  const point = Math.exp(-Math.log(n + 1) - betaln(fewer + 1, n - fewer + 1) - n * Math.LN2);
  const tail = 2 * binomialCdf(fewer, n, 0.5);
  return { exact: Math.min(1, tail), mid: Math.min(1, tail - point) };
}
