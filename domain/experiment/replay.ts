// What the candidate made of recorded runs, case by case: fixed, broken, the same, unstable, or not comparable, and why. A run counts only
// where both sides are judged and the record could answer for its tools; what could not be run is no failure of the candidate.
import type { Usage } from "../run/run.ts";
import { judgeCase } from "../statistics/flaky-case.ts";
import type { CaseCounts } from "./experiment.ts";
import type { Call, ServedCall } from "./recorded-tools.ts";

export const replayResults = ["fixed", "broken", "same_pass", "same_fail", "unstable", "incomparable"] as const;
export type ReplayResult = (typeof replayResults)[number];

export const itemStatuses = ["pending", "done", "errored", "incomparable"] as const;
export type ItemStatus = (typeof itemStatuses)[number];

/** Share of a run's tool calls without a record above which what follows from them says little. */
export const mostMissing = 0.2;

/** What evaluators are shown of the candidate: its answer as a whole, and its calls with the records that answered them. */
export interface KeptAnswer {
  output: unknown;
  calls: ServedCall[];
}

/** What one replay of one run came to. */
export interface ReplayOutcome {
  /** Whether the recorded run passed, and whether the candidate did; null where nobody can say. */
  baselinePassed: boolean | null;
  passed: boolean | null;
  /** Why it is errored or incomparable; null where it is neither. */
  reason: string | null;
  /** The candidate's, cut where it is long. */
  output: unknown;
  /** null where the candidate never came to an end. */
  diverged: boolean | null;
  toolCalls: number;
  /** Calls without a record, and the first of them. */
  missingCalls: number;
  missing: Call[];
  unexpected: Call[];
  unused: number;
  usage: Usage | null;
  costUsd: number | null;
  /** Of the recorded run, for the comparison of costs. */
  baselineCostUsd: number | null;
  tookMs: number | null;
  /** Runs with the same one count together. */
  cluster: string | null;
  /** Where an evaluation judges it and the record could answer for its tools; null: it is too large to be kept. Never listed. */
  kept?: KeptAnswer | null;
}

export interface ReplayItem {
  runId: string;
  nth: number;
  status: ItemStatus;
  /** null while it is pending and was never tried. */
  outcome: ReplayOutcome | null;
}

/** One recorded run with all its repeats, as it is answered. */
export interface ReplayCase {
  run_id: string;
  /** null while repeats are pending. */
  result: ReplayResult | null;
  reason: string | null;
  diverged: boolean | null;
  missing_calls: Call[];
  unexpected_calls: Call[];
  unused_calls: number | null;
  tool_calls: number | null;
  passed: { baseline: boolean | null; candidate: number; judged: number; repeats: number };
  output: unknown;
  cost_usd: number | null;
}

/** Cases in the order of their runs. @param items in any order */
export function replayCases(items: readonly ReplayItem[]): ReplayCase[] {
  const byRun = Map.groupBy(items, ({ runId }) => runId);
  return [...byRun].map(([runId, repeats]) => caseOf(runId, repeats)).sort((a, b) => (a.run_id < b.run_id ? -1 : 1));
}

function caseOf(runId: string, items: readonly ReplayItem[]): ReplayCase {
  const repeats = items.toSorted((a, b) => a.nth - b.nth);
  const known = repeats.flatMap(({ outcome }) => outcome ?? []);
  const judged = judgedOf(repeats);
  const isPending = repeats.some(({ status }) => status === "pending");
  const last = known.findLast(({ diverged }) => diverged !== null) ?? null;
  const baseline = known.find(({ baselinePassed }) => baselinePassed !== null)?.baselinePassed ?? null;
  const passes = judged.filter((passed) => passed).length;
  const result = isPending ? null : resultOf(baseline, judged);
  const costs = known.flatMap(({ costUsd }) => costUsd ?? []);
  return {
    run_id: runId,
    result,
    reason: reasonOf(result, repeats, judged.length, passes),
    diverged: last === null ? null : known.some(({ diverged }) => diverged === true),
    missing_calls: known.flatMap(({ missing }) => missing),
    unexpected_calls: known.flatMap(({ unexpected }) => unexpected),
    unused_calls: last?.unused ?? null,
    tool_calls: last === null ? null : known.reduce((sum, { toolCalls }) => sum + toolCalls, 0),
    passed: { baseline, candidate: passes, judged: judged.length, repeats: repeats.length },
    output: last?.output ?? null,
    cost_usd: costs.length === 0 ? null : costs.reduce((a, b) => a + b, 0),
  };
}

/** Verdicts on the candidate, of repeats that can be compared. */
export function judgedOf(repeats: readonly ReplayItem[]): boolean[] {
  return repeats.flatMap(({ status, outcome }) =>
    status !== "done" || outcome === null || outcome.passed === null || outcome.baselinePassed === null ? [] : [outcome.passed],
  );
}

/**
 * Repeats that agree decide. Repeats that do not decide only where the pass rate has clearly moved (statistics.md 4.1: by more than 0.2 with
 * a probability above 0.9), else the case is unstable: its next result would say nothing.
 */
export function resultOf(baseline: boolean | null, judged: readonly boolean[]): ReplayResult {
  if (baseline === null || judged.length === 0) return "incomparable";
  const passes = judged.filter((passed) => passed).length;
  if (passes === judged.length) return baseline ? "same_pass" : "fixed";
  if (passes === 0) return baseline ? "broken" : "same_fail";
  const was = { tries: 1, successes: baseline ? 1 : 0 };
  const is = { tries: judged.length, successes: passes };
  if (baseline) return judgeCase(was, is) === "regressed" ? "broken" : "unstable";
  const mirrored = judgeCase({ tries: 1, successes: 1 }, { tries: is.tries, successes: is.tries - is.successes });
  return mirrored === "regressed" ? "fixed" : "unstable";
}

function reasonOf(result: ReplayResult | null, repeats: readonly ReplayItem[], judged: number, passes: number): string | null {
  const told = repeats.findLast(({ outcome }) => outcome !== null && outcome.reason !== null)?.outcome?.reason ?? null;
  if (result === "unstable") return `${passes} of ${judged} repeats passed`;
  return result === "incomparable" ? (told ?? "nothing says whether it passed") : told;
}

/** How many cases of each result. */
export function caseCounts(cases: readonly ReplayCase[]): CaseCounts {
  const counts: CaseCounts = { fixed: 0, broken: 0, same_pass: 0, same_fail: 0, unstable: 0, incomparable: 0 };
  for (const { result } of cases) if (result !== null) counts[result] += 1;
  return counts;
}
