// Readings of runs by Claude: one row a run, and the row is the truth. Messages only say that a row wants looking at, so one that is
// lost or comes twice changes nothing. `updated_ms` of a pending row is since when nobody works at it; in the future it has to wait.
import type { Criterion } from "../domain/finding/rubric.ts";
import type { ReadCandidate, ReadingStatus } from "../domain/finding/reading.ts";
import { readSignalRow, signalColumns } from "./signal-rows.ts";

export interface Reading {
  status: ReadingStatus;
  /** null until it is done. */
  findings: number | null;
  error: string | null;
  contentHash: string | null;
  epoch: string | null;
  /** Calls so far. */
  attempts: number;
  updatedMs: number;
}

interface ReadingRow extends Omit<Reading, "contentHash" | "updatedMs"> {
  content_hash: string | null;
  updated_ms: number;
}

/** A call is under way while its row is pending, has no error and is younger than this: longer than a call may take. */
const underWayMs = 3 * 60_000;

const isUnderWay = "status = 'pending' AND attempts > 0 AND error IS NULL";

/** null for a run that nobody asked to read. */
export async function findReading(db: D1Database, projectId: string, runId: string): Promise<Reading | null> {
  const row = await db
    .prepare("SELECT status, findings, error, content_hash, epoch, attempts, updated_ms FROM reading WHERE project_id = ? AND run_id = ?")
    .bind(projectId, runId)
    .first<ReadingRow>();
  if (row === null) return null;
  const { content_hash: contentHash, updated_ms: updatedMs, ...same } = row;
  return { ...same, contentHash, updatedMs };
}

/**
 * Somebody asks that the run be read. What failed or was off begins anew; what is done stays done, and its consumer sees whether the
 * run has changed since.
 */
export async function askReading(db: D1Database, projectId: string, runId: string, nowMs: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO reading (project_id, run_id, status, attempts, cost_usd, updated_ms) VALUES (?1, ?2, 'pending', 0, 0, ?3)
       ON CONFLICT DO UPDATE SET status = 'pending', findings = NULL, error = NULL, attempts = 0, updated_ms = excluded.updated_ms
         WHERE reading.status IN ('failed', 'off') OR (reading.status = 'pending' AND reading.updated_ms > excluded.updated_ms)`,
    )
    .bind(projectId, runId, nowMs)
    .run();
}

/** The same for many that nobody has asked for yet. Ids of those that are new. */
export async function askReadings(db: D1Database, projectId: string, runIds: readonly string[], nowMs: number): Promise<string[]> {
  if (runIds.length === 0) return [];
  const { results } = await db
    .prepare(
      `INSERT INTO reading (project_id, run_id, status, attempts, cost_usd, updated_ms)
       SELECT ?1, value, 'pending', 0, 0, ?3 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING RETURNING run_id`,
    )
    .bind(projectId, JSON.stringify(runIds), nowMs)
    .all<{ run_id: string }>();
  return results.map(({ run_id }) => run_id);
}

/**
 * Takes the right to make the next call. False when another delivery has it, or has made that call already; then this one is not needed.
 * @param before as it was read; a reading that is done is opened again
 */
export async function claimCall(
  db: D1Database,
  projectId: string,
  runId: string,
  before: Pick<Reading, "status" | "attempts">,
  nowMs: number,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE reading SET status = 'pending', findings = NULL, error = NULL, attempts = ?5, updated_ms = ?6
       WHERE project_id = ?1 AND run_id = ?2 AND status = ?3 AND attempts = ?4 AND NOT (${isUnderWay} AND updated_ms > ?7)`,
    )
    .bind(
      projectId,
      runId,
      before.status,
      before.attempts,
      (before.status === "pending" ? before.attempts : 0) + 1,
      nowMs,
      nowMs - underWayMs,
    )
    .run();
  return meta.changes === 1;
}

/** What became of a reading, or of one delivery of it. */
export interface ReadingOutcome {
  status: ReadingStatus;
  findings: number | null;
  error: string | null;
  contentHash: string | null;
  epoch: string | null;
  /** Spent on top of what was spent before. */
  costUsd: number;
  /** For a pending one: when it may go on. */
  updatedMs: number;
}

/** Only what is pending can end: a run that was deleted meanwhile leaves nothing. */
export async function endReading(db: D1Database, projectId: string, runId: string, outcome: ReadingOutcome): Promise<void> {
  const { status, findings, error, contentHash, epoch, costUsd, updatedMs } = outcome;
  await db
    .prepare(
      `UPDATE reading SET status = ?3, findings = ?4, error = ?5, content_hash = coalesce(?6, content_hash), epoch = coalesce(?7, epoch),
         cost_usd = cost_usd + ?8, updated_ms = ?9
       WHERE project_id = ?1 AND run_id = ?2 AND status = 'pending'`,
    )
    .bind(projectId, runId, status, findings, error, contentHash, epoch, costUsd, updatedMs)
    .run();
}

