// The reports that the clock makes: of the last days and the last week that are over in each project's own time zone, once they are over and
// again while late runs may still change them; and the telling of those that were not told. With the same look
// it is counted what became of runs that used a recall.
import { forgetRecalls, settleRecalls } from "../d1/recalls.ts";
import { agentsSince, dueForReports, postponeTelling, setReportsDue, untoldReports } from "../d1/reports.ts";
import { nextDayMs } from "../domain/finding/reading-day.ts";
import { finishedPeriods } from "../domain/report/period.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { makeReport, reportMessage, tellAgainMs } from "./make-report.ts";

const projectsAtATime = 20;
const agentsAtATime = 20;
const toldAtATime = 50;
/** Days that are made again: a run that is later than this changes its report only when somebody asks. */
const daysBack = 2;
/** After midnight, until the runs that were under way have closed. */
const settleMs = 10 * 60_000;
/** How often late runs are looked for. */
const againMs = 60 * 60_000;
/** How long after a recall the outcome of a run that used it is still looked for, and how long outcomes count. */
const recallsOpenMs = 7 * 24 * 60 * 60_000;
const recallsKeptMs = 180 * 24 * 60 * 60_000;
/** An agent that has been silent for longer has no more reports: that it is silent is told by its incident. */
const silentMs = 8 * 24 * 60 * 60_000;

export async function reportsOfTheMinute(env: Bindings, nowMs: number, isOver: () => boolean): Promise<void> {
  for (const project of await dueForReports(env.INDEX, nowMs, projectsAtATime)) {
    if (isOver()) break;
    const { id, timezone, after } = project;
    const last = await makeThose(env, project, after, nowMs, isOver);
    if (last !== null) await setReportsDue(env.INDEX, id, nowMs, last);
    else {
      await settleRecalls(env.INDEX, id, nowMs - recallsOpenMs);
      await forgetRecalls(env.INDEX, id, nowMs - recallsKeptMs);
      await setReportsDue(env.INDEX, id, nextLookMs(timezone, nowMs), "");
    }
  }
  await tellReports(env, nowMs);
}

/** Has everything told that is due: a message goes out, and is sent again should nobody confirm it. */
export async function tellReports(env: Bindings, nowMs: number): Promise<void> {
  for (const { projectId, report } of await untoldReports(env.INDEX, nowMs, toldAtATime)) {
    await env.NOTICE_QUEUE.send(reportMessage(projectId, report));
    await postponeTelling(env.INDEX, projectId, report.id, tellAgainMs(nowMs));
  }
}

/** null when all agents are done, else the last that was. */
async function makeThose(
  env: Bindings,
  project: { id: string; timezone: string },
  after: string,
  nowMs: number,
  isOver: () => boolean,
): Promise<string | null> {
  const periods = finishedPeriods(nowMs - settleMs, daysBack, project.timezone);
  for (let name = after; ;) {
    const agents = await agentsSince(env.INDEX, project.id, nowMs - silentMs, name, agentsAtATime);
    for (const { name: agent, firstRunMs } of agents) {
      if (isOver()) return name;
      // Before its first run there was no agent to report of.
      for (const { name: period, day } of periods.filter(({ toMs }) => toMs > firstRunMs))
        await makeReport(env, project, { agent, period, day }, nowMs);
      name = agent;
    }
    if (agents.length < agentsAtATime) return null;
  }
}

/** An hour on, or when the day that runs now has ended and settled. */
function nextLookMs(timezone: string, nowMs: number): number {
  return Math.min(nowMs + againMs, nextDayMs(timezone, nowMs - settleMs) + settleMs);
}
