// How many units a gate needs so that a candidate which is in truth as good passes it: "not worse by the margin", one-sided. By the normal
// approximation, rounded up; a candidate that is truly a little worse needs more. Blackwelder 1982, Controlled Clinical Trials 3; for pairs
// Liu, Hsueh, Hsieh & Chen 2002, Statistics in Medicine 21.
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";

export interface Demands {
  /** One-sided error: a candidate worse by just the margin passes this often. */
  alpha?: number;
  /** How often one that is as good passes. */
  power?: number;
}

/** Units per arm when both arms truly have this rate; null without a margin. */
export function unitsForNonInferiority(rate: number, margin: number, demands: Demands = {}): number | null {
  if (!(margin > 0)) return null;
  return Math.ceil((reach(demands) ** 2 * 2 * rate * (1 - rate)) / margin ** 2);
}

/** Pairs when both arms truly have the same rate and this share of pairs differs; null without a margin. */
export function pairsForNonInferiority(discordant: number, margin: number, demands: Demands = {}): number | null {
  if (!(margin > 0)) return null;
  return Math.ceil((reach(demands) ** 2 * discordant) / margin ** 2);
}

function reach({ alpha = 0.05, power = 0.8 }: Demands): number {
  return normalQuantile(1 - alpha, 0, 1) + normalQuantile(power, 0, 1);
}
