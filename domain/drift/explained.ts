// How much of a change one exposure explains: the difference between exposed and unexposed runs of the same strata, times how far
// exposure spread, over the total change. Its interval comes from resampled sessions and onsets.
import { intervalAround } from "./mix-shift.ts";
import type { Draw } from "./resample.ts";
import type { Strata } from "./strata.ts";
import type { Exposed } from "./weigh.ts";
import type { Outcome, Window } from "./window.ts";

export interface Explained {
  /** Outcome after minus before the onset. */
  total: number;
  /** Exposed minus unexposed within strata. */
  effect: number;
  share: number | null;
  low: number | null;
  high: number | null;
}

interface Sums {
  /** Per stratum and exposure: weight and weighted outcome. */
  n: Float64Array;
  y: Float64Array;
  /** Before and after: weight, outcome, exposed weight. */
  sides: { n: number; y: number; x: number }[];
}

/** The part of the outcome's change at `onsetMs` that `exposed` explains; the share is null where nothing changed or nothing compares. */
export function explainedBy(
  exposed: Exposed,
  window: Window,
  outcome: Outcome,
  strata: Strata,
  onsetMs: number,
  draws: readonly Draw[],
): Explained | null {
  const whole = partOf(exposed, window, outcome, strata, onsetMs, null);
  if (whole === null) return null;
  const share = whole.total === 0 ? null : clamp(whole.explained / whole.total);
  const shares: number[] = [];
  for (const draw of draws) {
    const drawn = partOf(exposed, window, outcome, strata, draw.onsetMs, draw.weights);
    if (drawn !== null && Math.sign(drawn.total) === Math.sign(whole.total) && Math.abs(drawn.total) > Math.abs(whole.total) / 10)
      shares.push(clamp(drawn.explained / drawn.total));
  }
  const range = share === null ? null : intervalAround(share, shares);
  return { total: whole.total, effect: whole.effect, share, low: range?.low ?? null, high: range?.high ?? null };
}

function partOf(
  exposed: Exposed,
  window: Window,
  outcome: Outcome,
  strata: Strata,
  onsetMs: number,
  weights: Uint8Array | null,
): { total: number; effect: number; explained: number } | null {
  const sums = summed(exposed, window, outcome, strata, onsetMs, weights);
  const [before, after] = sums.sides;
  if (before === undefined || after === undefined || before.n === 0 || after.n === 0) return null;
  let effect = 0;
  let weight = 0;
  for (let g = 0; g < strata.count; g++) {
    const n0 = sums.n[2 * g] ?? 0;
    const n1 = sums.n[2 * g + 1] ?? 0;
    if (n0 === 0 || n1 === 0) continue;
    const w = (n0 * n1) / (n0 + n1);
    effect += w * ((sums.y[2 * g + 1] ?? 0) / n1 - (sums.y[2 * g] ?? 0) / n0);
    weight += w;
  }
  if (weight === 0) return null;
  const spread = after.x / after.n - before.x / before.n;
  return { total: after.y / after.n - before.y / before.n, effect: effect / weight, explained: (effect / weight) * spread };
}

function summed(exposed: Exposed, window: Window, outcome: Outcome, strata: Strata, onsetMs: number, weights: Uint8Array | null): Sums {
  const sums: Sums = {
    n: new Float64Array(2 * strata.count),
    y: new Float64Array(2 * strata.count),
    sides: [0, 1].map(() => ({ n: 0, y: 0, x: 0 })),
  };
  for (let i = 0; i < window.runs.length; i++) {
    const y = outcome.y[i] ?? NaN;
    const w = (weights === null ? 1 : (weights[i] ?? 0)) * (outcome.weights?.[i] ?? 1);
    if (Number.isNaN(y) || w === 0) continue;
    const x = exposed[i] ?? 0;
    const cell = 2 * (strata.of[i] ?? 0) + x;
    sums.n[cell] = (sums.n[cell] ?? 0) + w;
    sums.y[cell] = (sums.y[cell] ?? 0) + w * y;
    const side = sums.sides[(window.runs[i]?.atMs ?? 0) < onsetMs ? 0 : 1];
    if (side === undefined) continue;
    side.n += w;
    side.y += w * y;
    side.x += w * x;
  }
  return sums;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
