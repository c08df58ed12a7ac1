// Makes or remakes one report: counts the period and the one before, takes what happened as it stands, keeps the record, and has it told once
// its period is over. Made twice, or at the same time twice, it is one report and one event.
import { agentsBehind } from "../d1/signal-rows.ts";
import { eventsOf } from "../d1/report-events.ts";
import { countFigures, largeRuns, withLargeRun } from "../d1/report-figures.ts";
import { putReport } from "../d1/reports.ts";
import { periodBefore, periodOf, type Period, type PeriodName } from "../domain/report/period.ts";
import { writeReport, type Figures, type Report } from "../domain/report/report.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import type { NoticeMessage } from "./messages.ts";
import { refreshSignals } from "./refresh-signals.ts";
import { readStoredLines } from "./stored-line.ts";

export const reportMade = "report.made";
/** A report that was not confirmed as told for this long is told again. */
const confirmMs = 120_000;
/** Runs of one period that are read from their segments because the index does not hold them; of more than these the tokens stay unknown. */
const mostLargeRuns = 2_000;
/** Agents of a project whose signals are behind, looked through for this one. */
const agentsLookedAt = 200;

export interface ReportAsked {
  agent: string;
  period: PeriodName;
  /** Any day of the period. */
  day: string;
}

export async function makeReport(
  env: Bindings,
  { id: projectId, timezone }: { id: string; timezone: string },
  { agent, period: name, day }: ReportAsked,
  nowMs: number,
): Promise<Report> {
  const period = periodOf(name, day, timezone);
  const before = periodBefore(period, timezone);
  const behind = await agentsBehind(env.INDEX, projectId, agentsLookedAt);
  if (behind.some((one) => one.agent === agent)) await refreshSignals(env, projectId, agent, nowMs);
  const [figures, previous, events] = await Promise.all([
    figuresOf(env, projectId, agent, period),
    figuresOf(env, projectId, agent, before),
    eventsOf(env.INDEX, { projectId, agent, fromMs: period.fromMs, toMs: period.toMs }),
  ]);
  const report = writeReport(agent, period, before, timezone, { figures, previous, ...events }, nowMs);
  await putReport(env.INDEX, projectId, report, report.complete ? nowMs : null);
  return report;
}

/** Where a report waits to be told, its message; whoever is killed before it went out leaves it to the next minute. */
export const reportMessage = (projectId: string, { id, agent, to }: Report): NoticeMessage => ({
  v: 1,
  kind: "notice",
  project_id: projectId,
  event_id: `${reportMade}.${id}`,
  event: reportMade,
  at: to,
  agent,
  rule_id: null,
});

/** When telling is looked at again after a message went out. */
export const tellAgainMs = (nowMs: number): number => nowMs + confirmMs;

async function figuresOf(env: Bindings, projectId: string, agent: string, { fromMs, toMs }: Period): Promise<Figures> {
  const [counted, large] = await Promise.all([
    countFigures(env.INDEX, projectId, agent, fromMs, toMs),
    largeRuns(env.INDEX, projectId, agent, fromMs, toMs, mostLargeRuns),
  ]);
  const rows = new Map(large.map((row) => [row.id, row]));
  let figures = counted;
  for await (const line of readStoredLines(env, projectId, large)) {
    const row = line === null ? undefined : rows.get(line.run.id);
    if (line !== null && row !== undefined) figures = withLargeRun(figures, line.run, row);
  }
  return figures;
}
