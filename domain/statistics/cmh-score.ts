// The Cochran-Mantel-Haenszel score: does an outcome differ between exposed and unexposed runs within strata that hold who asks fixed?
// It gives the score and its permutation variance, the one-step estimate and nothing else; the weighing of rivals is done elsewhere.

/** One stratum as sums: of n runs, `exposed` were exposed; outcomes y in [0, 1] are summed over all, over exposed, and squared. */
export interface Stratum {
  n: number;
  exposed: number;
  sum: number;
  exposedSum: number;
  /** Equal to `sum` for a yes/no outcome. */
  sumSquares: number;
}

export interface Score {
  /** Observed minus expected outcome among the exposed. */
  u: number;
  /** Variance of `u` under "exposure does not matter", given the margins. */
  v: number;
}

/**
 * Score and variance summed over strata. For yes/no outcomes this is the CMH statistic (Mantel, Haenszel 1959): chi-square = u²/v,
 * log odds ratio (Peto) = u/v. For outcomes between 0 and 1 the same permutation argument gives the mean score of the extended test.
 * A stratum of one run, or with one arm empty, says nothing and adds nothing.
 */
export function cmhScore(strata: Iterable<Stratum>): Score {
  let u = 0;
  let v = 0;
  for (const { n, exposed, sum, exposedSum, sumSquares } of strata) {
    if (n < 2 || exposed <= 0 || exposed >= n) continue;
    u += exposedSum - (exposed * sum) / n;
    v += ((exposed * (n - exposed)) / (n * n * (n - 1))) * Math.max(0, n * sumSquares - sum * sum);
  }
  return { u, v };
}
