// The evidence of the data for one exposure: how much better "this candidate moved the outcomes" explains the window's runs than
// "nothing did", within strata of who asks. The same yardstick is laid on a step at every hour, which is what an unknown cause is.
import { logBayesFactor } from "../statistics/approximate-bayes-factor.ts";
import { type Stratum, cmhScore } from "../statistics/cmh-score.ts";
import type { Strata } from "./strata.ts";
import type { Outcome, Window } from "./window.ts";

/** Exposure of each window run: 1 exposed, 0 not. */
export type Exposed = Uint8Array;

const hourMs = 3_600_000;

/** ln Bayes factor over all outcomes: their sum over the root of their number, as they are measured on the same runs (statistics.md 3.3). */
export function jointEvidence(outcomes: readonly Outcome[], exposed: Exposed, strata: Strata): number {
  if (outcomes.length === 0) return 0;
  const total = outcomes.reduce((sum, outcome) => sum + evidence(outcome, exposed, strata), 0);
  return total / Math.sqrt(outcomes.length);
}

/** ln Bayes factor for one outcome. */
export function evidence(outcome: Outcome, exposed: Exposed, strata: Strata): number {
  const score = cmhScore(tables(outcome, exposed, strata));
  return logBayesFactor({ u: score.u / outcome.phi, v: score.v / outcome.phi });
}

/** One table a stratum. */
export function tables(outcome: Outcome, exposed: Exposed, strata: Strata): Stratum[] {
  const all = emptyTables(strata.count);
  for (let i = 0; i < exposed.length; i++) {
    const table = all[strata.of[i] ?? 0];
    const y = outcome.y[i] ?? NaN;
    if (table === undefined || Number.isNaN(y)) continue;
    const weight = outcome.weights?.[i] ?? 1;
    count(table, y, weight);
    if (exposed[i] === 1) expose(table, y, weight);
  }
  return all;
}

/** The joint evidence of a step at every hour of the window that has runs on both sides. */
export function stepEvidence(window: Window, outcomes: readonly Outcome[], strata: Strata): { atMs: number; logEvidence: number }[] {
  const hours = [...new Set(window.runs.map((run) => Math.floor(run.atMs / hourMs)))].slice(1);
  const totals = new Float64Array(hours.length);
  for (const outcome of outcomes) {
    const all = tables(outcome, new Uint8Array(window.runs.length), strata);
    let i = window.runs.length - 1;
    for (let h = hours.length - 1; h >= 0; h--) {
      const hour = hours[h] ?? 0;
      for (; i >= 0 && (window.runs[i]?.atMs ?? 0) >= hour * hourMs; i--) {
        const table = all[strata.of[i] ?? 0];
        const y = outcome.y[i] ?? NaN;
        if (table !== undefined && !Number.isNaN(y)) expose(table, y, outcome.weights?.[i] ?? 1);
      }
      const score = cmhScore(all);
      totals[h] = (totals[h] ?? 0) + logBayesFactor({ u: score.u / outcome.phi, v: score.v / outcome.phi });
    }
  }
  const scale = Math.sqrt(Math.max(1, outcomes.length));
  return hours.map((hour, h) => ({ atMs: hour * hourMs, logEvidence: (totals[h] ?? 0) / scale }));
}

function emptyTables(size: number): Stratum[] {
  return Array.from({ length: size }, () => ({ n: 0, exposed: 0, sum: 0, exposedSum: 0, sumSquares: 0 }));
}

function count(table: Stratum, y: number, weight: number): void {
  table.n += weight;
  table.sum += weight * y;
  table.sumSquares += weight * y * y;
}

function expose(table: Stratum, y: number, weight: number): void {
  table.exposed += weight;
  table.exposedSum += weight * y;
}
