// Did the promised improvement arrive? Runs that name the version against those that do not: side by side since it was shipped where there are
// enough of both, else against the runs before. It is looked at often and decided seldom: each time the number of sessions has doubled, at a
// level that falls with every look, so that looking does not make a verdict (the levels add up to 5 %). Until one is due, the promise waits.
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { couldDecide } from "../experiment/compare-proportion.ts";
import type { RunFacts } from "../drift/facts.ts";
import { newcombeDifference } from "../statistics/newcombe-difference.ts";
import { twoProportions } from "../statistics/two-proportions.ts";
import type { ExpectedEffect } from "./artifact.ts";

export const optimisationStates = ["waiting", "kept", "not_kept", "unclear"] as const;
export type OptimisationState = (typeof optimisationStates)[number];

/** Sessions on each side from which on anything is said: fewer than this decide nothing about a rate of a tenth. */
const fewestUnits = 30;
/** The promise has had its time: two weeks hold both kinds of days twice. */
const longestWaitMs = 14 * 24 * 60 * 60_000;
/** Error of all looks together. */
const errorOfAll = 0.05;
/** How far before it was shipped runs are looked at. */
const beforeMs = 28 * 24 * 60 * 60_000;
/** Of the promised fall, what must have arrived at least for "kept". */
const leastShare = 0.5;

export interface Compared {
  /** Rates; null without units. */
  without: number | null;
  with: number | null;
  /** Sessions, as many as they are worth (Kish) where the sender keeps a sample of the runs. */
  units_without: number;
  units_with: number;
  /** with − without, and its 95 % interval (Newcombe). */
  difference: number | null;
  low: number | null;
  high: number | null;
  p: number | null;
}

export interface MeasuredEffect {
  at: string;
  against: "beside" | "before";
  /** null where no signal was promised. */
  signal: Compared | null;
  success: Compared;
  /** Decisions that were tried so far; 0 before the first. */
  looks: number;
  /** In plain words. */
  sentence: string;
}

export interface Judged {
  state: OptimisationState;
  measured: MeasuredEffect;
}

export interface Shipped {
  /** `slug@version` */
  ref: string;
  expected: ExpectedEffect | null;
  shippedMs: number;
  /** As it was judged before. */
  state: OptimisationState;
  /** Looks before this one. */
  looks: number;
}

/** @param runs facts of the agent with its signals' rates among the observations @param nowMs how far they reach */
export function measureEffect(runs: readonly RunFacts[], shipped: Shipped, nowMs: number): Judged {
  const { ref, expected, shippedMs } = shipped;
  const names = (run: RunFacts): boolean => run.versions.artifacts.includes(ref);
  const since = runs.filter(({ atMs }) => atMs >= shippedMs && atMs <= nowMs);
  const beside = since.filter((run) => !names(run));
  const isBeside = new Set(beside.map(({ id, session }) => session ?? id)).size >= fewestUnits;
  const before = runs.filter((run) => run.atMs < shippedMs && run.atMs >= shippedMs - beforeMs && !names(run));
  const [others, own] = [isBeside ? beside : before, since.filter(names)];
  const signal = expected === null ? null : compared(others, own, rateOf(`signal.${expected.signal}`));
  const success = compared(others, own, rateOf("outcome.success"));
  const main = signal ?? success;
  const isOver = nowMs - shippedMs >= longestWaitMs;
  const due = isEnough(main) ? looksDue(main) : 0;
  const looks = due > shipped.looks || (isOver && isEnough(main)) ? Math.max(due, shipped.looks + 1) : shipped.looks;
  const decided = looks > shipped.looks && shipped.state === "waiting" ? decide(expected, main, levelOf(looks)) : null;
  const state = decided ?? (shipped.state === "waiting" && isOver ? "unclear" : shipped.state);
  const against = isBeside ? "beside" : "before";
  const sentence = sentenceOf(state, expected, signal, success, against);
  return { state, measured: { at: new Date(nowMs).toISOString(), against, signal, success, looks, sentence } };
}

type Reading = (run: RunFacts) => number | null;

const rateOf =
  (dimension: string): Reading =>
  ({ observations }) => {
    const value = observations.find((one) => one.dimension === dimension)?.value;
    return typeof value === "number" ? value : null;
  };

/** Successes and units that they are worth. */
interface Counts {
  successes: number;
  units: number;
}

