// Decides a gate once its evidence is complete: reads what the evidence says of each case, holds it against everything that ever passed, and
// writes the verdict down. Whoever reads a gate does this; it happens once, and a gate that is decided already is left as it is.
import { ulid } from "ulidx";
import { cohortsOf, decideGate, everPassed, findGate, type Passes } from "../d1/gates.ts";
import { itemsOf } from "../d1/evaluation-items.ts";
import { findEvaluation, listEvaluations } from "../d1/evaluations.ts";
import { findExperiment } from "../d1/experiments.ts";
import { listItems } from "../d1/replay-items.ts";
import { casesOf } from "../d1/suites.ts";
import { bento, type AuditDraft } from "../domain/audit/entry.ts";
import type { Evaluation, EvaluationItem } from "../domain/experiment/evaluation.ts";
import type { CaseCounts } from "../domain/experiment/experiment.ts";
import { ageHours, msOfAnHour, setsStandard, type Gate } from "../domain/experiment/gate.ts";
import { evidenceOfEvaluation, evidenceOfReplay, type Background } from "../domain/experiment/gate-evidence.ts";
import { judgeGate } from "../domain/experiment/gate-verdict.ts";
import { checkRegressions, type CaseEvidence, type CheckedCase } from "../domain/experiment/regression.ts";
import type { SuiteCase } from "../domain/experiment/suite.ts";
import type { Bindings } from "../durable-objects/bindings.ts";

type Env = Pick<Bindings, "INDEX">;

/** Stands for "what the case itself expects, or its score" where no evaluator is asked. */
const ownGrounds = "case";
/** Evaluations that are looked through for an earlier one by the same evaluators. */
const evaluationsLookedAt = 50;

/** As it stands after that: decided where its evidence is complete by now. */
export async function settledGate(env: Env, projectId: string, gate: Gate, nowMs: number): Promise<Gate> {
  if (gate.status === "done") return gate;
  const found = await evidenceFor(env, projectId, gate, nowMs);
  if (found === null) return gate;
  const cases = checkRegressions(found.evidence);
  const decided = decide(gate, cases, found, nowMs);
  const { verdict, counts } = decided;
  const draft: AuditDraft = {
    id: `aud_${ulid(nowMs)}`,
    at: new Date(nowMs).toISOString(),
    actor: bento,
    action: "gate.decided",
    object: gate.id,
    before: { status: "running" },
    after: { status: "done", verdict, broken: counts?.broken ?? 0, cases: cases.length },
    reason: null,
  };
  const passed = cases.filter((one) => wasPassed(found.evidence, one) || (setsStandard(verdict, false) && one.candidate === "pass"));
  await decideGate(env.INDEX, projectId, decided, passesOf(decided, passed), draft);
  // Somebody else may have decided it at the same moment.
  return (await findGate(env.INDEX, projectId, gate.id)) ?? decided;
}

/** What later candidates are held against, where this gate's opens. */
export const candidatePasses = (gate: Gate): Passes =>
  passesOf(
    gate,
    gate.cases.filter(({ candidate }) => candidate === "pass"),
  );

const passesOf = ({ evidence: { evaluatorIds } }: Gate, cases: readonly { caseId: string }[]): Passes => ({
  evaluators: groundsOf(evaluatorIds),
  caseIds: cases.map(({ caseId }) => caseId),
});

const groundsOf = (evaluatorIds: readonly string[]): readonly string[] =>
  evaluatorIds.length === 0 ? [ownGrounds] : [...new Set(evaluatorIds)];

function wasPassed(evidence: readonly CaseEvidence[], { caseId }: CheckedCase): boolean {
  const was = evidence.find((one) => one.caseId === caseId)?.baseline ?? null;
  return was !== null && was.successes === was.tries;
}

interface Found {
  evidence: CaseEvidence[];
  atMs: number;
  /** Why it ended early; null where it did not. */
  error: string | null;
}

