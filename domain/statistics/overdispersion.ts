// How much more the rate varies between buckets than chance alone: the intra-bucket correlation rho by moments, and its upper bound.
// Detection uses the bound: assuming too little variation is the one way to break a false-alarm guarantee.
import { chiSquareQuantile } from "./chi-square-quantile.ts";

/** Bounds of rho in use: below, nothing is ever perfectly binomial; above, buckets would carry no information. */
const smallestRho = 1e-4;
const largestRho = 0.2;
/** Lower tail probability of the chi-square bound. */
const tail = 0.025;

export interface Overdispersion {
  /** Method of moments (Williams 1982), not below 0. */
  rho: number;
  /** 1 / rho − 1; Infinity when rho is 0. */
  kappa: number;
  /** The upper bound, clamped to [1e-4, 0.2], and its concentration. */
  upperRho: number;
  safeKappa: number;
}

/** From buckets' counts y of n around their expected rates; null with fewer than two usable buckets. */
export function overdispersion(y: ArrayLike<number>, n: ArrayLike<number>, means: ArrayLike<number>): Overdispersion | null {
  let groups = 0;
  let total = 0;
  let squares = 0;
  let x = 0;
  for (let i = 0; i < n.length; i++) {
    const size = n[i] ?? 0;
    const mean = means[i] ?? 0;
    if (size <= 0 || mean <= 0 || mean >= 1) continue;
    groups++;
    total += size;
    squares += size * size;
    x += ((y[i] ?? 0) - size * mean) ** 2 / (size * mean * (1 - mean));
  }
  if (groups < 2) return null;
  const freedom = groups - 1;
  const room = total - squares / total - freedom;
  const rho = room > 0 ? Math.min(1, Math.max(0, (x - freedom) / room)) : 0;
  const bound = (x * freedom) / chiSquareQuantile(tail, freedom);
  const upperRho = room > 0 ? Math.min(largestRho, Math.max(smallestRho, (bound - freedom) / room)) : largestRho;
  return { rho, kappa: 1 / rho - 1, upperRho, safeKappa: 1 / upperRho - 1 };
}
