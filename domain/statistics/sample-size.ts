// How many units a comparison needs before it can be decisive: 80 of 100 times at a two-sided error of 5 in 100. Planning figures by the
// normal approximation, rounded up; they promise nothing about effects other than the assumed one. Fleiss 1981, chapter 3; Miettinen 1968.
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";

const alpha = 0.05;
const power = 0.8;
const zTwoSided = normalQuantile(1 - alpha / 2, 0, 1);
const zPower = normalQuantile(power, 0, 1);

/** Units per arm to tell rate p1 from p2; null when they are equal. */
export function unitsForProportions(p1: number, p2: number): number | null {
  if (p1 === p2) return null;
  return Math.ceil(((zTwoSided + zPower) ** 2 * (p1 * (1 - p1) + p2 * (1 - p2))) / (p1 - p2) ** 2);
}

/** Units per arm to tell means apart by `difference` with these variances; null without a difference. */
export function unitsForMeans(difference: number, variances: number): number | null {
  if (difference === 0) return null;
  return Math.max(2, Math.ceil(((zTwoSided + zPower) ** 2 * variances) / difference ** 2));
}

/** Pairs for McNemar's test when this share of pairs differs, by `difference` more one way; null without a difference. */
export function pairsForMcNemar(discordant: number, difference: number): number | null {
  if (difference === 0) return null;
  return Math.ceil((zTwoSided * Math.sqrt(discordant) + zPower * Math.sqrt(discordant - difference ** 2)) ** 2 / difference ** 2);
}
