// When a dimension began to move: the posterior over the first changed run, from the runs around the alarm and later ones.
// The alarm itself is late by construction; its time is never the answer.
import { changePointLog, credibleSet, normaliseLogs } from "../statistics/change-point.ts";
import { logit, logistic } from "../statistics/logit.ts";
import { logBetaMarginal } from "../statistics/beta-binomial.ts";
import type { Onset } from "./detection.ts";

/** What one run says of one moved cell. */
export interface RunCount {
  atMs: number;
  weekend: boolean;
  hits: number;
  trials: number;
}

/** A moved cell: its runs in order of time, its means by day type, and how firm the baseline is. */
export interface OnsetCell {
  counts: readonly RunCount[];
  means: readonly [number, number];
  seasonal: boolean;
  /** Baseline runs divided by their design effect. */
  baselineSize: number;
  designEffect: number;
}

/** A baseline is never taken for firmer than this many runs: it ages. */
const firmest = 2000;
/** Common log-odds shifts tried for the later segment where weekday and weekend differ; prior N(0, 1). */
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
    const merged = times.map((atMs) => ({ atMs, weekend: false, hits: 0, trials: 0 }));
    for (const count of cell.counts) {
      const target = merged[place.get(count.atMs) ?? -1];
      if (target === undefined) continue;
      target.weekend = count.weekend;
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
  const [mean] = cell.means;
  return changePointLog(
    counts.map(({ hits }) => hits),
    counts.map(({ trials }) => trials),
    { a: kappa * mean, b: kappa * (1 - mean) },
    { a: 1, b: 1 },
    cell.designEffect,
  );
}

/** As `flatLogs`, each run before the change at its own day's mean, all runs after it at one common shift from theirs. */
function seasonalLogs(cell: OnsetCell, counts: readonly RunCount[]): number[] {
  const kappa = Math.min(firmest, Math.max(2, cell.baselineSize)) / 2;
  const later = shiftGrid.map((shift) => {
    const rates = [logistic(logit(cell.means[0]) + shift), logistic(logit(cell.means[1]) + shift)] as const;
    let sum = (-shift * shift) / 2;
    const from: number[] = Array(counts.length).fill(0);
    for (let i = counts.length - 1; i >= 0; i--) {
      const count = counts[i];
      if (count === undefined) continue;
      const rate = rates[count.weekend ? 1 : 0];
      sum += (count.hits * Math.log(rate) + (count.trials - count.hits) * Math.log(1 - rate)) / cell.designEffect;
      from[i] = sum;
    }
    return from;
  });
  const hits = [0, 0];
  const trials = [0, 0];
  const logs: number[] = [];
  for (let tau = 1; tau < counts.length; tau++) {
    const before = counts[tau - 1];
    if (before !== undefined) {
      const slot = before.weekend ? 1 : 0;
      hits[slot] = (hits[slot] ?? 0) + before.hits / cell.designEffect;
      trials[slot] = (trials[slot] ?? 0) + before.trials / cell.designEffect;
    }
    const earlier = cell.means.reduce((sum, mean, slot) => sum + logBetaMarginal(hits[slot] ?? 0, trials[slot] ?? 0, kappa * mean, kappa * (1 - mean)), 0);
    const top = Math.max(...later.map((from) => from[tau] ?? 0));
    logs.push(earlier + top + Math.log(later.reduce((sum, from) => sum + Math.exp((from[tau] ?? 0) - top), 0)));
  }
  return logs;
}
