// When a dimension began to move: the posterior over the first changed run, from the runs around the alarm and later ones.
// The alarm itself is late by construction; its time is never the answer.
import { changePointLog, credibleSet, normaliseLogs } from "../statistics/change-point.ts";
import { logit, logistic } from "../statistics/logit.ts";
import type { Onset } from "./detection.ts";

/** What one run says of one moved cell. */
export interface RunCount {
  atMs: number;
  /** Expected rate at that time. */
  mean: number;
  hits: number;
  trials: number;
}

/** A moved cell: its runs in order of time, its mean, and how firm the baseline is. */
export interface OnsetCell {
  counts: readonly RunCount[];
  mean: number;
  /** The expected rate differs between weekdays and weekends or between hours. */
  seasonal: boolean;
  /** Baseline runs divided by their design effect. */
  baselineSize: number;
  designEffect: number;
}

/** A baseline is never taken for firmer than this many runs: it ages. */
const firmest = 2000;
/** Common log-odds shifts tried for the later segment where expected rates differ in time; prior N(0, 1). */
const shiftGrid = Array.from({ length: 41 }, (_, i) => -4 + i * 0.2);

/**
 * The most probable change time and its 90 % set. Cells are combined by the sum of their log posteriors over the root of their
 * number: plain multiplication would count one change once a cell. null when no run is left to judge by.
 */
export function onsetOf(cells: readonly OnsetCell[]): Onset | null {
  const times = [...new Set(cells.flatMap((cell) => cell.counts.map((count) => count.atMs)))].sort((a, b) => a - b);
  if (times.length < 2) return null;
  const place = new Map(times.map((atMs, index) => [atMs, index]));
  const combined: number[] = Array(times.length - 1).fill(0);
  for (const cell of cells) {
    const merged = times.map((atMs) => ({ atMs, mean: cell.mean, hits: 0, trials: 0 }));
    for (const count of cell.counts) {
      const target = merged[place.get(count.atMs) ?? -1];
      if (target === undefined) continue;
      target.mean = count.mean;
      target.hits += count.hits;
      target.trials += count.trials;
    }
    const logs = cell.seasonal ? seasonalLogs(cell, merged) : flatLogs(cell, merged);
    const top = Math.max(...logs);
    logs.forEach((value, i) => (combined[i] = (combined[i] ?? 0) + (value - top) / Math.sqrt(cells.length)));
  }
  const { best, first, last } = credibleSet(normaliseLogs(combined));
  // index i says: the run at times[i + 1] is the first changed one; the change lies after the run before it
  return { atMs: times[best + 1] ?? 0, fromMs: times[first] ?? 0, toMs: times[last + 1] ?? 0 };
}

function flatLogs(cell: OnsetCell, counts: readonly RunCount[]): number[] {
  const kappa = Math.min(firmest, Math.max(2, cell.baselineSize));
  const { mean } = cell;
  return changePointLog(
    counts.map(({ hits }) => hits),
    counts.map(({ trials }) => trials),
    { a: kappa * mean, b: kappa * (1 - mean) },
    { a: 1, b: 1 },
    cell.designEffect,
  );
}

/** As `flatLogs`, each run before the change at its own expected rate, all runs from it on at one common shift from theirs. */
function seasonalLogs(cell: OnsetCell, counts: readonly RunCount[]): number[] {
  const size = counts.length;
  const from = (shift: number): Float64Array => {
    const sums = new Float64Array(size + 1);
    const known = new Map<number, [number, number]>();
    for (let i = size - 1; i >= 0; i--) {
      const { mean = 0.5, hits = 0, trials = 0 } = counts[i] ?? {};
      let logs = known.get(mean);
      if (logs === undefined) {
        const rate = logistic(logit(mean) + shift);
        known.set(mean, (logs = [Math.log(rate), Math.log(1 - rate)]));
      }
      sums[i] = (sums[i + 1] ?? 0) + (hits * logs[0] + (trials - hits) * logs[1]) / cell.designEffect;
    }
    return sums;
  };
  const unchanged = from(0);
  const later = shiftGrid.map((shift) => ({ prior: (-shift * shift) / 2, sums: from(shift) }));
  return Array.from({ length: size - 1 }, (_, i) => {
    const tau = i + 1;
    const earlier = (unchanged[0] ?? 0) - (unchanged[tau] ?? 0);
    const options = later.map(({ prior, sums }) => prior + (sums[tau] ?? 0));
    const top = Math.max(...options);
    return earlier + top + Math.log(options.reduce((sum, option) => sum + Math.exp(option - top), 0));
  });
}
