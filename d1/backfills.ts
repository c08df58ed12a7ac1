// Backfills as they stand. A job goes on only from where it is known to be: every write of a page names the cursor that it read, and a
// second worker, a pause or a cancellation in between takes the whole page back.
import { backfillStatuses, type Backfill, type BackfillStatus } from "../domain/backfill/backfill.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest } from "./page.ts";

interface Row {
  id: string;
  agent: string;
  target: string;
  status: string;
  plan: string;
  cursor: string;
  scanned: number;
  total: number;
  matched: number;
  errors: number;
  cost_usd: number;
  report: string;
  error: string | null;
  created_ms: number;
  started_ms: number | null;
  updated_ms: number;
}

const columns =
  "id, agent, target, status, plan, cursor, scanned, total, matched, errors, cost_usd, report, error, created_ms, started_ms, updated_ms";
const live = "status IN ('queued', 'running')";

function jobOf(row: Row): Backfill {
  return {
    id: row.id,
    agent: row.agent,
    target: JSON.parse(row.target),
    status: backfillStatuses.find((status) => status === row.status) ?? "failed",
    plan: JSON.parse(row.plan),
    cursor: JSON.parse(row.cursor),
    scanned: row.scanned,
    total: row.total,
    matched: row.matched,
    errors: row.errors,
    costUsd: row.cost_usd,
    tally: JSON.parse(row.report),
    error: row.error,
    createdMs: row.created_ms,
    startedMs: row.started_ms,
    updatedMs: row.updated_ms,
  };
}

/** false when the project has `mostLive` jobs under way already. */
export async function putBackfill(db: D1Database, projectId: string, job: Backfill, draft: AuditDraft, mostLive: number): Promise<boolean> {
  const room = "(SELECT count(*) FROM backfill WHERE backfill.project_id = ?1 AND status IN ('queued', 'running', 'paused'))";
  const [, written] = await db.batch([
    noteAudit(db, projectId, [draft], { sql: `${room} < ?3`, values: [mostLive] }),
    db
      .prepare(
        `INSERT INTO backfill (project_id, ${columns})
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, 0, 0, 0, ?9, NULL, ?10, NULL, ?10 WHERE ${room} < ?11`,
      )
      .bind(
        projectId,
        job.id,
        job.agent,
        JSON.stringify(job.target),
        job.status,
        JSON.stringify(job.plan),
        JSON.stringify(job.cursor),
        job.total,
        JSON.stringify(job.tally),
        job.createdMs,
        mostLive,
      ),
  ]);
  return (written?.meta.changes ?? 0) > 0;
}

/** null when the project has no such job. */
export async function findBackfill(db: D1Database, projectId: string, id: string): Promise<Backfill | null> {
  const row = await db.prepare(`SELECT ${columns} FROM backfill WHERE project_id = ? AND id = ?`).bind(projectId, id).first<Row>();
  return row === null ? null : jobOf(row);
}

export interface BackfillFilter {
  agent?: string | undefined;
  status?: BackfillStatus | undefined;
}

/** Newest first: ids are in the order in which jobs were made. */
export async function listBackfills(
  db: D1Database,
  projectId: string,
  { agent = null, status = null }: { agent?: string | null | undefined; status?: BackfillStatus | null | undefined },
  { after, limit }: PageRequest<[string]>,
): Promise<Page<Backfill, [string]>> {
  const matching = "project_id = ?1 AND (?2 IS NULL OR agent = ?2) AND (?3 IS NULL OR status = ?3)";
  const [found, counted] = await Promise.all([
    db
      .prepare(`SELECT ${columns} FROM backfill WHERE ${matching} AND (?4 IS NULL OR id < ?4) ORDER BY id DESC LIMIT ?5`)
      .bind(projectId, agent, status, after?.[0] ?? null, limit + 1)
      .all<Row>(),
    db.prepare(`SELECT count(*) AS n FROM backfill WHERE ${matching}`).bind(projectId, agent, status).first<number>("n"),
  ]);
  const page = pageOf(found.results, limit, ({ id }): [string] => [id], counted);
  return { ...page, items: page.items.map(jobOf) };
}

/** The job, running from now on; null when it is not the turn of message `turn`, or nothing is to be done. */
export async function beginTurn(db: D1Database, projectId: string, id: string, turn: number, nowMs: number): Promise<Backfill | null> {
  const row = await db
    .prepare(
      `UPDATE backfill SET status = 'running', started_ms = coalesce(started_ms, ?4), updated_ms = ?4
       WHERE project_id = ?1 AND id = ?2 AND ${live} AND cursor->>'turn' = ?3 RETURNING ${columns}`,
    )
    .bind(projectId, id, turn, nowMs)
    .first<Row>();
  return row === null ? null : jobOf(row);
}

/** Holds where a page's results may still be written; its values are bound from ?3 on. */
export interface Guard {
  sql: string;
  values: readonly (string | number)[];
}

/**
 * Writes `statements` and how far the job is then, in one transaction, which fails as a whole where the job is no longer running at the
 * cursor of `before`, or `guard` does not hold. false: it failed for that reason, and nothing was written.
 */
