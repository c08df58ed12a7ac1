// Sums and means of numbers known by their logarithms, without overflow: Bayes factors reach e^500 on a clear change.

/** ln of the sum of e^x; −∞ for no values. */
export function logSumExp(values: readonly number[]): number {
  let most = -Infinity;
  for (const x of values) if (x > most) most = x;
  if (most === -Infinity) return -Infinity;
  let sum = 0;
  for (const x of values) sum += Math.exp(x - most);
  return most + Math.log(sum);
}

/** ln of the mean of e^x; −∞ for no values. */
export function logMeanExp(values: readonly number[]): number {
  return values.length === 0 ? -Infinity : logSumExp(values) - Math.log(values.length);
}
