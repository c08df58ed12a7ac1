// One cell of the online detector: a Shiryaev-Roberts e-detector that mixes three shifts in both directions, and beside it the
// CUSUM of each component, which remembers where the evidence began. It promises an average run length, never a p-value.
// Shin, Ramdas, Rinaldo, E-detectors (arXiv 2203.03532): E[T] >= c for T the first time the (weighted) mean reaches c.
import { betaBinomialRatio } from "./likelihood-ratio.ts";
import { logistic, logit } from "./logit.ts";

/** Shifts in log-odds beyond the band: small, medium, large. */
export const shifts = [0.35, 0.7, 1.4] as const;
/** Two signs times three shifts. Components 0–2 look for an increase, 3–5 for a decrease. */
export const componentCount = 6;
/** One bucket contributes at most e^3, so that no single bucket decides alone and a misjudged dispersion cannot break the guarantee. */
const largestRatio = Math.exp(3);
/** Statistics stop here instead of overflowing; every threshold lies far below. */
const largestStatistic = 1e250;

/** What a bucket of this cell should look like: band edges and alternatives by component, and the concentration. */
export interface CellModel {
  mean: number;
  kappa: number;
  /** Half-width of the band in log-odds. */
  epsilon: number;
  edgeUp: number;
  edgeDown: number;
  /** Alternatives by component. */
  alternatives: readonly number[];
}

/** Running state of a cell. `starts` is the index given to `advance` when the component's evidence last began. */
export interface DetectorCell {
  roberts: number[];
  cusum: number[];
  starts: number[];
}

/** @param epsilon half-width of the tolerance band in log-odds: nothing inside it counts as a change. */
export function cellModel(mean: number, kappa: number, epsilon: number): CellModel {
  const centre = logit(mean);
  const up = shifts.map((shift) => logistic(centre + epsilon + shift));
  const down = shifts.map((shift) => logistic(centre - epsilon - shift));
  return { mean, kappa, epsilon, edgeUp: logistic(centre + epsilon), edgeDown: logistic(centre - epsilon), alternatives: [...up, ...down] };
}

export function newCell(): DetectorCell {
  return { roberts: Array(componentCount).fill(0), cusum: Array(componentCount).fill(0), starts: Array(componentCount).fill(0) };
}

/** Takes in one closed bucket with y of n in the cell; `index` names the bucket, `cap` bounds its ratio. An empty bucket only moves the clock. */
export function advance(cell: DetectorCell, y: number, n: number, model: CellModel, index: number, cap = largestRatio): void {
  for (let j = 0; j < componentCount; j++) {
    const edge = j < shifts.length ? model.edgeUp : model.edgeDown;
    const alternative = model.alternatives[j] ?? edge;
    const ratio = Math.min(cap, betaBinomialRatio(y, n, model.kappa, alternative, edge));
    cell.roberts[j] = Math.min(largestStatistic, ratio * ((cell.roberts[j] ?? 0) + 1));
    const before = cell.cusum[j] ?? 0;
    if (before <= 1) cell.starts[j] = index;
    cell.cusum[j] = Math.min(largestStatistic, ratio * Math.max(1, before));
  }
}

/** The e-detector of the cell: the mean of its components. */
export function statistic(cell: DetectorCell): number {
  let sum = 0;
  for (const value of cell.roberts) sum += value;
  return sum / componentCount;
}

/** The component with the strongest localised evidence, and where that began. */
export function strongest(cell: DetectorCell): { sign: 1 | -1; shift: number; start: number; cusum: number } {
  let best = 0;
  for (let j = 1; j < componentCount; j++) if ((cell.cusum[j] ?? 0) > (cell.cusum[best] ?? 0)) best = j;
  return {
    sign: best < shifts.length ? 1 : -1,
    shift: shifts[best % shifts.length] ?? 0,
    start: cell.starts[best] ?? 0,
    cusum: cell.cusum[best] ?? 0,
  };
}
