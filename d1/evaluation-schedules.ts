// Evaluations that the clock starts. A schedule is due at a moment, and moving that moment on is what starts it: two minutes that meet
// start it once.
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest } from "./page.ts";

export interface EvaluationSchedule {
  id: string;
  agent: string;
  record: ScheduleRecord;
  dueMs: number;
}

export interface ScheduleRecord {
  every_hours: number;
  suite_id: string | null;
  /** As it was asked for; null over a suite. */
  filter: { status: string | null; signal_id: string | null; limit: number } | null;
  /** Names or ids, resolved each time: a name means its newest evaluator then. */
  evaluators: string[];
  repeats: number;
  max_cost_usd: number | null;
  /** Of the last start: what it became, or why there was none. */
  last: { at: string; evaluation_id: string | null; reason: string | null } | null;
}

interface Row {
  id: string;
  agent: string;
  record: string;
  due_ms: number;
}

const scheduleOf = (row: Row): EvaluationSchedule => ({ id: row.id, agent: row.agent, record: JSON.parse(row.record), dueMs: row.due_ms });

/** false when the project has `most` of them. */
export async function putSchedule(
  db: D1Database,
  projectId: string,
  { id, agent, record, dueMs }: EvaluationSchedule,
  draft: AuditDraft,
  most: number,
): Promise<boolean> {
  const room = "(SELECT count(*) FROM evaluation_schedule WHERE evaluation_schedule.project_id = ?1)";
  const [, written] = await db.batch([
    noteAudit(db, projectId, [draft], { sql: `${room} < ?3`, values: [most] }),
    db
      .prepare(`INSERT INTO evaluation_schedule (project_id, id, agent, record, due_ms) SELECT ?1, ?2, ?3, ?4, ?5 WHERE ${room} < ?6`)
      .bind(projectId, id, agent, JSON.stringify(record), dueMs, most),
  ]);
  return (written?.meta.changes ?? 0) > 0;
}

export async function listSchedules(
  db: D1Database,
  projectId: string,
  agent: string | null,
  { after, limit }: PageRequest<[string]>,
): Promise<Page<EvaluationSchedule, [string]>> {
  const matching = "project_id = ?1 AND (?2 IS NULL OR agent = ?2)";
  const [found, counted] = await Promise.all([
    db
      .prepare(
        `SELECT id, agent, record, due_ms FROM evaluation_schedule WHERE ${matching} AND (?3 IS NULL OR id > ?3) ORDER BY id LIMIT ?4`,
      )
      .bind(projectId, agent, after?.[0] ?? null, limit + 1)
      .all<Row>(),
    db.prepare(`SELECT count(*) AS n FROM evaluation_schedule WHERE ${matching}`).bind(projectId, agent).first<number>("n"),
  ]);
  const page = pageOf(found.results, limit, ({ id }): [string] => [id], counted);
  return { ...page, items: page.items.map(scheduleOf) };
}

/** false when there was none. */
export async function deleteSchedule(db: D1Database, projectId: string, id: string, draft: AuditDraft): Promise<boolean> {
  const isThere = { sql: "EXISTS (SELECT 1 FROM evaluation_schedule WHERE project_id = ?1 AND evaluation_schedule.id = ?3)", values: [id] };
  const [, gone] = await db.batch([
    noteAudit(db, projectId, [draft], isThere),
    db.prepare("DELETE FROM evaluation_schedule WHERE project_id = ? AND id = ?").bind(projectId, id),
  ]);
  return (gone?.meta.changes ?? 0) > 0;
}

/** Those that are due, of projects that are there, each moved on by its own hours from now. */
export async function takeDueSchedules(
  db: D1Database,
  nowMs: number,
  limit: number,
): Promise<{ projectId: string; schedule: EvaluationSchedule }[]> {
  const { results } = await db
    .prepare(
      `UPDATE evaluation_schedule SET due_ms = ?1 + 3600000 * (record->>'$.every_hours') WHERE (project_id, id) IN (
         SELECT project_id, id FROM evaluation_schedule WHERE due_ms <= ?1
           AND EXISTS (SELECT 1 FROM project WHERE project.id = evaluation_schedule.project_id AND deleted_ms IS NULL) ORDER BY due_ms LIMIT ?2)
       RETURNING project_id, id, agent, record, due_ms`,
    )
    .bind(nowMs, limit)
    .all<Row & { project_id: string }>();
  return results.map((row) => ({ projectId: row.project_id, schedule: scheduleOf(row) }));
}

/** What its start became. */
export async function noteStart(db: D1Database, projectId: string, id: string, last: NonNullable<ScheduleRecord["last"]>): Promise<void> {
  await db
    .prepare("UPDATE evaluation_schedule SET record = json_set(record, '$.last', json(?3)) WHERE project_id = ?1 AND id = ?2")
    .bind(projectId, id, JSON.stringify(last))
    .run();
}
