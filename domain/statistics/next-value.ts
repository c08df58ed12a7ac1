// How surprising is one more value after a handful of earlier ones? With few, a Student predictive around their median; from fifty on, the
// tail of what was seen. Skewed positive values are measured in logarithms too, and the milder answer counts. Below seven it has none.
// Predictive t: Box & Tiao 1973, section 2.4. Median and MAD in place of mean and deviation: Rousseeuw & Croux 1993, JASA 88.
import studentCdf from "@stdlib/stats-base-dists-t-cdf";
import { medianSorted } from "simple-statistics";
import { fewestForTail, fitTail, tailSurprise } from "./tail-surprise.ts";

/** Earlier values below which nothing is said. */
export const fewestEarlier = 7;
/** Spread below this share of the median is rounding or too small to matter; the absolute one keeps a constant 0 finite. */
const smallestSpread = 0.01;
const smallestAbsolute = 1e-9;
/** Median |deviation| of a normal sample as a share of its standard deviation, and the bias of that in n values (Croux & Rousseeuw 1992). */
const normalMad = 0.6745;
const smallSampleBias = (n: number): number => n / (n - 0.8);
/** Mean |deviation| likewise: the spread where more than half of the values are equal. */
const normalMeanDeviation = 0.7979;
/** A MAD of n values knows the spread as well as a standard deviation of this share of them. */
const madEfficiency = 0.37;

export interface NextValue {
  /** −ln of the two-sided probability of a value at least so far out; >= 0. */
  nats: number;
  method: "student_predictive" | "pareto_tail";
}

/** `ascending` are the earlier values. null for fewer than seven. */
export function nextValueSurprise(ascending: number[], value: number): NextValue | null {
  if (ascending.length < fewestEarlier) return null;
  if (ascending.length >= fewestForTail) {
    const values = Float64Array.from(ascending);
    const nats = ([1, -1] as const).map((side) => {
      const tail = fitTail(values, side);
      return tail === null ? 0 : tailSurprise(tail, value);
    });
    return { nats: Math.max(0, ...nats), method: "pareto_tail" };
  }
  const plain = studentSurprise(ascending, value, smallestSpread * Math.abs(medianSorted(ascending)));
  const isPositive = (ascending[0] ?? 0) > 0 && value > 0;
  const nats = isPositive ? Math.min(plain, studentSurprise(ascending.map(Math.log), Math.log(value), smallestSpread)) : plain;
  return { nats, method: "student_predictive" };
}

function studentSurprise(ascending: number[], value: number, floor: number): number {
  const n = ascending.length;
  const middle = medianSorted(ascending);
  const deviations = ascending.map((one) => Math.abs(one - middle)).toSorted((a, b) => a - b);
  const mad = (medianSorted(deviations) / normalMad) * smallSampleBias(n);
  const usual = mad > 0 ? mad : deviations.reduce((a, b) => a + b, 0) / n / normalMeanDeviation;
  const spread = Math.max(usual, floor, smallestAbsolute);
  const t = Math.abs(value - middle) / (spread * Math.sqrt(1 + 1 / n));
  return Math.max(0, -Math.log(Math.max(Number.MIN_VALUE, 2 * studentCdf(-t, Math.max(1, madEfficiency * (n - 1))))));
}