/** The run is gone: there is nothing to read. */
export async function dropReading(db: D1Database, projectId: string, runId: string): Promise<void> {
  await db.prepare("DELETE FROM reading WHERE project_id = ? AND run_id = ?").bind(projectId, runId).run();
}

/** Said of a reading whose message was sent again; only one without a call under way may have it. */
const waits = "waits for its turn";

/**
 * Pending readings that nobody worked at since `beforeMs`, oldest first, a few of each project so that one cannot hold up the others:
 * their messages were lost, or what they waited for is over. They count as worked at from `nowMs` on.
 */
export async function takeWaiting(
  db: D1Database,
  beforeMs: number,
  nowMs: number,
  limits: { each: number; all: number },
): Promise<{ projectId: string; runId: string }[]> {
  const { results } = await db
    .prepare(
      `UPDATE reading SET updated_ms = ?2, error = coalesce(error, '${waits}') WHERE (project_id, run_id) IN (
         SELECT project_id, run_id FROM (
           SELECT project_id, run_id, updated_ms, row_number() OVER (PARTITION BY project_id ORDER BY updated_ms) AS nth
           FROM reading WHERE status = 'pending' AND updated_ms <= ?1)
         WHERE nth <= ?3 ORDER BY updated_ms LIMIT ?4)
       RETURNING project_id AS projectId, run_id AS runId`,
    )
    .bind(beforeMs, nowMs, limits.each, limits.all)
    .all<{ projectId: string; runId: string }>();
  return results;
}

/** Projects that have set money aside for models, and how much a day. */
export async function projectsWithModelBudget(
  db: D1Database,
  limit: number,
): Promise<{ id: string; timezone: string; budgetUsd: number }[]> {
  const budget = "json_extract(settings, '$.model_budget_usd_day')";
  const { results } = await db
    .prepare(
      `SELECT id, timezone, ${budget} AS budgetUsd FROM project WHERE deleted_ms IS NULL AND ${budget} > 0 ORDER BY random() LIMIT ?`,
    )
    .bind(limit)
    .all<{ id: string; timezone: string; budgetUsd: number }>();
  return results;
}

interface CandidateRow {
  id: string;
  status: ReadCandidate["status"];
  success: string | null;
  failures: string | null;
  defined: number;
}

/** SQL: signals that people defined and that no rule can tell. */
const defined = "is_declared = 1 AND rule IS NULL";

/** The newest whole runs of a project since `fromMs` that nobody asked to read. */
export async function readCandidates(db: D1Database, projectId: string, fromMs: number, limit: number): Promise<ReadCandidate[]> {
  const { results } = await db
    .prepare(
      `SELECT id, status,
         (SELECT value FROM score WHERE score.project_id = ?1 AND score.run_id = run.id AND name = 'success' ORDER BY version DESC LIMIT 1) AS success,
         (SELECT json_group_array(detector) FROM finding WHERE finding.project_id = ?1 AND finding.run_id = run.id
            AND polarity = 'failure' AND is_recovered = 0) AS failures,
         EXISTS (SELECT 1 FROM signal WHERE signal.project_id = ?1 AND signal.agent = run.agent AND ${defined} AND state <> 'archived') AS defined
       FROM (SELECT id, agent, status, started_ms FROM run WHERE project_id = ?1 AND started_ms >= ?2 AND is_open = 0 ORDER BY started_ms DESC LIMIT ?3) AS run
       WHERE NOT EXISTS (SELECT 1 FROM reading WHERE reading.project_id = ?1 AND reading.run_id = run.id)`,
    )
    .bind(projectId, fromMs, limit)
    .all<CandidateRow>();
  return results.map(({ id, status, success, failures, defined: hasDefinitions }) => ({
    runId: id,
    status,
    isSuccess: successOf(success),
    failures: failures === null ? [] : namesIn(failures),
    hasDefinitions: hasDefinitions === 1,
  }));
}

/** The score `success` counts from a half on, as the dimension does. */
function successOf(value: string | null): boolean | null {
  if (value === null) return null;
  const parsed: unknown = JSON.parse(value);
  return typeof parsed === "number" ? parsed >= 0.5 : typeof parsed === "boolean" ? parsed : null;
}

function namesIn(json: string): string[] {
  const names: string[] = JSON.parse(json);
  return names;
}

/** Signals of the agent that people defined in plain language, oldest first: what Claude is asked besides the rubric. */
export async function criteriaOf(db: D1Database, projectId: string, agent: string): Promise<Criterion[]> {
  const { results } = await db
    .prepare(`SELECT ${signalColumns} FROM signal WHERE project_id = ? AND agent = ? AND ${defined} ORDER BY id`)
    .bind(projectId, agent)
    .all<Parameters<typeof readSignalRow>[0]>();
  // What people said last is in the row before it is in the record, which is counted later.
  return results
    .map(readSignalRow)
    .filter(({ said, record }) => !said.archived && record.state !== "archived")
    .map(({ id, slug, version, said, record }) => ({
      signalId: id,
      slug,
      name: said.name ?? record.name,
      definition: said.definition ?? record.definition,
      version,
      polarity: record.polarity,
      severity: said.severity ?? record.severity,
    }));
}
