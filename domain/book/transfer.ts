// Whether what was learned under one model still holds under another: the same effect measured under both, each with its interval. It holds,
// is weaker, or is gone; where the new model has not shown enough, that is said, and never taken for either.

export const transferVerdicts = ["holds", "weaker", "gone", "untestable"] as const;
export type TransferVerdict = (typeof transferVerdicts)[number];

/** An effect of which more is better, with its 95 % interval. */
export interface Effect {
  value: number;
  low: number;
  high: number;
  n: number;
}

export interface Transfer {
  verdict: TransferVerdict;
  from: Effect | null;
  to: Effect | null;
  /** to − from. */
  difference: { value: number; low: number; high: number } | null;
  /** In plain words. */
  reason: string;
}

/** null stands for "not measured". */
export function transferOf(from: Effect | null, to: Effect | null): Transfer {
  const difference = from === null || to === null ? null : differenceOf(from, to);
  const [verdict, reason] = judged(to, difference);
  return { verdict, from, to, difference, reason };
}

function judged(to: Effect | null, difference: Transfer["difference"]): [TransferVerdict, string] {
  if (to === null) return ["untestable", "It was not measured under the new model."];
  const isLess = difference !== null && difference.high < 0;
  if (to.low > 0) return isLess ? ["weaker", "It is still there, and smaller than it was."] : ["holds", "It is there under the new model."];
  if (to.high < 0) return ["gone", "Under the new model it does harm."];
  if (isLess) return ["gone", "Under the new model it cannot be told from none, and it is smaller than it was."];
  return ["untestable", "The new model has shown too little to tell it from none."];
}

/**
 * Interval of a difference from the intervals of its two sides (MOVER): exact for none, close for all. Zou & Donner 2008, Statistics in
 * Medicine 27. The sides are independent: other runs.
 */
function differenceOf(from: Effect, to: Effect): { value: number; low: number; high: number } {
  const value = to.value - from.value;
  return {
    value,
    low: value - Math.hypot(to.value - to.low, from.high - from.value),
    high: value + Math.hypot(to.high - to.value, from.value - from.low),
  };
}
