// Items of evaluations: claimed for a while, then settled. An item that is claimed and not settled was left by a worker that died; it is
// free again when its claim is over. `updated_ms` of a pending item is the moment from which on somebody may take it.
import type { EvaluationItem } from "../domain/experiment/evaluation.ts";
import { resultStatuses, type ResultStatus } from "../domain/experiment/check-result.ts";

interface Row {
  n: number;
  evaluator: string;
  run_id: string | null;
  case_id: string | null;
  status: string;
  score: number | null;
  reason: string | null;
  attempts: number;
  cost_usd: number;
  is_sealed: number | null;
}

const columns = "n, evaluator, run_id, case_id, status, score, reason, attempts, cost_usd";

const itemOf = (row: Row): EvaluationItem => ({
  n: row.n,
  evaluatorId: row.evaluator,
  runId: row.run_id,
  caseId: row.case_id,
  status: resultStatuses.find((status) => status === row.status) ?? "pending",
  score: row.score,
  reason: row.reason,
  attempts: row.attempts,
  costUsd: row.cost_usd,
  isSealed: row.is_sealed === 1,
});

/** All of an evaluation, in their order. */
export async function itemsOf(db: D1Database, projectId: string, evaluationId: string, suiteId: string | null): Promise<EvaluationItem[]> {
  const { results } = await db
    .prepare(
      `SELECT ${columns}, (SELECT is_holdout FROM suite_case WHERE suite_case.project_id = ?1 AND suite_id = ?3 AND suite_case.id = case_id) AS is_sealed
       FROM evaluation_item WHERE project_id = ?1 AND evaluation_id = ?2 ORDER BY n, evaluator`,
    )
    .bind(projectId, evaluationId, suiteId)
    .all<Row>();
  return results.map(itemOf);
}

/** How many there are of each status; costs, too. For lists, which show no items. */
export async function countsOf(
  db: D1Database,
  projectId: string,
  evaluationIds: readonly string[],
): Promise<Map<string, { status: string; n: number; usd: number }[]>> {
  const { results } = await db
    .prepare(
      `SELECT evaluation_id AS id, status, count(*) AS n, sum(cost_usd) AS usd FROM evaluation_item
       WHERE project_id = ?1 AND evaluation_id IN (SELECT value FROM json_each(?2)) GROUP BY evaluation_id, status`,
    )
    .bind(projectId, JSON.stringify(evaluationIds))
    .all<{ id: string; status: string; n: number; usd: number }>();
  return Map.groupBy(results, ({ id }) => id);
}

/** Up to `limit` pending items that are free now, in their order; nobody else takes them until `untilMs`. */
export async function claimItems(
  db: D1Database,
  projectId: string,
  evaluationId: string,
  { nowMs, untilMs, limit }: { nowMs: number; untilMs: number; limit: number },
): Promise<EvaluationItem[]> {
  const { results } = await db
    .prepare(
      `UPDATE evaluation_item SET updated_ms = ?4 WHERE project_id = ?1 AND evaluation_id = ?2 AND status = 'pending' AND updated_ms <= ?3
         AND (n, evaluator) IN (SELECT n, evaluator FROM evaluation_item WHERE project_id = ?1 AND evaluation_id = ?2 AND status = 'pending'
           AND updated_ms <= ?3 ORDER BY n, evaluator LIMIT ?5)
       RETURNING ${columns}, 0 AS is_sealed`,
    )
    .bind(projectId, evaluationId, nowMs, untilMs, limit)
    .all<Row>();
  return results.map(itemOf).toSorted((a, b) => a.n - b.n);
}

/** Claims of workers that are gone: everything pending may be taken from `nowMs` on. */
export async function freeClaims(db: D1Database, nowMs: number): Promise<void> {
  await db
    .prepare(
      `UPDATE evaluation_item SET updated_ms = ?1 WHERE status = 'pending' AND updated_ms > ?1 AND (project_id, evaluation_id) IN
         (SELECT project_id, id FROM evaluation WHERE status IN ('queued', 'running'))`,
    )
    .bind(nowMs)
    .run();
}

