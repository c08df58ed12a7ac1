// The regression check: every case of a suite, held against everything it ever did. A case that passed once, by its record or at any time
// before, counts as one that passes; if it fails now it is broken, and it is listed. What could not be tried is no failure and no pass.
import { judgeCase } from "../statistics/flaky-case.ts";
import type { TaskTries } from "../statistics/pass-at-k.ts";
import type { ReplayResult } from "./replay.ts";

/** Why a case cannot be compared, in words of ours. */
export const incomparableReasons = ["not_in_evidence", "not_tried", "not_judged", "tools_not_recorded", "no_baseline"] as const;
export type IncomparableReason = (typeof incomparableReasons)[number];

/** What is known of one case. */
export interface CaseEvidence {
  caseId: string;
  /** What was there before came to; null where nobody can say. */
  baseline: TaskTries | null;
  /** Judged tries of the candidate; null without any. */
  candidate: TaskTries | null;
  /** Why there are no judged tries; null where there are. */
  reason: Exclude<IncomparableReason, "no_baseline"> | null;
  /** It passed at some time before, by the same evaluators. */
  hasEverPassed: boolean;
  /** Of its run. */
  cohort: Readonly<Record<string, string>>;
}

export type Came = "pass" | "fail" | "mixed";

export interface CheckedCase {
  caseId: string;
  /** What it is held against: history before the record; null where there is neither. */
  baseline: Came | null;
  candidate: Came | null;
  result: ReplayResult;
  /** Of an incomparable case. */
  reason: IncomparableReason | null;
  hasEverPassed: boolean;
  /** Whether failing would be a loss: it passed before, or was a coin. */
  isHeld: boolean;
  /** Yes/no for the paired difference, a case counting as what most of its tries are; null where it cannot be paired. */
  pair: { baseline: boolean; candidate: boolean } | null;
  tries: TaskTries | null;
  cohort: Readonly<Record<string, string>>;
}

/** In the order of the case ids, so that the order of the evidence shows nowhere. */
export function checkRegressions(evidence: readonly CaseEvidence[]): CheckedCase[] {
  return evidence.map(checked).sort((a, b) => (a.caseId < b.caseId ? -1 : 1));
}

function checked({ caseId, baseline: recorded, candidate, reason, hasEverPassed, cohort }: CaseEvidence): CheckedCase {
  const was = hasEverPassed && (recorded === null || hasFailed(recorded)) ? once : recorded;
  const result = was === null || candidate === null ? "incomparable" : resultOf(was, candidate);
  return {
    caseId,
    baseline: cameOf(was),
    candidate: cameOf(candidate),
    result,
    reason: result === "incomparable" ? (reason ?? "no_baseline") : null,
    hasEverPassed,
    isHeld: was !== null && !hasFailed(was),
    pair: was === null || candidate === null || isCoin(was) ? null : { baseline: mostly(was), candidate: mostly(candidate) },
    tries: candidate,
    cohort,
  };
}

/** What history says of a case that has passed. */
const once: TaskTries = { tries: 1, successes: 1 };

/**
 * Tries that agree decide; tries that do not only where the pass rate has clearly moved (statistics.md 4.1), else the case is unstable. A case
 * that was a coin before says nothing by its next result.
 */
function resultOf(was: TaskTries, is: TaskTries): ReplayResult {
  if (isCoin(was)) return "unstable";
  const passed = mostly(was);
  if (is.successes === is.tries) return passed ? "same_pass" : "fixed";
  if (is.successes === 0) return passed ? "broken" : "same_fail";
  if (passed) return judgeCase(was, is) === "regressed" ? "broken" : "unstable";
  return judgeCase(mirrored(was), mirrored(is)) === "regressed" ? "fixed" : "unstable";
}

const isCoin = (was: TaskTries): boolean => judgeCase(was, was) === "quarantined";
const mostly = ({ tries, successes }: TaskTries): boolean => successes * 2 > tries;
const hasFailed = (was: TaskTries): boolean => !isCoin(was) && !mostly(was);
const mirrored = ({ tries, successes }: TaskTries): TaskTries => ({ tries, successes: tries - successes });

function cameOf(tries: TaskTries | null): Came | null {
  if (tries === null) return null;
  if (tries.successes === 0) return "fail";
  return tries.successes === tries.tries ? "pass" : "mixed";
}
