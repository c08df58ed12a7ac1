// Evaluations as they stand. The rows of the items are the truth; the row of the evaluation says only whether it is under way. A message
// that comes twice, late or never changes no result: items are claimed before they are worked at.
import type { AuditDraft } from "../domain/audit/entry.ts";
import { evaluationStatuses, type Evaluation, type EvaluationPlan, type EvaluationStatus } from "../domain/experiment/evaluation.ts";
import { noteAudit } from "./audit-pending.ts";
import { beginReplay, stopReplay, type EvaluationReplay } from "./evaluation-replays.ts";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";

interface Row {
  id: string;
  agent: string;
  suite_id: string | null;
  suite_version: number | null;
  status: string;
  plan: string;
  total: number;
  cost_usd: number;
  error: string | null;
  created_ms: number;
  updated_ms: number;
}

const columns = "id, agent, suite_id, suite_version, status, plan, total, cost_usd, error, created_ms, updated_ms";
const live = "status IN ('queued', 'running')";

function evaluationOf(row: Row): Evaluation {
  const plan: Partial<EvaluationPlan> & Omit<EvaluationPlan, "experimentId" | "baselineExperimentId"> = JSON.parse(row.plan);
  return {
    id: row.id,
    agent: row.agent,
    suiteId: row.suite_id,
    suiteVersion: row.suite_version,
    status: evaluationStatuses.find((status) => status === row.status) ?? "failed",
    plan: { ...plan, experimentId: plan.experimentId ?? null, baselineExperimentId: plan.baselineExperimentId ?? null },
    total: row.total,
    reservedUsd: row.cost_usd,
    error: row.error,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
  };
}

/** What an evaluation is over, in its order. */
export interface ItemTarget {
  runId: string | null;
  caseId: string | null;
}

export interface EvaluationRows {
  targets: readonly ItemTarget[];
  replays: readonly EvaluationReplay[];
}

/** With a row for every target, repeat and evaluator, and its replays begun. false when the project has `mostLive` under way; then nothing is written. */
export async function putEvaluation(
  db: D1Database,
  projectId: string,
  evaluation: Evaluation,
  { targets, replays }: EvaluationRows,
  draft: AuditDraft,
  mostLive: number,
): Promise<boolean> {
  const { id, agent, suiteId, suiteVersion, status, plan, total, createdMs } = evaluation;
  const room = `(SELECT count(*) FROM evaluation WHERE evaluation.project_id = ?1 AND ${live})`;
  const [, written] = await db.batch([
    noteAudit(db, projectId, [draft], { sql: `${room} < ?3`, values: [mostLive] }),
    db
      .prepare(`INSERT INTO evaluation (project_id, ${columns}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, NULL, ?9, ?9 WHERE ${room} < ?10`)
      .bind(projectId, id, agent, suiteId, suiteVersion, status, JSON.stringify(plan), total, createdMs, mostLive),
    db
      .prepare(
        `INSERT INTO evaluation_item (project_id, evaluation_id, n, evaluator, run_id, case_id, status, attempts, cost_usd, updated_ms)
         SELECT ?1, ?2, target.key * ?5 + nth.value, evaluator.value, target.value->>0, target.value->>1, 'pending', 0, 0, ?7
         FROM json_each(?3) AS target, json_each(?6) AS nth, json_each(?4) AS evaluator
         WHERE EXISTS (SELECT 1 FROM evaluation WHERE project_id = ?1 AND id = ?2) ON CONFLICT DO NOTHING`,
      )
      .bind(
        projectId,
        id,
        JSON.stringify(targets.map(({ runId, caseId }) => [runId, caseId])),
        JSON.stringify(plan.evaluators.map((evaluator) => evaluator.id)),
        plan.repeats,
        JSON.stringify(Array.from({ length: plan.repeats }, (_, nth) => nth)),
        createdMs,
      ),
    ...replays.flatMap((replay) => beginReplay(db, projectId, id, replay)),
  ]);
  return (written?.meta.changes ?? 0) > 0;
}

/** null when the project has no such evaluation. */
export async function findEvaluation(db: D1Database, projectId: string, id: string): Promise<Evaluation | null> {
  const row = await db.prepare(`SELECT ${columns} FROM evaluation WHERE project_id = ? AND id = ?`).bind(projectId, id).first<Row>();
  return row === null ? null : evaluationOf(row);
}