/** A call is about to be made for it: what a crash leaves behind counts as made. */
export async function countAttempt(
  db: D1Database,
  projectId: string,
  evaluationId: string,
  item: EvaluationItem,
  untilMs: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE evaluation_item SET attempts = attempts + 1, updated_ms = ?5
       WHERE project_id = ?1 AND evaluation_id = ?2 AND n = ?3 AND evaluator = ?4 AND status = 'pending'`,
    )
    .bind(projectId, evaluationId, item.n, item.evaluatorId, untilMs)
    .run();
}

export interface Settled {
  n: number;
  evaluatorId: string;
  /** `pending`: it is tried again from `atMs` on. */
  status: ResultStatus | "pending";
  score: number | null;
  reason: string | null;
  /** Spent on top of what was spent before. */
  costUsd: number;
  atMs: number;
}

/** Writes what became of items that are still pending, and which cases of a suite have passed. */
export async function settleItems(
  db: D1Database,
  projectId: string,
  { id, suiteId }: { id: string; suiteId: string | null },
  settled: readonly Settled[],
  nowMs: number,
): Promise<void> {
  if (settled.length === 0) return;
  const json = JSON.stringify(settled);
  const given = "FROM json_each(?3) AS given";
  const statements = [
    db
      .prepare(
        `UPDATE evaluation_item SET status = given.value->>'status', score = given.value->>'score', reason = given.value->>'reason',
           cost_usd = cost_usd + (given.value->>'costUsd'), updated_ms = given.value->>'atMs' ${given}
         WHERE project_id = ?1 AND evaluation_id = ?2 AND n = given.value->>'n' AND evaluator = given.value->>'evaluatorId'
           AND evaluation_item.status = 'pending'`,
      )
      .bind(projectId, id, json),
  ];
  if (suiteId !== null)
    statements.push(
      db
        .prepare(
          `INSERT INTO ever_passed (project_id, suite_id, case_id, evaluator, first_ms, last_ms)
           SELECT DISTINCT ?1, ?4, case_id, evaluator, ?5, ?5 ${given} JOIN evaluation_item ON project_id = ?1 AND evaluation_id = ?2
             AND n = given.value->>'n' AND evaluator = given.value->>'evaluatorId'
           WHERE evaluation_item.status = 'passed' AND case_id IS NOT NULL ON CONFLICT DO UPDATE SET last_ms = max(last_ms, excluded.last_ms)`,
        )
        .bind(projectId, id, json, suiteId, nowMs),
    );
  await db.batch(statements);
}

/** When the next pending item may be taken; null when none is pending. */
export async function nextFreeMs(db: D1Database, projectId: string, evaluationId: string): Promise<number | null> {
  const row = await db
    .prepare("SELECT min(updated_ms) AS at FROM evaluation_item WHERE project_id = ? AND evaluation_id = ? AND status = 'pending'")
    .bind(projectId, evaluationId)
    .first<{ at: number | null }>();
  return row?.at ?? null;
}

/** Whole runs of an agent that the filter holds, newest first, and how many there are. */
export async function chooseRuns(
  db: D1Database,
  projectId: string,
  agent: string,
  filter: { fromMs: number | null; toMs: number | null; status: string | null; signalId: string | null; runIds: readonly string[] | null },
  limit: number,
): Promise<{ ids: string[]; matching: number }> {
  const matching = `run.project_id = ?1 AND agent = ?2 AND is_open = 0 AND (?3 IS NULL OR started_ms >= ?3) AND (?4 IS NULL OR started_ms < ?4)
    AND (?5 IS NULL OR status = ?5) AND (?6 IS NULL OR id IN (SELECT value FROM json_each(?6)))
    AND (?7 IS NULL OR id IN (SELECT finding.run_id FROM finding JOIN finding_class ON finding_class.project_id = ?1 AND finding_class.key = finding.class
      WHERE finding.project_id = ?1 AND finding_class.signal_id IN (SELECT id FROM signal WHERE project_id = ?1 AND (id = ?7 OR parent_id = ?7))))`;
  const { fromMs, toMs, status, signalId, runIds } = filter;
  const bound = [projectId, agent, fromMs, toMs, status, runIds === null ? null : JSON.stringify(runIds), signalId];
  const [chosen, counted] = await db.batch<{ id: string; n: number }>([
    db.prepare(`SELECT id FROM run WHERE ${matching} ORDER BY started_ms DESC, id DESC LIMIT ?8`).bind(...bound, limit),
    db.prepare(`SELECT count(*) AS n FROM run WHERE ${matching}`).bind(...bound),
  ]);
  return { ids: (chosen?.results ?? []).map(({ id }) => id), matching: counted?.results[0]?.n ?? 0 };
}
