// How well every level of a common change explains each of many leaves, as a table of log-likelihoods over a grid of levels. Sums of
// its rows answer "at which level did these leaves move together, and how well does that fit" without fitting anything again.

/** Row-major: leaf i at level g is `logs[i · levels.length + g]`. Levels are ascending and evenly spaced. */
export interface LevelProfile {
  levels: readonly number[];
  logs: Float64Array;
}

/** The table for `count` leaves. */
export function levelProfile(
  levels: readonly number[],
  count: number,
  logLikelihood: (leaf: number, level: number) => number,
): LevelProfile {
  const logs = new Float64Array(count * levels.length);
  for (let i = 0; i < count; i++) levels.forEach((level, g) => (logs[i * levels.length + g] = logLikelihood(i, level)));
  return { levels, logs };
}

/** Sum of the rows of some leaves. */
export function summedRows({ levels, logs }: LevelProfile, leaves: readonly number[]): Float64Array {
  const size = levels.length;
  const sums = new Float64Array(size);
  for (const leaf of leaves) for (let g = 0; g < size; g++) sums[g] = (sums[g] ?? 0) + (logs[leaf * size + g] ?? 0);
  return sums;
}

/** The best level and its log-likelihood: the vertex of the parabola through the best grid point and its neighbours. */
export function peakOf(levels: readonly number[], sums: Float64Array): { level: number; logLikelihood: number } {
  let best = 0;
  for (let g = 1; g < sums.length; g++) if ((sums[g] ?? -Infinity) > (sums[best] ?? -Infinity)) best = g;
  const [left, top, right] = [sums[best - 1], sums[best] ?? -Infinity, sums[best + 1]];
  const level = levels[best] ?? 0;
  if (left === undefined || right === undefined) return { level, logLikelihood: top };
  const bend = left - 2 * top + right;
  if (!(bend < 0)) return { level, logLikelihood: top };
  const shift = (left - right) / (2 * bend);
  const step = (levels[best + 1] ?? level) - level;
  return { level: level + shift * step, logLikelihood: top - (bend * shift * shift) / 2 };
}