export async function commitPage(
  db: D1Database,
  projectId: string,
  before: Backfill,
  next: Backfill,
  statements: readonly D1PreparedStatement[],
  guard: Guard,
): Promise<boolean> {
  const counts = [next.scanned, next.matched, next.errors, next.costUsd];
  const state = [JSON.stringify(before.cursor), JSON.stringify(next.cursor), ...counts, JSON.stringify(next.tally), next.updatedMs];
  const from = 3 + guard.values.length;
  const [read, write, scanned, matched, errors, cost, report, updated] = state.map((_, i) => `?${from + i}`);
  const advance = db
    .prepare(
      // A status that is missing breaks the transaction: the platform has no other way to take a batch back.
      `UPDATE backfill SET status = CASE WHEN status = 'running' AND cursor = ${read} AND (${guard.sql}) THEN status END,
        cursor = ${write}, scanned = ${scanned}, matched = ${matched}, errors = ${errors}, cost_usd = ${cost}, report = ${report}, error = NULL,
        updated_ms = ${updated} WHERE project_id = ?1 AND id = ?2`,
    )
    .bind(projectId, before.id, ...guard.values, ...state);
  try {
    const [advanced] = await db.batch([advance, ...statements]);
    return (advanced?.meta.changes ?? 0) > 0;
  } catch (error) {
    if (error instanceof Error && /NOT NULL constraint failed: backfill\.status/.test(error.message)) return false;
    throw error;
  }
}

/** SQL of the cursor with the next turn. The number must not be bound: it would come back as a fraction, and be another text. */
const nextTurn = "json_set(cursor, '$.turn', cursor->>'turn' + 1)";

/** The next message has its turn now. null when the job was stopped, or is somebody else's. */
export async function passTurn(db: D1Database, projectId: string, job: Backfill, nowMs: number): Promise<number | null> {
  const { turn } = job.cursor;
  const { meta } = await db
    .prepare(
      `UPDATE backfill SET cursor = ${nextTurn}, updated_ms = ?4 WHERE project_id = ?1 AND id = ?2 AND ${live} AND cursor->>'turn' = ?3`,
    )
    .bind(projectId, job.id, turn, nowMs)
    .run();
  return meta.changes > 0 ? turn + 1 : null;
}

/** Why its last try came to nothing; it is tried again, and the next page that is written takes the word back. */
export async function noteTrouble(db: D1Database, projectId: string, id: string, words: string): Promise<void> {
  await db.prepare(`UPDATE backfill SET error = ? WHERE project_id = ? AND id = ? AND ${live}`).bind(words, projectId, id).run();
}

/** Ends the job where it stands. `total` becomes what was really there. false when somebody ended or stopped it before. */
export async function endBackfill(
  db: D1Database,
  projectId: string,
  job: Backfill,
  end: { status: "done" | "failed"; error: string | null },
  draft: AuditDraft,
): Promise<boolean> {
  const [cursor, atMs] = [JSON.stringify(job.cursor), Date.parse(draft.at)];
  const isOurs = "project_id = ?1 AND id = ?3 AND status = 'running' AND cursor = ?4";
  const [, ended] = await db.batch([
    noteAudit(db, projectId, [draft], { sql: `EXISTS (SELECT 1 FROM backfill WHERE ${isOurs})`, values: [job.id, cursor] }),
    db
      .prepare(
        `UPDATE backfill SET status = ?2, error = ?5, total = CASE WHEN ?2 = 'done' THEN scanned ELSE total END, updated_ms = ?6 WHERE ${isOurs}`,
      )
      .bind(projectId, end.status, job.id, cursor, end.error, atMs),
  ]);
  return (ended?.meta.changes ?? 0) > 0;
}

/** What a person did, unless the job's status is another one by now: false. Its next message needs a turn of its own. */
export async function moveBackfill(
  db: D1Database,
  projectId: string,
  job: Backfill,
  status: BackfillStatus,
  draft: AuditDraft,
): Promise<boolean> {
  const [, moved] = await db.batch([
    noteAudit(db, projectId, [draft], {
      sql: "EXISTS (SELECT 1 FROM backfill WHERE backfill.project_id = ?1 AND backfill.id = ?3 AND status = ?4)",
      values: [job.id, job.status],
    }),
    db
      .prepare(
        `UPDATE backfill SET status = ?4, cursor = ${nextTurn}, updated_ms = ?5
         WHERE project_id = ?1 AND id = ?2 AND status = ?3`,
      )
      .bind(projectId, job.id, job.status, status, Date.parse(draft.at)),
  ]);
  return (moved?.meta.changes ?? 0) > 0;
}

/** Jobs under way, those that wait longest first, of projects that are there. */
export async function liveBackfills(db: D1Database, limit: number): Promise<{ projectId: string; job: Backfill }[]> {
  const { results } = await db
    .prepare(
      `SELECT project_id, ${columns} FROM backfill WHERE ${live}
       AND EXISTS (SELECT 1 FROM project WHERE project.id = backfill.project_id AND deleted_ms IS NULL) ORDER BY updated_ms LIMIT ?`,
    )
    .bind(limit)
    .all<Row & { project_id: string }>();
  return results.map((row) => ({ projectId: row.project_id, job: jobOf(row) }));
}
