// How much a value tells of the next one: the lag-1 autocorrelation of a series around its mean.

/** Between −1 and 1; 0 for a series that does not vary or has fewer than two values. Box, Jenkins & Reinsel 1994, section 2.1. */
export function lagOne(values: ArrayLike<number>): number {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (values[i] ?? 0) / n;
  let products = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const here = (values[i] ?? 0) - mean;
    squares += here * here;
    if (i + 1 < n) products += here * ((values[i + 1] ?? 0) - mean);
  }
  return squares > 0 ? products / squares : 0;
}
