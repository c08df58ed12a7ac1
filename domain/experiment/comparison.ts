// What a comparison of two arms answers: a verdict from a closed list, what to do about it, the difference with its interval, and one honest
// sentence. The verdict follows from one p-value and the sign of the difference; that an arm is too small to tell is an answer of its own.

/** Two-sided error of a decisive answer. */
export const decisive = 0.05;
/** Above, there is no evidence of a difference; between the two, it points somewhere but not decisively. */
const noEvidence = 0.3;

export type Goal = "increase" | "decrease";
export const verdicts = [
  "candidate_better",
  "candidate_worse",
  "no_difference",
  "inconclusive",
  "insufficient_data",
  "no_variance",
] as const;
export type Verdict = (typeof verdicts)[number];
export const actions = ["none", "continue", "promote", "abort"] as const;
export type Action = (typeof actions)[number];
export const directions = ["candidate_better", "candidate_worse", "none"] as const;
export type Direction = (typeof directions)[number];

export interface Arm {
  n: number;
  /** Rate, mean or ratio; null where the arm has none. */
  value: number | null;
  successes?: number;
}

export interface Adjustment {
  direction: Direction;
  odds_ratio: number | null;
  low: number | null;
  high: number | null;
  p_or_e: number;
}

export interface Comparison {
  verdict: Verdict;
  action: Action;
  alarm: boolean;
  flags: "segment_mix_differs"[];
  decisive_sentence: string;
  baseline: Arm;
  candidate: Arm;
  /** candidate − baseline, with its 95 % interval. */
  difference: number | null;
  low: number | null;
  high: number | null;
  p_or_e: number | null;
  method: string;
  /** Units per arm (or pairs) to be decisive about a difference as large as the one seen; null without one. */
  required_n: number | null;
  adjusted: Adjustment | null;
  /** Units that were in both arms and are left out; only where units are known. */
  mixed_units?: number;
}

/** What was measured, before anything is concluded from it. */
export interface Measured {
  goal: Goal;
  baseline: Arm;
  candidate: Arm;
  difference: number | null;
  low: number | null;
  high: number | null;
  p: number | null;
  method: string;
  requiredN: number | null;
  /** The measure as people write it. */
  asText: (value: number) => string;
}

/** `isEnough`: some result of arms this large could have been decisive. */
export function concluded(measured: Measured, isEnough: boolean): Comparison {
  return answer(measured, isEnough ? verdictOf(measured) : "insufficient_data");
}

/** The answer with that verdict, and what follows from it. */
export function answer(measured: Measured, verdict: Verdict): Comparison {
  const { baseline, candidate, difference, low, high, p, method, requiredN } = measured;
  return {
    verdict,
    action: actionOf(verdict),
    alarm: verdict === "candidate_worse",
    flags: [],
    decisive_sentence: sentence(measured, verdict),
    baseline,
    candidate,
    difference,
    low,
    high,
    p_or_e: p,
    method,
    required_n: requiredN,
    adjusted: null,
  };
}

/** Which way a difference points, under the goal. */
export function directionOf(difference: number, goal: Goal): Direction {
  if (difference === 0) return "none";
  return difference > 0 === (goal === "increase") ? "candidate_better" : "candidate_worse";
}

function verdictOf({ goal, difference, p }: Measured): Verdict {
  if (difference === null) return "insufficient_data";
  // Nothing varies, so no chance was measured; a shift is shown as what it is.
  if (p === null) return difference === 0 ? "no_difference" : "no_variance";
  const direction = directionOf(difference, goal);
  if (p < decisive && direction !== "none") return direction;
  return p < noEvidence ? "inconclusive" : "no_difference";
}

function actionOf(verdict: Verdict): Action {
  switch (verdict) {
    case "candidate_better":
      return "promote";
    case "candidate_worse":
      return "abort";
    case "inconclusive":
    case "insufficient_data":
      return "continue";
    case "no_difference":
    case "no_variance":
      return "none";
  }
}

function sentence({ baseline, candidate, difference, low, high, p, requiredN, asText }: Measured, verdict: Verdict): string {
  const text = (value: number | null): string => (value === null ? "unknown" : asText(value));
  const sides = `${text(candidate.value)} (n = ${candidate.n}) against ${text(baseline.value)} (n = ${baseline.n})`;
  const interval = low === null || high === null ? "" : `, difference ${text(difference)}, 95 % interval ${text(low)} to ${text(high)}`;
  const chance = p === null ? "" : p < 0.0001 ? ", p < 0.0001" : `, p = ${Number(p.toPrecision(2))}`;
  const more = requiredN === null ? "" : ` A difference this large needs about ${requiredN} in each arm to be decisive.`;
  switch (verdict) {
    case "candidate_better":
      return `The candidate is better: ${sides}${interval}${chance}. This is decisive.`;
    case "candidate_worse":
      return `The candidate is worse: ${sides}${interval}${chance}. This is decisive.`;
    case "no_difference":
      return `There is no evidence of a difference: ${sides}${interval}${chance}.`;
    case "inconclusive":
      return `This is not decisive: ${sides}${interval}${chance}.${more}`;
    case "insufficient_data":
      return `There is not enough data to decide anything: ${sides}.`;
    case "no_variance":
      return `The arms differ, but no value in them varies, so chance cannot be judged: ${sides}.`;
  }
}
