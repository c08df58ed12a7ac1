// The part of retention that lies in the index: when a project is due, and the rows that are found by their own age. Rows of runs go
// with their segments.
import { encodeTime } from "ulidx";
import { settingsSchema } from "../domain/project/settings.ts";
import { erasedTraceMs } from "../domain/run/erasure.ts";

export interface DueProject {
  id: string;
  retentionDays: number;
}

/** Those that wait longest first. */
export async function dueForRetention(db: D1Database, nowMs: number, limit: number): Promise<DueProject[]> {
  const { results } = await db
    .prepare("SELECT id, settings FROM project WHERE deleted_ms IS NULL AND retention_due_ms <= ? ORDER BY retention_due_ms, id LIMIT ?")
    .bind(nowMs, limit)
    .all<{ id: string; settings: string }>();
  return results.map(({ id, settings }) => ({ id, retentionDays: settingsSchema.parse(JSON.parse(settings)).retention_days }));
}

export async function setRetentionDue(db: D1Database, projectId: string, atMs: number): Promise<void> {
  await db.prepare("UPDATE project SET retention_due_ms = ? WHERE id = ?").bind(atMs, projectId).run();
}

/** Rows a statement. */
const rowsAtATime = 2_000;
const ulidTimeLength = 10;

/** Receipts, spent dead letters, ended deliveries and scores whose run never came, from before `beforeMs`. false when `isOver` said so first. */
export async function expireRows(db: D1Database, projectId: string, beforeMs: number, isOver: () => boolean): Promise<boolean> {
  const mark = encodeTime(Math.max(0, beforeMs), ulidTimeLength);
  const page = (table: string, where: string) => `SELECT rowid FROM ${table} WHERE project_id = ?1 AND ${where} LIMIT ${rowsAtATime}`;
  const dead = page("dead_letter", "id < ?2 AND gone_ms IS NOT NULL");
  for (;;) {
    const deleted = await db.batch([
      db
        .prepare(
          `UPDATE tally SET dead = dead - n, discarded = discarded + n FROM (SELECT count(*) AS n FROM (${dead})) WHERE project_id = ?1 AND n > 0`,
        )
        .bind(projectId, mark),
      ...[
        [dead, "dead_letter", mark],
        [page("receipt", "id < ?2"), "receipt", mark],
        [page("delivery", "updated_ms < ?2 AND status <> 'retrying'"), "delivery", beforeMs],
        [
          page("score", "version < ?2 AND NOT EXISTS (SELECT 1 FROM run WHERE run.project_id = ?1 AND run.id = score.run_id)"),
          "score",
          mark,
        ],
        [page("erasure", "is_running = 0 AND at_ms < ?2"), "erasure", Math.min(beforeMs, Date.now() - erasedTraceMs)],
      ].map(([rows, table, bound]) => db.prepare(`DELETE FROM ${table} WHERE rowid IN (${rows})`).bind(projectId, bound)),
    ]);
    if (deleted.slice(1).every(({ meta }) => meta.changes < rowsAtATime)) return true;
    if (isOver()) return false;
  }
}
