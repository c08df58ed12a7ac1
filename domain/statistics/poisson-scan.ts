// Is a count inside a slice of traffic higher than expected, compared with outside? Kulldorff's scan statistic for one slice.
// It looks for excess only; a slice with less than expected inside scores 0. It takes all leaves of a slice to move by one factor: slices of
// incidents are found by models in which leaves may stray, which this is the limit of.

/**
 * Log-likelihood ratio of "the rate inside differs from outside" (Kulldorff 1997): `inside` of `all` events observed where
 * `expectedInside` of `expectedAll` were expected. 0 without an excess inside, or where nothing was expected on a side.
 */
export function poissonScan(inside: number, expectedInside: number, all: number, expectedAll: number): number {
  const outside = all - inside;
  const expectedOutside = expectedAll - expectedInside;
  if (inside <= 0 || expectedInside <= 0 || expectedOutside <= 0 || all <= 0) return 0;
  if (inside / expectedInside <= outside / expectedOutside) return 0;
  const outsideTerm = outside > 0 ? outside * Math.log(outside / expectedOutside) : 0;
  return inside * Math.log(inside / expectedInside) + outsideTerm - all * Math.log(all / expectedAll);
}
