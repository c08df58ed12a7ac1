// How far two mixes of categories lie apart: effect sizes for people. Never a reason to alarm: with no change at all their expected
// value grows with the number of categories and shrinks with n, so a fixed limit means something else every time.

/** Jensen-Shannon divergence in bits, 0 to 1, of two count vectors over the same categories (Lin 1991). null when one is empty. */
export function jensenShannonBits(p: readonly number[], q: readonly number[]): number | null {
  const pSum = p.reduce((a, b) => a + b, 0);
  const qSum = q.reduce((a, b) => a + b, 0);
  if (pSum <= 0 || qSum <= 0) return null;
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const pi = (p[i] ?? 0) / pSum;
    const qi = (q[i] ?? 0) / qSum;
    const middle = (pi + qi) / 2;
    if (pi > 0) sum += (pi / 2) * Math.log2(pi / middle);
    if (qi > 0) sum += (qi / 2) * Math.log2(qi / middle);
  }
  return Math.max(0, sum);
}

/** Population stability index with half a count added to each cell, so that an empty cell does not make it infinite. */
export function populationStability(p: readonly number[], q: readonly number[]): number {
  const pSum = p.reduce((a, b) => a + b + 0.5, 0);
  const qSum = q.reduce((a, b) => a + b + 0.5, 0);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const pi = ((p[i] ?? 0) + 0.5) / pSum;
    const qi = ((q[i] ?? 0) + 0.5) / qSum;
    sum += (qi - pi) * Math.log(qi / pi);
  }
  return sum;
}