function decide(gate: Gate, cases: readonly CheckedCase[], { atMs, error }: Found, nowMs: number): Gate {
  const { verdict, reasons, ...judgement } = judgeGate(cases, gate.policy, ageHours(atMs, nowMs));
  const { leftOut } = gate.evidence;
  const notes = [
    ...(error === null ? [] : [`The replay ended early: ${error}.`]),
    ...(leftOut.length === 0
      ? []
      : [
          `Left out, because a replay is judged by checks that are code: ${leftOut.length} of the suite's evaluators (${leftOut.join(", ")}).`,
        ]),
  ];
  const required = new Set(gate.policy.must_pass);
  return {
    ...gate,
    status: "done",
    verdict,
    reasons: [...reasons, ...notes],
    judgement,
    counts: countsOf(cases),
    cases: cases.map(({ caseId, baseline, candidate, result, reason, hasEverPassed, tries }) => {
      return { caseId, baseline, candidate, result, reason, hasEverPassed, tries, mustPass: required.has(caseId) };
    }),
    evidence: { ...gate.evidence, atMs },
    decidedMs: nowMs,
    expiresMs: nowMs + gate.policy.expires_after_h * msOfAnHour,
  };
}

function countsOf(cases: readonly CheckedCase[]): CaseCounts {
  const counts: CaseCounts = { fixed: 0, broken: 0, same_pass: 0, same_fail: 0, unstable: 0, incomparable: 0 };
  for (const { result } of cases) counts[result] += 1;
  return counts;
}

/** null while it is being made. */
async function evidenceFor(env: Env, projectId: string, gate: Gate, nowMs: number): Promise<Found | null> {
  const { suiteId, suiteVersion, evidence } = gate;
  const { experimentId, evaluationId } = evidence;
  const cases = await casesOf(env.INDEX, projectId, suiteId, suiteVersion);
  if (evaluationId !== null) {
    const evaluation = await findEvaluation(env.INDEX, projectId, evaluationId);
    if (evaluation?.status === "queued" || evaluation?.status === "running") return null;
    // What the evaluation itself noted as passed must not be held against its own other tries.
    const background = await backgroundOf(env, projectId, gate, cases, evaluation?.createdMs ?? nowMs);
    const items = evaluation === null ? [] : await itemsOf(env.INDEX, projectId, evaluationId, suiteId);
    const before = evaluation === null ? [] : await earlierItems(env, projectId, evaluation);
    return { evidence: evidenceOfEvaluation(cases, items, before, background), atMs: evaluation?.updatedMs ?? nowMs, error: null };
  }
  const experiment = experimentId === null ? null : await findExperiment(env.INDEX, projectId, experimentId);
  if (experiment?.status === "draft" || experiment?.status === "running") return null;
  const background = await backgroundOf(env, projectId, gate, cases, nowMs);
  const items = experiment === null ? [] : await listItems(env.INDEX, projectId, experiment.id, "with");
  const error = experiment?.error ?? null;
  return { evidence: evidenceOfReplay(cases, items, background), atMs: experiment?.endedMs ?? experiment?.updatedMs ?? nowMs, error };
}

async function backgroundOf(
  env: Env,
  projectId: string,
  { suiteId, evidence: { evaluatorIds } }: Gate,
  cases: readonly SuiteCase[],
  beforeMs: number,
): Promise<Background> {
  const runIds = cases.flatMap(({ runId }) => runId ?? []);
  const [passed, cohorts] = await Promise.all([
    everPassed(env.INDEX, projectId, suiteId, groundsOf(evaluatorIds), beforeMs),
    cohortsOf(env.INDEX, projectId, runIds),
  ]);
  return { everPassed: passed, cohorts };
}

/** Of the newest evaluation of the suite's recorded answers by evaluators in the same epochs; empty without one. */
async function earlierItems(env: Env, projectId: string, { id, suiteId, plan }: Evaluation): Promise<EvaluationItem[]> {
  if (suiteId === null) return [];
  const { items } = await listEvaluations(env.INDEX, projectId, { suiteId }, { after: null, limit: evaluationsLookedAt });
  const isEarlier = (one: Evaluation): boolean =>
    one.id !== id &&
    (one.status === "done" || one.status === "incomplete") &&
    one.plan.candidate === null &&
    plan.evaluators.every((own) => one.plan.evaluators.some((other) => other.id === own.id && other.epoch === own.epoch));
  const earlier = items.find(isEarlier);
  if (earlier === undefined) return [];
  const own = new Set(plan.evaluators.map((one) => one.id));
  return (await itemsOf(env.INDEX, projectId, earlier.id, suiteId)).filter(({ evaluatorId }) => own.has(evaluatorId));
}