/** A session is one observation, the mean of its runs; sampled ones stand for more, and count by Kish's effective number. Kish 1965. */
function countsOf(runs: readonly RunFacts[], read: Reading): Counts {
  const bySession = new Map<string, { sum: number; n: number; weight: number }>();
  for (const run of runs) {
    const value = read(run);
    if (value === null) continue;
    const key = run.session ?? run.id;
    const { sum, n, weight } = bySession.get(key) ?? { sum: 0, n: 0, weight: 0 };
    bySession.set(key, { sum: sum + value, n: n + 1, weight: weight + run.weight });
  }
  let [weights, squares, shown] = [0, 0, 0];
  for (const { sum, n, weight } of bySession.values()) {
    const own = weight / n;
    weights += own;
    squares += own * own;
    shown += (own * sum) / n;
  }
  if (weights === 0) return { successes: 0, units: 0 };
  // Whole units, as exact tests take them.
  const units = Math.max(1, Math.floor(weights ** 2 / squares + 1e-9));
  return { successes: Math.round((shown / weights) * units), units };
}

function compared(without: readonly RunFacts[], own: readonly RunFacts[], read: Reading): Compared {
  const [were, are] = [countsOf(without, read), countsOf(own, read)];
  const found = newcombeDifference(are.successes, are.units, were.successes, were.units);
  return {
    without: were.units === 0 ? null : were.successes / were.units,
    with: are.units === 0 ? null : are.successes / are.units,
    units_without: were.units,
    units_with: are.units,
    difference: found?.difference ?? null,
    low: found?.low ?? null,
    high: found?.high ?? null,
    p: found === null ? null : twoProportions(are.successes, are.units, were.successes, were.units).p,
  };
}

const isEnough = ({ units_with: own, units_without: others }: Compared): boolean =>
  own >= fewestUnits && others >= fewestUnits && couldDecide(others, own);

/** The first at the fewest sessions, one more with each doubling. */
const looksDue = ({ units_with: own }: Compared): number => Math.floor(Math.log2(own / fewestUnits)) + 1;

/** 1/(k(k + 1)) of the whole: all levels add up to it, however many looks there are. */
const levelOf = (look: number): number => errorOfAll / (look * (look + 1));

/** null where this look decides nothing. */
function decide(expected: ExpectedEffect | null, main: Compared, level: number): "kept" | "not_kept" | null {
  const { with: own, without, units_with: n1, units_without: n0, difference, p } = main;
  if (own === null || without === null || difference === null || p === null) return null;
  if (expected === null) return p < level ? (difference > 0 ? "kept" : "not_kept") : null;
  const bound = newcombeDifference(own * n1, n1, without * n0, n0, normalQuantile(1 - level / 2, 0, 1));
  const least = -leastShare * Math.max(0, expected.from - expected.to);
  // Half of the promised fall is ruled out; or a fall is certain, and half of what was promised is there.
  if (bound !== null && bound.low > least) return "not_kept";
  return p < level && difference <= least && difference < 0 ? "kept" : null;
}

const openings: Readonly<Record<OptimisationState, string>> = {
  waiting: "It is too early to tell",
  kept: "The promise is kept",
  not_kept: "The promise is not kept",
  unclear: "It cannot be told",
};

function sentenceOf(
  state: OptimisationState,
  expected: ExpectedEffect | null,
  signal: Compared | null,
  success: Compared,
  against: MeasuredEffect["against"],
): string {
  const place = against === "beside" ? "runs without it since" : "runs before";
  const promised = expected === null ? "" : ` ${percent(expected.from)} was to become ${percent(expected.to)};`;
  const signalWords = signal === null ? "" : ` the signal is ${words(signal)} against ${place}.`;
  return `${openings[state]}:${promised}${signalWords} Success is ${words(success)}${signal === null ? ` against ${place}` : ""}.`;
}

function words({ with: own, without, units_with: n1, units_without: n0, difference, low, high }: Compared): string {
  if (own === null || without === null || difference === null || low === null || high === null) return `unknown (n = ${n1} and ${n0})`;
  return `${percent(own)} (n = ${n1}) and ${percent(without)} (n = ${n0}), a difference of ${points(difference)} points (${points(low)} to ${points(high)})`;
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
const points = (share: number): string => `${Number((100 * share).toFixed(1))}`;
