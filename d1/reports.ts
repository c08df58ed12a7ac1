// Reports as they stand, and how far their telling is. A report made again replaces its record and keeps its row; what was told once is not
// told again. The clock's own place in a project stands beside them.
import type { PeriodName } from "../domain/report/period.ts";
import type { Report } from "../domain/report/report.ts";
import { pageOf, type Page, type PageRequest } from "./page.ts";

/** The newer making wins. @param tellMs when its webhooks are asked for again, unless they were told already; null for one that is not over */
export async function putReport(db: D1Database, projectId: string, report: Report, tellMs: number | null): Promise<void> {
  await db
    .prepare(
      `INSERT INTO report (project_id, id, agent, period, day, record, made_ms, tell_ms, told_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)
       ON CONFLICT DO UPDATE SET record = excluded.record, made_ms = excluded.made_ms,
         tell_ms = CASE WHEN told_ms IS NULL THEN coalesce(tell_ms, excluded.tell_ms) END WHERE excluded.made_ms >= made_ms`,
    )
    .bind(projectId, report.id, report.agent, report.period, report.day, JSON.stringify(report), Date.parse(report.made_at), tellMs)
    .run();
}

const recordOf = ({ record }: { record: string }): Report => {
  const report: Report = JSON.parse(record);
  return report;
};

/** null when the project has no such report. */
export async function findReport(db: D1Database, projectId: string, id: string): Promise<Report | null> {
  const row = await db.prepare("SELECT record FROM report WHERE project_id = ? AND id = ?").bind(projectId, id).first<{ record: string }>();
  return row === null ? null : recordOf(row);
}

export interface ReportFilter {
  agent?: string | undefined;
  period?: PeriodName | undefined;
}

export type ReportPosition = [day: string, id: string];

/** Newest day first. */
export async function listReports(
  db: D1Database,
  projectId: string,
  { agent, period }: ReportFilter,
  { after, limit }: PageRequest<ReportPosition>,
): Promise<Page<Report, ReportPosition>> {
  const matching = "project_id = ?1 AND (?2 IS NULL OR agent = ?2) AND (?3 IS NULL OR period = ?3)";
  const filter = [projectId, agent ?? null, period ?? null];
  const behind = after === null ? "" : "AND (day, id) < (?5, ?6)";
  const [found, counted] = await Promise.all([
    db
      .prepare(`SELECT day, id, record FROM report WHERE ${matching} ${behind} ORDER BY day DESC, id DESC LIMIT ?4`)
      .bind(...filter, limit + 1, ...(after ?? []))
      .all<{ day: string; id: string; record: string }>(),
    db
      .prepare(`SELECT count(*) AS n FROM report WHERE ${matching}`)
      .bind(...filter)
      .first<number>("n"),
  ]);
  const page = pageOf(found.results, limit, ({ day, id }): ReportPosition => [day, id], counted);
  return { ...page, items: page.items.map(recordOf) };
}

export interface Untold {
  projectId: string;
  report: Report;
}

/** Reports whose webhooks are due, of projects that are there, those that wait longest first. */
export async function untoldReports(db: D1Database, nowMs: number, limit: number): Promise<Untold[]> {
  const { results } = await db
    .prepare(
      `SELECT project_id, record FROM report WHERE tell_ms <= ?1
       AND EXISTS (SELECT 1 FROM project WHERE project.id = report.project_id AND deleted_ms IS NULL) ORDER BY tell_ms LIMIT ?2`,
    )
    .bind(nowMs, limit)
    .all<{ project_id: string; record: string }>();
  return results.map((row) => ({ projectId: row.project_id, report: recordOf(row) }));
}

/** Nobody else is asked to tell it before `tellMs`. */
export async function postponeTelling(db: D1Database, projectId: string, id: string, tellMs: number): Promise<void> {
  await db
    .prepare("UPDATE report SET tell_ms = ?3 WHERE project_id = ?1 AND id = ?2 AND told_ms IS NULL")
    .bind(projectId, id, tellMs)
    .run();
}

/** Its deliveries have ended, well or ill. */
export async function confirmTelling(db: D1Database, projectId: string, id: string, nowMs: number): Promise<void> {
  await db
    .prepare("UPDATE report SET tell_ms = NULL, told_ms = coalesce(told_ms, ?3) WHERE project_id = ?1 AND id = ?2")
    .bind(projectId, id, nowMs)
    .run();
}

export interface DueProject {
  id: string;
  timezone: string;
  /** Agents up to this name are done. */
  after: string;
}

/** Projects whose reports the clock looks at now. */
export async function dueForReports(db: D1Database, nowMs: number, limit: number): Promise<DueProject[]> {
  const { results } = await db
    .prepare(
      `SELECT project.id, project.timezone, coalesce(report_due.after, '') AS after FROM project
       LEFT JOIN report_due ON report_due.project_id = project.id
       WHERE project.deleted_ms IS NULL AND coalesce(report_due.due_ms, 0) <= ?1 ORDER BY coalesce(report_due.due_ms, 0) LIMIT ?2`,
    )
    .bind(nowMs, limit)
    .all<DueProject>();
  return results;
}

export async function setReportsDue(db: D1Database, projectId: string, dueMs: number, after: string): Promise<void> {
  await db
    .prepare("INSERT INTO report_due (project_id, due_ms, after) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET due_ms = ?2, after = ?3")
    .bind(projectId, dueMs, after)
    .run();
}

/** By name, behind `after`: agents that have run since `sinceMs`. */
export async function agentsSince(
  db: D1Database,
  projectId: string,
  sinceMs: number,
  after: string,
  limit: number,
): Promise<{ name: string; firstRunMs: number }[]> {
  const { results } = await db
    .prepare(
      "SELECT name, first_run_ms AS firstRunMs FROM agent WHERE project_id = ?1 AND last_run_ms >= ?2 AND name > ?3 ORDER BY name LIMIT ?4",
    )
    .bind(projectId, sinceMs, after, limit)
    .all<{ name: string; firstRunMs: number }>();
  return results;
}
