// From what a replay or an evaluation left behind to what is known of each case. Only tries that were judged count: an error of the machinery
// is no failure of the candidate, and an answer that rests on tool results nobody recorded is none either.
import { canonicalJson } from "../run/fingerprint.ts";
import type { TaskTries } from "../statistics/pass-at-k.ts";
import type { EvaluationItem } from "./evaluation.ts";
import type { CaseEvidence } from "./regression.ts";
import { mostMissing, type ReplayItem, type ReplayOutcome } from "./replay.ts";
import type { SuiteCase } from "./suite.ts";

/** What a case is to a gate. */
export type GatedCase = Pick<SuiteCase, "id" | "runId" | "expected">;

/** What is known beside the evidence. */
export interface Background {
  /** Cases that passed before. */
  everPassed: ReadonlySet<string>;
  /** By run. */
  cohorts: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** The name under which a case is replayed: its run's, or its own where a person wrote it. */
export const replayedAs = ({ id, runId }: Pick<GatedCase, "id" | "runId">): string => runId ?? id;

/** What the cases of a replay are expected to answer, by the name under which they are replayed; those without are left out. */
export function expectedByRun(cases: readonly GatedCase[]): Record<string, unknown> {
  const first = firstByRun(cases).values();
  return Object.fromEntries([...first].flatMap((one) => (one.expected === null ? [] : [[replayedAs(one), one.expected] as const])));
}

export function evidenceOfReplay(cases: readonly GatedCase[], items: readonly ReplayItem[], background: Background): CaseEvidence[] {
  const byRun = Map.groupBy(items, ({ runId }) => runId);
  const first = firstByRun(cases);
  return cases.map((one) => {
    const name = replayedAs(one);
    const shared = first.get(name) ?? one;
    // Two cases of one run that expect different things: the replay was judged by the first.
    const isOwn = canonicalJson(shared.expected) === canonicalJson(one.expected);
    const outcomes = (isOwn ? (byRun.get(name) ?? []) : []).map(({ status, outcome }) => (status === "pending" ? null : outcome));
    const known = outcomes.filter((outcome) => outcome !== null);
    const judged = known.filter(isServed).flatMap(({ passed }) => passed ?? []);
    const was = one.runId === null ? null : known.find(({ baselinePassed }) => baselinePassed !== null)?.baselinePassed;
    return {
      ...aboutCase(one, background),
      baseline: was === undefined || was === null ? null : triesOf([was]),
      candidate: triesOf(judged),
      reason: judged.length > 0 ? null : outcomes.length === 0 ? "not_in_evidence" : whyUnjudged(known),
    };
  });
}

/** @param candidate items of the evaluation that judged it @param baseline those of an earlier one by the same evaluators; empty without one */
export function evidenceOfEvaluation(
  cases: readonly GatedCase[],
  candidate: readonly EvaluationItem[],
  baseline: readonly EvaluationItem[],
  background: Background,
): CaseEvidence[] {
  const [is, was] = [candidate, baseline].map((items) => Map.groupBy(items, ({ caseId }) => caseId));
  return cases.map((one) => {
    const own = is?.get(one.id) ?? [];
    const judged = triesOf(verdictsOf(own));
    return {
      ...aboutCase(one, background),
      baseline: triesOf(verdictsOf(was?.get(one.id) ?? [])),
      candidate: judged,
      reason: judged !== null ? null : own.length === 0 ? "not_in_evidence" : "not_judged",
    };
  });
}

/** Of each try, whether all evaluators pass it: one that fails decides, one that says nothing leaves it unjudged. */
function verdictsOf(items: readonly EvaluationItem[]): boolean[] {
  return [...Map.groupBy(items, ({ n }) => n).values()].flatMap((words) => {
    if (words.some(({ status }) => status === "failed")) return [false];
    return words.every(({ status }) => status === "passed") ? [true] : [];
  });
}

function firstByRun(cases: readonly GatedCase[]): Map<string, GatedCase> {
  const first = new Map<string, GatedCase>();
  for (const one of cases) if (!first.has(replayedAs(one))) first.set(replayedAs(one), one);
  return first;
}

function aboutCase(
  { id, runId }: GatedCase,
  { everPassed, cohorts }: Background,
): Pick<CaseEvidence, "caseId" | "hasEverPassed" | "cohort"> {
  return { caseId: id, hasEverPassed: everPassed.has(id), cohort: (runId === null ? null : cohorts.get(runId)) ?? {} };
}

function triesOf(verdicts: readonly boolean[]): TaskTries | null {
  return verdicts.length === 0 ? null : { tries: verdicts.length, successes: verdicts.filter((passed) => passed).length };
}

/** Whether the record could answer for what it called. */
const isServed = ({ toolCalls, missingCalls }: ReplayOutcome): boolean => toolCalls === 0 || missingCalls / toolCalls <= mostMissing;

function whyUnjudged(known: readonly ReplayOutcome[]): CaseEvidence["reason"] {
  if (known.some((outcome) => !isServed(outcome))) return "tools_not_recorded";
  return known.some(({ diverged }) => diverged !== null) ? "not_judged" : "not_tried";
}
