// What a dismissed drift teaches: its dimension needs more evidence before it alarms again. Bounded, fading, and only ever downward, so
// that the promise on false alarms stands as it is: the agent's statistic is a weighted mean of e-detectors over the full weights, and
// with some of them scaled down it lies below the untuned one at every moment, whatever the data. It can alarm later, never sooner
// or more often (Shin, Ramdas, Rinaldo, arXiv 2203.03532, for the untuned bound); no other dimension gains what this one loses.
import type { Feedback } from "./analysis.ts";

/** Why a person dismissed a drift: it was to be expected (a campaign, a known change), or this dimension is not worth telling. */
export type DismissalKind = "expected" | "not_useful";

/** How many times the evidence one dismissal asks for: a fourth, or a sixteenth, of the dimension's false alarms. */
const factors: Record<DismissalKind, number> = { expected: 4, not_useful: 16 };
/** However often it is dismissed: 5.5 nats more, which a real break gathers within hours. */
const largestFactor = 256;
/** What was said loses half of its weight (in log) in so long, by event time. */
const halfLifeMs = 30 * 24 * 60 * 60_000;

export interface DimensionFeedback {
  /** Dismissals that still count. */
  expected: number;
  not_useful: number;
  /** Times the usual evidence that an alarm of the dimension needs now; 1 when nothing is left of it. */
  evidence_factor: number;
  /** Event time of the last one. */
  last_at: string;
}

/** 0–1: what the dimension's evidence counts at a time. Made once a pass; dimensions without feedback cost a look-up. */
export function feedbackWeights(feedback: Feedback): (dimension: string, atMs: number) => number {
  const byDimension = Map.groupBy(countedOf(feedback), ({ dimension }) => dimension);
  return (dimension, atMs) => {
    const counted = byDimension.get(dimension);
    return counted === undefined ? 1 : 1 / factorAt(counted, atMs);
  };
}

/** What people's dismissals mean for the dimension now; null when there are none, or they were forgotten. */
export function feedbackOf(feedback: Feedback, dimension: string, atMs: number): DimensionFeedback | null {
  const counted = countedOf(feedback).filter((one) => one.dimension === dimension);
  if (counted.length === 0) return null;
  const number = (kind: DismissalKind): number => counted.filter((one) => one.kind === kind).length;
  return {
    expected: number("expected"),
    not_useful: number("not_useful"),
    evidence_factor: factorAt(counted, atMs),
    last_at: new Date(Math.max(...counted.map((one) => one.atMs))).toISOString(),
  };
}

interface Counted {
  dimension: string;
  kind: DismissalKind;
  atMs: number;
}

/** Dismissals with a kind that nobody took back. It counts from the time at which it was said, never backwards: what was told stands. */
function countedOf({ dismissals, forgotten = [] }: Feedback): Counted[] {
  return dismissals.flatMap(({ dimension, kind, atMs, n }) => {
    if (kind === undefined || atMs === undefined) return [];
    const isForgotten = forgotten.some((one) => (one.dimension === null || one.dimension === dimension) && one.n > (n ?? 0));
    return isForgotten ? [] : [{ dimension, kind, atMs }];
  });
}

function factorAt(counted: readonly Counted[], atMs: number): number {
  let log = 0;
  for (const { kind, atMs: saidMs } of counted) if (saidMs <= atMs) log += Math.log(factors[kind]) * 2 ** ((saidMs - atMs) / halfLifeMs);
  return Math.min(largestFactor, Math.exp(log));
}
