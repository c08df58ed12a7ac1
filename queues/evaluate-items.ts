// Claimed items, from rows to results: each run is read once for all its evaluators, a few runs at a time. What asks a model or a webhook
// is written as it comes, because it was paid for; what code says is written together. A fault of ours is tried again, then told.
import { countAttempt, settleItems, type Settled } from "../d1/evaluation-items.ts";
import { casesById } from "../d1/suites.ts";
import { check } from "../domain/experiment/check.ts";
import { errored, reasonOf, skipped } from "../domain/experiment/check-result.ts";
import type { Evaluation, EvaluationItem } from "../domain/experiment/evaluation.ts";
import { callsOut } from "../domain/experiment/evaluator.ts";
import type { SuiteCase } from "../domain/experiment/suite.ts";
import { outcomeOf, type EvaluationDesk, type Outcome } from "./evaluate-desk.ts";
import { judgeItem } from "./evaluate-judge.ts";
import { outputOf, type Output } from "./evaluate-output.ts";
import { askWebhook } from "./evaluate-webhook.ts";
import { failureWords } from "./failure-words.ts";

/** Runs that are held at once: a large one takes tens of megabytes in memory. */
const runsAtOnce = 5;
/** Looks at an item that end in a fault of ours. */
const mostFaults = 4;
const pauseAfterFaultMs = 15_000;

export async function workOnItems(desk: EvaluationDesk, items: readonly EvaluationItem[]): Promise<void> {
  const { env, project, evaluation, clock } = desk;
  const caseIds = items.flatMap(({ caseId }) => (caseId === null ? [] : [caseId]));
  const cases =
    evaluation.suiteId === null ? new Map<string, SuiteCase>() : await casesById(env.INDEX, project.id, evaluation.suiteId, caseIds);
  const groups = [...Map.groupBy(items, ({ n }) => n).values()];
  const together: Settled[] = [];
  const worker = async () => {
    for (let group = groups.shift(); group !== undefined; group = groups.shift())
      together.push(...(await workOnGroup(desk, group, cases.get(group[0]?.caseId ?? "") ?? null)));
  };
  await Promise.all(Array.from({ length: runsAtOnce }, worker));
  await settleItems(env.INDEX, project.id, settledIn(evaluation), together, clock.nowMs());
}

/** A suite remembers what recorded answers passed. What a candidate passed is remembered by its gate, where that lets it through. */
const settledIn = ({ id, suiteId, plan }: Evaluation) => ({ id, suiteId: plan.candidate === null ? suiteId : null });

/** Items of one run. What was not written yet comes back. */
async function workOnGroup(desk: EvaluationDesk, items: readonly EvaluationItem[], known: SuiteCase | null): Promise<Settled[]> {
  const { env, project, evaluation, clock } = desk;
  const [first] = items;
  if (first === undefined) return [];
  const together: Settled[] = [];
  let subject: Awaited<ReturnType<typeof outputOf>> | null = null;
  for (const item of items) {
    try {
      subject ??= await outputOf(desk, first, known);
      const outcome = "status" in subject ? outcomeOf(subject) : await workOnItem(desk, item, subject);
      const settled = settledOf(item, outcome, clock.nowMs());
      if (isPaid(desk, item)) await settleItems(env.INDEX, project.id, settledIn(evaluation), [settled], clock.nowMs());
      else together.push(settled);
    } catch (error) {
      together.push(await afterFault(desk, item, error));
    }
  }
  return together;
}

function isPaid({ evaluators }: EvaluationDesk, { evaluatorId }: EvaluationItem): boolean {
  const evaluator = evaluators.get(evaluatorId);
  return evaluator !== undefined && callsOut(evaluator.definition);
}

async function workOnItem(desk: EvaluationDesk, item: EvaluationItem, subject: Output): Promise<Outcome> {
  const evaluator = desk.evaluators.get(item.evaluatorId);
  if (evaluator === undefined) return outcomeOf(skipped("the evaluator was removed"));
  const { definition, secret } = evaluator;
  if (definition.type === "judge" && definition.against === "baseline" && subject.noBaseline !== null) return outcomeOf(subject.noBaseline);
  if (definition.type === "judge") return judgeItem(desk, definition, item, subject);
  if (definition.type === "webhook") return askWebhook(desk, definition, secret, item, subject);
  return outcomeOf(check(definition, subject));
}

function settledOf({ n, evaluatorId }: EvaluationItem, outcome: Outcome, nowMs: number): Settled {
  const { costUsd } = outcome;
  if ("result" in outcome) return { n, evaluatorId, ...outcome.result, costUsd, atMs: nowMs };
  return { n, evaluatorId, status: "pending", score: null, reason: reasonOf(outcome.reason), costUsd, atMs: nowMs + outcome.laterMs };
}

async function afterFault(desk: EvaluationDesk, item: EvaluationItem, error: unknown): Promise<Settled> {
  const { env, project, evaluation, clock } = desk;
  const nowMs = clock.nowMs();
  const reason = failureWords(error);
  console.error(JSON.stringify({ level: "error", where: "evaluate", reason }));
  if (item.attempts + 1 >= mostFaults) return settledOf(item, outcomeOf(errored(`it could not be worked at: ${reason}`)), nowMs);
  await countAttempt(env.INDEX, project.id, evaluation.id, item, nowMs + pauseAfterFaultMs);
  return settledOf(item, { laterMs: pauseAfterFaultMs, reason, costUsd: 0 }, nowMs);
}
