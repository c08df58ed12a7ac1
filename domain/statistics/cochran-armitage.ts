// Does a rate rise or fall over ordered periods? The score test of a linear trend, for rates by week or by dose. What the rates do beside the
// trend can be counted as noise of their own, so that restless weeks do not pass for a trend; with two periods there is no such beside.
// Cochran 1954, Biometrics 10; Armitage 1955, Biometrics 11; the heterogeneity factor: McCullagh & Nelder 1989, section 4.5.
import { twoSidedP } from "./score-test.ts";

export interface Trend {
  /** Standard normal score under "no trend"; positive where the rate rises. */
  z: number;
  /** Two-sided. */
  p: number;
  /** Change of the rate per unit of score. */
  slope: number;
  /** What the variance was multiplied by; 1 unless asked for. */
  phi: number;
}

/**
 * y successes of n per period. Periods without runs add nothing.
 * @param scores place of each period on the axis; one apart by default
 * @param allowsOverdispersion divides z² by φ = max(1, chi-square left over beside the trend / (periods − 2))
 * @returns null with fewer than two periods at different places, or where all runs succeeded or all failed
 */
export function cochranArmitage(
  y: readonly number[],
  n: readonly number[],
  scores: readonly number[] = n.map((_, i) => i),
  allowsOverdispersion = false,
): Trend | null {
  const used = n.flatMap((size, i) => (size > 0 ? [{ size, hits: y[i] ?? 0, at: scores[i] ?? 0 }] : []));
  const runs = used.reduce((sum, { size }) => sum + size, 0);
  const rate = used.reduce((sum, { hits }) => sum + hits, 0) / runs;
  const centre = used.reduce((sum, { size, at }) => sum + size * at, 0) / runs;
  const spread = used.reduce((sum, { size, at }) => sum + size * (at - centre) ** 2, 0);
  const variance = rate * (1 - rate);
  if (!(spread > 0) || !(variance > 0)) return null;
  const covariance = used.reduce((sum, { size, hits, at }) => sum + (at - centre) * (hits - size * rate), 0);
  const raw = covariance / Math.sqrt(variance * spread);
  const all = used.reduce((sum, { size, hits }) => sum + (hits - size * rate) ** 2 / (size * variance), 0);
  const phi = allowsOverdispersion && used.length > 2 ? Math.max(1, (all - raw ** 2) / (used.length - 2)) : 1;
  const z = raw / Math.sqrt(phi);
  return { z, p: twoSidedP(z), slope: covariance / spread, phi };
}
