// What a minute does for evaluations: sends again those whose message was lost or whose worker was killed, and starts those that a
// schedule has due. A schedule that cannot be started keeps the reason and waits for its next hour.
import { freeClaims } from "../d1/evaluation-items.ts";
import { noteStart, takeDueSchedules, type EvaluationSchedule } from "../d1/evaluation-schedules.ts";
import { takeIdle } from "../d1/evaluations.ts";
import type { EvaluationBindings } from "./evaluate-desk.ts";
import { sendEvaluation } from "./evaluate-consumer.ts";
import { startEvaluation } from "./evaluate-start.ts";
import { failureWords } from "./failure-words.ts";

/** Longer than a turn without a sign of life lasts. */
const idleMs = 2 * 60_000;
const mostSent = 50;
const mostStarted = 20;

/** @param isStart nothing is in flight: whatever is claimed was left behind */
export async function evaluationsOfTheMinute(env: EvaluationBindings, nowMs: number, isStart: boolean): Promise<void> {
  if (isStart) await freeClaims(env.INDEX, nowMs);
  for (const { projectId, id } of await takeIdle(env.INDEX, isStart ? nowMs : nowMs - idleMs, nowMs, mostSent))
    await sendEvaluation(env, projectId, id);
  for (const { projectId, schedule } of await takeDueSchedules(env.INDEX, nowMs, mostStarted)) {
    try {
      await startScheduled(env, projectId, schedule, nowMs);
    } catch (error) {
      console.error(JSON.stringify({ level: "error", where: "evaluations of the minute", reason: failureWords(error) }));
    }
  }
}

async function startScheduled(
  env: EvaluationBindings,
  projectId: string,
  { id, agent, record }: EvaluationSchedule,
  nowMs: number,
): Promise<void> {
  const { suite_id: suiteId, filter, evaluators, repeats, max_cost_usd: maxCostUsd, every_hours: hours } = record;
  const runs = {
    fromMs: nowMs - hours * 60 * 60_000,
    toMs: null,
    status: filter?.status ?? null,
    signalId: filter?.signal_id ?? null,
    limit: filter?.limit ?? 0,
    runIds: null,
  };
  const started = await startEvaluation(
    env,
    projectId,
    { agent, suiteId, suiteVersion: null, runs, evaluators, repeats, maxCostUsd, scheduleId: id },
    nowMs,
  );
  const at = new Date(nowMs).toISOString();
  const last = started.ok
    ? { at, evaluation_id: started.evaluation.id, reason: null }
    : { at, evaluation_id: null, reason: started.reason };
  await noteStart(env.INDEX, projectId, id, last);
}