export interface EvaluationFilter {
  agent?: string | undefined;
  suiteId?: string | undefined;
  status?: EvaluationStatus | undefined;
}

/** Newest first. */
export async function listEvaluations(
  db: D1Database,
  projectId: string,
  { agent, suiteId, status }: EvaluationFilter,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<Evaluation, TimePosition>> {
  const matching = "project_id = ?1 AND (?2 IS NULL OR agent = ?2) AND (?3 IS NULL OR suite_id = ?3) AND (?4 IS NULL OR status = ?4)";
  const bound = [projectId, agent ?? null, suiteId ?? null, status ?? null];
  const behind = after === null ? "" : "AND (created_ms, id) < (?6, ?7)";
  const [found, counted] = await Promise.all([
    db
      .prepare(`SELECT ${columns} FROM evaluation WHERE ${matching} ${behind} ORDER BY created_ms DESC, id DESC LIMIT ?5`)
      .bind(...bound, limit + 1, ...(after ?? []))
      .all<Row>(),
    db
      .prepare(`SELECT count(*) AS n FROM evaluation WHERE ${matching}`)
      .bind(...bound)
      .first<number>("n"),
  ]);
  const page = pageOf<Row, TimePosition>(found.results, limit, ({ created_ms, id }) => [created_ms, id], counted);
  return { ...page, items: page.items.map(evaluationOf) };
}

/** Somebody works at it from now on; null when it is over or gone. */
export async function beginWork(db: D1Database, projectId: string, id: string, nowMs: number): Promise<Evaluation | null> {
  const row = await db
    .prepare(`UPDATE evaluation SET status = 'running', updated_ms = ?3 WHERE project_id = ?1 AND id = ?2 AND ${live} RETURNING ${columns}`)
    .bind(projectId, id, nowMs)
    .first<Row>();
  return row === null ? null : evaluationOf(row);
}

/** The model that judges it, from the first judgement on: a name that stands there already stays. @returns the one that stands */
export async function judgedBy(db: D1Database, projectId: string, id: string, model: string, epochs: object): Promise<string | null> {
  const row = await db
    .prepare(
      `UPDATE evaluation SET plan = json_set(plan, '$.model', coalesce(plan->>'$.model', ?3), '$.evaluators',
         CASE WHEN plan->>'$.model' IS NULL THEN json(?4) ELSE plan->'$.evaluators' END)
       WHERE project_id = ?1 AND id = ?2 RETURNING plan->>'$.model' AS model`,
    )
    .bind(projectId, id, model, JSON.stringify(epochs))
    .first<{ model: string }>();
  return row?.model ?? null;
}

/** Ends it once no item is pending: done, or incomplete where something is without a judgement. null while something is pending. */
export async function endEvaluation(db: D1Database, projectId: string, id: string, nowMs: number): Promise<EvaluationStatus | null> {
  const mine = "SELECT 1 FROM evaluation_item WHERE evaluation_item.project_id = ?1 AND evaluation_id = ?2";
  const row = await db
    .prepare(
      `UPDATE evaluation SET status = CASE WHEN EXISTS (${mine} AND evaluation_item.status IN ('errored', 'skipped'))
         THEN 'incomplete' ELSE 'done' END, updated_ms = ?3
       WHERE project_id = ?1 AND id = ?2 AND ${live} AND NOT EXISTS (${mine} AND evaluation_item.status = 'pending') RETURNING status`,
    )
    .bind(projectId, id, nowMs)
    .first<{ status: EvaluationStatus }>();
  return row?.status ?? null;
}

/** Stops one that is under way: what is pending is skipped. false when it was over. @param stops by replay of it, to be stopped where it runs */
export async function cancelEvaluation(
  db: D1Database,
  projectId: string,
  id: string,
  draft: AuditDraft,
  stops: readonly AuditDraft[],
): Promise<boolean> {
  const nowMs = Date.parse(draft.at);
  const isLive = `EXISTS (SELECT 1 FROM evaluation WHERE evaluation.project_id = ?1 AND evaluation.id = ?3 AND ${live})`;
  const statements = await db.batch([
    noteAudit(db, projectId, [draft], { sql: isLive, values: [id] }),
    ...stops.flatMap((stop) => stopReplay(db, projectId, id, stop)),
    db
      .prepare(
        `UPDATE evaluation_item SET status = 'skipped', reason = 'the evaluation was cancelled', updated_ms = ?2
         WHERE project_id = ?1 AND evaluation_id = ?3 AND status = 'pending' AND ${isLive}`,
      )
      .bind(projectId, nowMs, id),
    db
      .prepare(`UPDATE evaluation SET status = 'cancelled', updated_ms = ?3 WHERE project_id = ?1 AND id = ?2 AND ${live}`)
      .bind(projectId, id, nowMs),
  ]);
  return (statements.at(-1)?.meta.changes ?? 0) > 0;
}

/** What has no judgement is tried once more. false when it is under way, or everything has one. */
export async function retryEvaluation(db: D1Database, projectId: string, id: string, draft: AuditDraft): Promise<boolean> {
  const nowMs = Date.parse(draft.at);
  const open = `EXISTS (SELECT 1 FROM evaluation WHERE evaluation.project_id = ?1 AND evaluation.id = ?3 AND NOT ${live})
    AND EXISTS (SELECT 1 FROM evaluation_item WHERE project_id = ?1 AND evaluation_id = ?3 AND evaluation_item.status IN ('errored', 'skipped'))`;
  const [, moved] = await db.batch([
    noteAudit(db, projectId, [draft], { sql: open, values: [id] }),
    db
      .prepare(`UPDATE evaluation SET status = 'queued', updated_ms = ?2 WHERE project_id = ?1 AND id = ?3 AND ${open}`)
      .bind(projectId, nowMs, id),
    db
      .prepare(
        `UPDATE evaluation_item SET status = 'pending', reason = NULL, attempts = 0, updated_ms = ?2
         WHERE project_id = ?1 AND evaluation_id = ?3 AND status IN ('errored', 'skipped')
           AND EXISTS (SELECT 1 FROM evaluation WHERE evaluation.project_id = ?1 AND evaluation.id = ?3 AND evaluation.status = 'queued')`,
      )
      .bind(projectId, nowMs, id),
  ]);
  return (moved?.meta.changes ?? 0) > 0;
}

/** Those under way that nobody worked at since `beforeMs`, longest first, of projects that are there. They count as worked at from now on. */
export async function takeIdle(
  db: D1Database,
  beforeMs: number,
  nowMs: number,
  limit: number,
): Promise<{ projectId: string; id: string }[]> {
  const { results } = await db
    .prepare(
      `UPDATE evaluation SET updated_ms = ?2 WHERE (project_id, id) IN (
         SELECT project_id, id FROM evaluation WHERE ${live} AND updated_ms <= ?1
           AND EXISTS (SELECT 1 FROM project WHERE project.id = evaluation.project_id AND deleted_ms IS NULL) ORDER BY updated_ms LIMIT ?3)
       RETURNING project_id AS projectId, id`,
    )
    .bind(beforeMs, nowMs, limit)
    .all<{ projectId: string; id: string }>();
  return results;
}

/** Sets money of the evaluation aside; false when it would pass `capUsd` (null: there is no cap). */
export async function reserveEvaluationUsd(
  db: D1Database,
  projectId: string,
  id: string,
  usd: number,
  capUsd: number | null,
): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE evaluation SET cost_usd = cost_usd + ?3 WHERE project_id = ?1 AND id = ?2 AND (?4 IS NULL OR cost_usd + ?3 <= ?4)")
    .bind(projectId, id, usd, capUsd)
    .run();
  return meta.changes > 0;
}

/** What was set aside becomes what it did cost. */
export async function settleEvaluationUsd(
  db: D1Database,
  projectId: string,
  id: string,
  reservedUsd: number,
  actualUsd: number,
): Promise<void> {
  await db
    .prepare("UPDATE evaluation SET cost_usd = max(0, cost_usd - ?3 + ?4) WHERE project_id = ?1 AND id = ?2")
    .bind(projectId, id, reservedUsd, actualUsd)
    .run();
}
