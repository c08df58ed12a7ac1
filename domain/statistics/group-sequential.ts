// Looking several times without fooling oneself: the bounds a score must cross at each look so that all looks together err in 5 of 100
// cases. Early looks ask for much (O'Brien-Fleming), the last for little more than a single test would.
// Lan & DeMets 1983, Biometrika 70; recursion: Armitage, McPherson & Rowe 1969; p over looks: Liu & Anderson 2008, JASA 103.
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";

/** Points of Simpson's rule over the region in which the trial goes on; four decimals of every bound. */
const points = 129;
/** A bound no score reaches; its look spends nothing. */
const unreachable = 12;
/** Newton's steps for a bound, of which five are enough, and the last step that is still worth taking. */
const mostSteps = 20;
const closeEnough = 1e-9;
/** Halvings of the range of p on its log scale: to three digits. */
const halvings = 16;

/** Two-sided bounds at information fractions (never falling, in (0, 1]) for error `alpha` over all looks. */
export function sequentialBounds(fractions: readonly number[], alpha = 0.05, spentBy = obrienFlemingSpending): number[] {
  const bounds: number[] = [];
  // Where the trial goes on: nothing is known of it before the first look.
  let grid: Grid | null = null;
  let spent = 0;
  for (const [look, fraction] of fractions.entries()) {
    const step = fraction - (fractions[look - 1] ?? 0);
    const target = spentBy(fraction, alpha) / 2 - spent;
    // Nothing new was seen, so nothing can be decided by it.
    if (!(step > 0) || !(target > 0)) {
      bounds.push(unreachable);
      continue;
    }
    const bound = boundFor(grid, target, Math.sqrt(fraction), Math.sqrt(step));
    bounds.push(bound);
    spent += target;
    if (look < fractions.length - 1) grid = advance(grid, bound * Math.sqrt(fraction), Math.sqrt(step));
  }
  return bounds;
}

/** Error spent up to a fraction of the planned information, both sides. */
export type Spending = (fraction: number, alpha: number) => number;

/** 4 (1 − Φ(z_{1 − α/4} / √t)): O'Brien and Fleming's shape. Early looks ask for much, and the last for hardly more than a single test. */
export const obrienFlemingSpending: Spending = (fraction, alpha) =>
  Math.min(alpha, 4 * normalCdf(normalQuantile(alpha / 4, 0, 1) / Math.sqrt(fraction), 0, 1));

/** α ln(1 + (e − 1) t): nearly equal bounds at all looks, as Pocock's. Ends early for large effects and costs power for small ones. */
export const pocockSpending: Spending = (fraction, alpha) => alpha * Math.log1p((Math.E - 1) * fraction);

/** Density of the Brownian motion at equally spaced points between the bounds, where none was crossed yet. */
interface Grid {
  at: number[];
  density: number[];
}

/** The smallest error at which one of the looks so far would have crossed its bound: a p that allows for looking. */
export function sequentialP(fractions: readonly number[], scores: readonly number[]): number {
  const crosses = (alpha: number): boolean => sequentialBounds(fractions, alpha).some((bound, i) => Math.abs(scores[i] ?? 0) >= bound);
  if (!crosses(1 - 1e-9)) return 1;
  let [low, high] = [Math.log(1e-12), 0];
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (crosses(Math.exp(middle))) high = middle;
    else low = middle;
  }
  return Math.min(1, Math.exp(high));
}

/** By Newton's method on the logarithm of the probability, which is nearly a parabola of the bound. */
function boundFor(grid: Grid | null, target: number, scale: number, deviation: number): number {
  let bound = -normalQuantile(Math.min(0.5, target), 0, 1);
  for (let i = 0; i < mostSteps; i++) {
    const { exit, density } = atEdge(grid, bound * scale, deviation);
    if (!(exit > 0) || !(density > 0)) return unreachable;
    const step = (Math.log(exit / target) * exit) / (density * scale);
    bound = Math.min(unreachable, Math.max(0, bound + step));
    if (Math.abs(step) < closeEnough) break;
  }
  return bound;
}

/** Probability of ending above `edge` after a step of that deviation, and the density there. */
function atEdge(grid: Grid | null, edge: number, deviation: number): { exit: number; density: number } {
  if (grid === null) return { exit: normalCdf(-edge / deviation, 0, 1), density: kernel(edge, deviation) };
  return {
    exit: integrate(grid.at, (i, at) => (grid.density[i] ?? 0) * normalCdf((at - edge) / deviation, 0, 1)),
    density: integrate(grid.at, (i, at) => (grid.density[i] ?? 0) * kernel(edge - at, deviation)),
  };
}

function advance(grid: Grid | null, edge: number, deviation: number): Grid {
  const at = Array.from({ length: points }, (_, i) => -edge + (2 * edge * i) / (points - 1));
  const density = at.map((x) =>
    grid === null ? kernel(x, deviation) : integrate(grid.at, (i, from) => (grid.density[i] ?? 0) * kernel(x - from, deviation)),
  );
  return { at, density };
}

function kernel(distance: number, deviation: number): number {
  return Math.exp(-0.5 * (distance / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
}

/** Simpson's rule over equally spaced points, of which there are an odd number. */
function integrate(at: readonly number[], f: (i: number, at: number) => number): number {
  const width = (at[1] ?? 0) - (at[0] ?? 0);
  let sum = 0;
  for (let i = 0; i < at.length; i++) sum += f(i, at[i] ?? 0) * (i === 0 || i === at.length - 1 ? 1 : i % 2 === 1 ? 4 : 2);
  return (sum * width) / 3;
}
