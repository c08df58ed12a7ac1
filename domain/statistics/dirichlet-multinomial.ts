// Do two count vectors come from different mixes? The Dirichlet-multinomial Bayes factor, exact for any counts, and the
// likelihood-ratio statistic G with its p-value, for expected counts of 5 and more.
import gammainc from "@stdlib/math-base-special-gammainc";
import gammaln from "@stdlib/math-base-special-gammaln";

/** ln DM(x; alpha) without the multinomial coefficient; alpha per category. */
export function dirichletMultinomialLog(counts: readonly number[], alphas: readonly number[]): number {
  let n = 0;
  let total = 0;
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] ?? 0;
    const alpha = alphas[i] ?? 0;
    n += count;
    total += alpha;
    sum += gammaln(count + alpha) - gammaln(alpha);
  }
  return sum + gammaln(total) - gammaln(n + total);
}

/** ln Bayes factor "different mixes" against "the same mix", Dirichlet(.5). Decisive above ln 20 = 3.0. */
export function mixLogBayesFactor(baseline: readonly number[], current: readonly number[]): number {
  const halves = baseline.map(() => 0.5);
  const pooled = baseline.map((count, i) => count + (current[i] ?? 0));
  return dirichletMultinomialLog(current, halves) - (dirichletMultinomialLog(pooled, halves) - dirichletMultinomialLog(baseline, halves));
}

/** G statistic of a 2 × K table, its degrees of freedom and upper tail; null when a row is empty or fewer than two categories occur. */
export function gTest(baseline: readonly number[], current: readonly number[]): { g: number; freedom: number; p: number } | null {
  const rows = [baseline, current].map((row) => row.reduce((a, b) => a + b, 0));
  const [first = 0, second = 0] = rows;
  if (first <= 0 || second <= 0) return null;
  let g = 0;
  let categories = 0;
  for (let i = 0; i < baseline.length; i++) {
    const b = baseline[i] ?? 0;
    const c = current[i] ?? 0;
    if (b + c <= 0) continue;
    categories++;
    const share = (b + c) / (first + second);
    if (b > 0) g += 2 * b * Math.log(b / (first * share));
    if (c > 0) g += 2 * c * Math.log(c / (second * share));
  }
  if (categories < 2) return null;
  const freedom = categories - 1;
  return { g, freedom, p: gammainc(g / 2, freedom / 2, true, true) };
}
