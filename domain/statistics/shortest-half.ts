// Centre and spread of the ordinary values among many that are not: the shortest interval that holds half of them. It stands while
// fewer than half of the values are strange, and unlike the median it is not drawn to the side where the strange ones lie.

/** Half the shortest half of a normal distribution is .6745 standard deviations. */
const normalHalf = 0.674489750196082;

/** Middle of the shortest half and the standard deviation it implies (Rousseeuw, Leroy 1988); null for no values. */
export function shortestHalf(values: readonly number[]): { centre: number; spread: number } | null {
  const sorted = values.toSorted((a, b) => a - b);
  const held = Math.floor(sorted.length / 2) + 1;
  let best = -1;
  let width = Infinity;
  for (let i = 0; i + held <= sorted.length; i++) {
    const own = (sorted[i + held - 1] ?? Infinity) - (sorted[i] ?? 0);
    if (own >= width) continue;
    width = own;
    best = i;
  }
  if (best === -1) return null;
  return { centre: ((sorted[best] ?? 0) + (sorted[best + held - 1] ?? 0)) / 2, spread: width / 2 / normalHalf };
}
