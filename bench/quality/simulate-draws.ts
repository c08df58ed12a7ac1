// Draws of the distributions that simulations need, all from one seeded source, so that every figure can be made again to the last digit.
import { seededRandom } from "../../domain/statistics/seeded-random.ts";

export interface Draws {
  /** Uniform on [0, 1). */
  uniform: () => number;
  normal: () => number;
  poisson: (mean: number) => number;
  beta: (a: number, b: number) => number;
  dirichlet: (alphas: readonly number[]) => number[];
  binomial: (n: number, p: number) => number;
  /** Index drawn with these shares, which add up to 1. */
  pick: (shares: readonly number[]) => number;
}

export function drawsFrom(seed: string): Draws {
  const uniform = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const gamma = (shape: number): number => gammaDraw(shape, uniform, normal);
  const dirichlet = (alphas: readonly number[]): number[] => {
    const parts = alphas.map(gamma);
    const total = parts.reduce((a, b) => a + b, 0);
    return parts.map((part) => part / total);
  };
  return {
    uniform,
    normal,
    poisson: (mean) => poissonDraw(mean, uniform),
    beta: (a, b) => dirichlet([a, b])[0] ?? 0,
    dirichlet,
    binomial: (n, p) => {
      let hits = 0;
      for (let i = 0; i < n; i++) if (uniform() < p) hits++;
      return hits;
    },
    pick: (shares) => {
      let left = uniform();
      const index = shares.findIndex((share) => (left -= share) < 0);
      return index === -1 ? shares.length - 1 : index;
    },
  };
}

/** Marsaglia, Tsang 2000; below shape 1 by the usual power of a uniform. */
function gammaDraw(shape: number, uniform: () => number, normal: () => number): number {
  if (shape < 1) return gammaDraw(shape + 1, uniform, normal) * uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Knuth's, in parts: e^−mean of a large mean is 0. */
function poissonDraw(mean: number, uniform: () => number): number {
  if (mean > 50) return poissonDraw(mean / 2, uniform) + poissonDraw(mean / 2, uniform);
  const limit = Math.exp(-mean);
  let n = 0;
  for (let product = uniform(); product > limit; product *= uniform()) n++;
  return n;
}
