// An interval that may be looked at as often as one likes, after every run if need be: it holds the truth at all times together as often as it
// says. The price is width, about 1.55 times that of a single look at the planned n. It refuses while arms are too small for their
// variance to be known. Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, Time-uniform central limit theory, arXiv 2103.06476.

/** Runs of an arm below which the normal approximation of its mean is not to be trusted at any time. */
export const fewestForSequence = 50;

/** ρ of the normal mixture, which makes the sequence about as tight as it can be at n = `plannedN` (there, on tuning the mixture to a sample size). */
export function sequenceTuning(plannedN: number, alpha = 0.05): number {
  const logs = -2 * Math.log(alpha);
  return Math.sqrt((logs + Math.log(logs + 1)) / plannedN);
}

/** Half-width at n observations of an estimate whose standard error there is `standardError`. */
export function sequenceHalfWidth(standardError: number, n: number, plannedN: number, alpha = 0.05): number {
  const information = n * sequenceTuning(plannedN, alpha) ** 2;
  const inflation = Math.sqrt((2 * (information + 1) * Math.log(Math.sqrt(information + 1) / alpha)) / information);
  return standardError * inflation;
}

/**
 * Difference of two rates, second − first, each given as [successes, runs], with its interval. `plannedRuns` are those of both arms
 * together, as runs are counted here: each run is one observation, whichever arm it falls into. null below fifty runs in an arm.
 */
export function differenceSequence(
  [k0, n0]: readonly [number, number],
  [k1, n1]: readonly [number, number],
  plannedRuns: number,
  alpha = 0.05,
): { difference: number; low: number; high: number } | null {
  if (Math.min(n0, n1) < fewestForSequence) return null;
  const standardError = Math.sqrt(varianceOfRate(k0, n0) + varianceOfRate(k1, n1));
  const half = sequenceHalfWidth(standardError, n0 + n1, plannedRuns, alpha);
  const difference = k1 / n1 - k0 / n0;
  return { difference, low: Math.max(-1, difference - half), high: Math.min(1, difference + half) };
}

/** Half a success and half a failure more, so that an arm without failures is not certain. */
function varianceOfRate(k: number, n: number): number {
  const rate = (k + 0.5) / (n + 1);
  return (rate * (1 - rate)) / n;
}
