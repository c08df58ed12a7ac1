// Whether a gate shows that a version wins on cases it was not made from. Cases of the runs that its maker looked at are left out; what is
// sealed counts always, because nobody who drafts sees it. Too few such cases is a reason to refuse, not a failure of the version.
import type { GateCase } from "../experiment/gate.ts";

/** Of the gate's cases, those that the version's maker did not see. */
export interface UnseenCases {
  /** That the candidate was judged on. */
  judged: number;
  /** Of them: failed before and passes now. */
  fixed: number;
  broken: number;
  /** Of them: failed before. */
  failed_before: number;
  /** The version promises an effect, so it has to win something. */
  must_win: boolean;
}

/** @param runOf case id → its run, for cases that have one @param seen runs that the version's maker looked at @param sealed case ids */
export function unseenCases(
  cases: readonly GateCase[],
  runOf: ReadonlyMap<string, string>,
  seen: ReadonlySet<string>,
  sealed: ReadonlySet<string>,
  mustWin: boolean,
): UnseenCases {
  const own = cases.filter(({ caseId }) => sealed.has(caseId) || !seen.has(runOf.get(caseId) ?? ""));
  return {
    judged: own.filter(({ candidate }) => candidate !== null).length,
    fixed: own.filter(({ result }) => result === "fixed").length,
    broken: own.filter(({ result }) => result === "broken").length,
    failed_before: own.filter(({ baseline, candidate }) => candidate !== null && baseline !== null && baseline !== "pass").length,
    must_win: mustWin,
  };
}

/** Why they do not validate the version; null when they do. */
export function unseenProblem({ judged, fixed, broken, failed_before: failedBefore, must_win: mustWin }: UnseenCases): string | null {
  if (judged === 0)
    return "The gate has no case that this version was not made from: add cases to the suite, or have a person sign for it.";
  if (broken > 0) return `It fails ${broken} of the cases it was not made from that passed before.`;
  if (!mustWin || fixed > 0) return null;
  return failedBefore === 0
    ? "It promises an effect, and no case that it was not made from failed before, so it had nothing to win: add such cases, or have a person sign for it."
    : `It promises an effect and fixes none of the ${failedBefore} cases that failed before and it was not made from.`;
}
