// How much better one expected count explains an observed one than another, when arrivals are Gamma-Poisson with the same shape.

/** ln of the likelihood ratio of mean m1 to mean m0 for `count` arrivals; terms without the mean cancel. */
export function gammaPoissonLogRatio(count: number, m1: number, m0: number, shape: number): number {
  return shape * Math.log((shape + m0) / (shape + m1)) + count * Math.log((m1 * (shape + m0)) / (m0 * (shape + m1)));
}
