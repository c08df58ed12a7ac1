// The interval of a difference of two independent proportions, by combining their Wilson intervals.
// Newcombe 1998, Statistics in Medicine 17, method 10.
import { wilsonInterval } from "./wilson-interval.ts";

/** p1 − p2 with its interval, two-sided 95 % by default; null when either sample is empty. */
export function newcombeDifference(
  k1: number,
  n1: number,
  k2: number,
  n2: number,
  z?: number,
): { difference: number; low: number; high: number } | null {
  const first = wilsonInterval(k1, n1, z);
  const second = wilsonInterval(k2, n2, z);
  if (first === null || second === null) return null;
  const p1 = k1 / n1;
  const p2 = k2 / n2;
  const difference = p1 - p2;
  return {
    difference,
    low: difference - Math.hypot(p1 - first.low, second.high - p2),
    high: difference + Math.hypot(first.high - p1, p2 - second.low),
  };
}
