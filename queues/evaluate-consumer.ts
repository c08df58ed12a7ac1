// The evaluation queue: each message is a share of time for one evaluation. Items are claimed, worked at and settled as rows, so a message
// that comes twice shares the work, one that never comes is made up for by the minute, and a kill loses no result that was paid for.
import { claimItems, nextFreeMs } from "../d1/evaluation-items.ts";
import { standingReplays } from "../d1/evaluation-replays.ts";
import { beginWork, endEvaluation, judgedBy } from "../d1/evaluations.ts";
import { evaluatorsById } from "../d1/evaluators.ts";
import { listPrices } from "../d1/prices.ts";
import { readProject } from "../d1/project.ts";
import { replaysOf, type Evaluation } from "../domain/experiment/evaluation.ts";
import { callsOut, type Evaluator } from "../domain/experiment/evaluator.ts";
import { epochOf } from "../domain/experiment/evaluator-epoch.ts";
import { priceBookOf } from "../domain/run/price.ts";
import type { EvaluationBindings, EvaluationDesk } from "./evaluate-desk.ts";
import { workOnItems } from "./evaluate-items.ts";
import { evaluationMessage, type EvaluationMessage } from "./messages.ts";
import type { Clock, Model } from "./reading-model.ts";
import { retryLater } from "./settle.ts";

/** One message's share: another evaluation's turn is never far. */
const turnMs = 20_000;
/** Longer than all that may be done with claimed items lasts. */
const claimMs = 5 * 60_000;
/** At once: those that call out take their time, code does not. */
const claimed = { paid: 10, free: 200 };
/** The longest delay that a queue knows. */
const longestDelaySeconds = 12 * 60 * 60;

/** @param model null where the instance has no key */
export async function consumeEvaluations(batch: MessageBatch, env: EvaluationBindings, model: Model | null, clock: Clock): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        await workOn(env, model, clock, evaluationMessage.parse(message.body));
        message.ack();
      } catch (error) {
        retryLater(message, "evaluate", error);
      }
    }),
  );
}

export async function sendEvaluation(env: EvaluationBindings, projectId: string, evaluationId: string, delaySeconds = 0): Promise<void> {
  const message: EvaluationMessage = { v: 1, kind: "evaluate", project_id: projectId, evaluation_id: evaluationId };
  await env.EVALUATION_QUEUE.send(message, { delaySeconds: Math.min(longestDelaySeconds, Math.max(0, Math.ceil(delaySeconds))) });
}

async function workOn(
  env: EvaluationBindings,
  model: Model | null,
  clock: Clock,
  { project_id: projectId, evaluation_id: id }: EvaluationMessage,
): Promise<void> {
  const desk = await deskOf(env, model, clock, projectId, id);
  if (desk === null) return;
  if (isWaiting(desk.replays)) return sendEvaluation(env, projectId, id, lookAgainSeconds(desk.evaluation, clock.nowMs()));
  const isPaid = [...desk.evaluators.values()].some(({ definition }) => callsOut(definition));
  const limit = isPaid ? claimed.paid : claimed.free;
  for (const untilMs = clock.nowMs() + turnMs; ;) {
    const nowMs = clock.nowMs();
    const items = await claimItems(env.INDEX, projectId, id, { nowMs, untilMs: nowMs + claimMs, limit });
    if (items.length === 0) break;
    await workOnItems(desk, items);
    // Somebody may have stopped it meanwhile.
    if (clock.nowMs() >= untilMs || (await beginWork(env.INDEX, projectId, id, clock.nowMs())) === null) break;
  }
  const next = await nextFreeMs(env.INDEX, projectId, id);
  if (next === null) await endEvaluation(env.INDEX, projectId, id, clock.nowMs());
  else await sendEvaluation(env, projectId, id, (next - clock.nowMs()) / 1_000);
}

/** Nothing is judged before every answer is there: then what the replays cost is known, and nobody tries an item in vain. */
const isWaiting = (replays: EvaluationDesk["replays"]): boolean => [...replays.values()].some(({ status }) => status === "running");

/** Soon after it began, then ever more rarely, and never so rarely that its message would count as lost. */
const lookAgainSeconds = ({ createdMs }: Evaluation, nowMs: number): number => Math.min(30, Math.max(2, (nowMs - createdMs) / 10_000));

/** null for an evaluation that is over, or a project that is gone. */
async function deskOf(
  env: EvaluationBindings,
  model: Model | null,
  clock: Clock,
  projectId: string,
  id: string,
): Promise<EvaluationDesk | null> {
  const project = await readProject(env.INDEX, projectId);
  const evaluation = project === null ? null : await beginWork(env.INDEX, projectId, id, clock.nowMs());
  if (project === null || evaluation === null) return null;
  const evaluators = await evaluatorsById(
    env.INDEX,
    projectId,
    evaluation.plan.evaluators.map((planned) => planned.id),
  );
  const prices = priceBookOf(await listPrices(env.INDEX, projectId));
  const replays = await standingReplays(env.INDEX, projectId, replaysOf(evaluation.plan));
  const judged = model === null || isWaiting(replays) ? evaluation : await withModel(env, projectId, evaluation, evaluators, model);
  return { env, model, clock, project, prices, evaluation: judged, evaluators, replays };
}

/** From the first judgement on the model that judges stands in the plan, and its name in the judges' epochs. */
async function withModel(
  env: EvaluationBindings,
  projectId: string,
  evaluation: Evaluation,
  evaluators: ReadonlyMap<string, Evaluator>,
  model: Model,
): Promise<Evaluation> {
  const { plan } = evaluation;
  if (plan.model !== null || !plan.evaluators.some(({ type }) => type === "judge")) return evaluation;
  const epochs = plan.evaluators.map((planned) => {
    const definition = evaluators.get(planned.id)?.definition;
    return definition?.type === "judge" ? { ...planned, epoch: epochOf(definition, model.name) } : planned;
  });
  const name = await judgedBy(env.INDEX, projectId, evaluation.id, model.name, epochs);
  return { ...evaluation, plan: { ...plan, model: name } };
}
