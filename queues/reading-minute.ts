// What a minute does for readings: sends again those whose message was lost or whose wait is over, and picks runs that are worth reading
// without being asked for, where the project has set money aside. Never more than a few: the day's money decides, not the traffic.
import { spentOn } from "../d1/model-spend.ts";
import { askReadings, projectsWithModelBudget, readCandidates, takeWaiting } from "../d1/readings.ts";
import { dayIn } from "../domain/finding/reading-day.ts";
import { wantsReading } from "../domain/finding/reading.ts";
import { failureWords } from "./failure-words.ts";
import type { ReadMessage } from "./messages.ts";
import type { ReadingBindings } from "./reading-run.ts";

/** Longer than a call and its claim last. */
const overdueMs = 5 * 60_000;
const resent = { each: 10, all: 50 };
const mostProjects = 20;
/** Picked in one minute for one project: 7,000 a day, if there is money for them. */
const mostPicked = 5;
/** Newest runs that are looked at for it. */
const mostLookedAt = 200;
/** Only what is recent: history is read by a backfill, whose price is shown first. */
const recentMs = 24 * 60 * 60_000;

/** @param isStart nothing is in flight: whatever is pending has lost its message */
export async function readingsOfTheMinute(env: ReadingBindings, nowMs: number, isStart: boolean, hasModel: boolean): Promise<void> {
  const waiting = await takeWaiting(env.INDEX, isStart ? nowMs : nowMs - overdueMs, nowMs, resent);
  await send(env, waiting);
  if (!hasModel) return;
  for (const project of await projectsWithModelBudget(env.INDEX, mostProjects)) {
    try {
      await pick(env, project, nowMs);
    } catch (error) {
      console.error(JSON.stringify({ level: "error", where: "readings of the minute", reason: failureWords(error) }));
    }
  }
}

async function pick(
  env: ReadingBindings,
  { id, timezone, budgetUsd }: { id: string; timezone: string; budgetUsd: number },
  nowMs: number,
): Promise<void> {
  if ((await spentOn(env.INDEX, id, dayIn(timezone, nowMs))) >= budgetUsd) return;
  const candidates = await readCandidates(env.INDEX, id, nowMs - recentMs, mostLookedAt);
  const reasons = candidates.map((candidate) => ({ runId: candidate.runId, reason: wantsReading(id, candidate) }));
  // What failed and nobody knows why comes before the sample.
  const wanted = [
    ...reasons.filter(({ reason }) => reason === "unexplained_failure"),
    ...reasons.filter(({ reason }) => reason === "sample"),
  ];
  const ids = wanted.slice(0, mostPicked).map(({ runId }) => runId);
  const asked = await askReadings(env.INDEX, id, ids, nowMs);
  await send(
    env,
    asked.map((runId) => ({ projectId: id, runId })),
  );
}

async function send(env: ReadingBindings, runs: readonly { projectId: string; runId: string }[]): Promise<void> {
  if (runs.length === 0) return;
  await env.READ_QUEUE.sendBatch(
    runs.map(({ projectId, runId }): { body: ReadMessage } => ({ body: { v: 1, kind: "read", project_id: projectId, run_id: runId } })),
  );
}
