// Chance for the sample, drawn from a text key: the same key always gives the same draws, in any order of asking.
// It is for made-up traffic only; no statistic of Bento rests on it, and it refuses to be a source of secrets.
import { seededRandom } from "../../domain/statistics/seeded-random.ts";

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** A whole number in [low, high]. */
  whole(low: number, high: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** One of the names, each as likely as its weight over the sum of weights. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T;
  /** Log-normal: half of the draws lie below `median`; `sigma` is the standard deviation of the logarithm. */
  logNormal(median: number, sigma: number): number;
  poisson(mean: number): number;
}

/** Draws from `key`. */
export function randomFrom(key: string): Random {
  const next = seededRandom(key);
  const chance = (p: number) => next() < p;
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    chance,
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
    weighted: (weights) => drawWeighted(weights, next()),
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    poisson: (mean) => drawPoisson(mean, next),
  };
}

function drawWeighted<T extends string>(weights: Readonly<Record<T, number>>, uniform: number): T {
  const names: T[] = [];
  let total = 0;
  for (const name in weights) {
    names.push(name);
    total += weights[name];
  }
  let left = uniform * total;
  for (const name of names) {
    left -= weights[name];
    if (left < 0) return name;
  }
  const last = names.at(-1);
  if (last === undefined) throw new Error("nothing to draw from: the weights are empty");
  return last;
}

/** Knuth's product of uniforms; means here stay below 20, where it neither underflows nor takes long. */
function drawPoisson(mean: number, next: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = next(); product > limit; product *= next()) count++;
  return count;
}
