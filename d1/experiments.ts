// Experiments as they stand. One moves only from the status in which it was seen, so that of two who move it at once one is told; money is
// set aside in the row itself, so that workers side by side cannot pass its cap together.
import type { AuditDraft } from "../domain/audit/entry.ts";
import {
  experimentKindNames,
  experimentStatuses,
  type Experiment,
  type ExperimentDesign,
  type ExperimentKindName,
  type ExperimentReading,
  type ExperimentStatus,
} from "../domain/experiment/experiment.ts";
import { noteAudit } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest } from "./page.ts";

interface Row {
  id: string;
  kind: string;
  agent: string;
  status: string;
  plan: string;
  reading: string;
  salt: string;
  total: number;
  cost_usd: number;
  error: string | null;
  created_ms: number;
  started_ms: number | null;
  ended_ms: number | null;
  updated_ms: number;
}

/** What the column `plan` holds. */
interface KeptPlan {
  design: ExperimentDesign;
  origin: string;
  secret: string | null;
}

const columns = "id, kind, agent, status, plan, reading, salt, total, cost_usd, error, created_ms, started_ms, ended_ms, updated_ms";

function experimentOf(row: Row): Experiment {
  const plan: KeptPlan = JSON.parse(row.plan);
  const reading: ExperimentReading = JSON.parse(row.reading);
  return {
    id: row.id,
    agent: row.agent,
    status: experimentStatuses.find((status) => status === row.status) ?? "failed",
    ...plan,
    reading,
    salt: row.salt,
    total: row.total,
    costUsd: row.cost_usd,
    error: row.error,
    createdMs: row.created_ms,
    startedMs: row.started_ms,
    endedMs: row.ended_ms,
    updatedMs: row.updated_ms,
  };
}

/** With what else the kind writes down for it, in one transaction. */
export async function putExperiment(
  db: D1Database,
  projectId: string,
  experiment: Experiment,
  draft: AuditDraft,
  more: readonly D1PreparedStatement[],
): Promise<void> {
  await db.batch([noteAudit(db, projectId, [draft]), insertExperiment(db, projectId, experiment, null), ...more]);
}

/** The row of a new one. @param evaluationId written only where the project has that evaluation; null: written in any case */
export function insertExperiment(
  db: D1Database,
  projectId: string,
  experiment: Experiment,
  evaluationId: string | null,
): D1PreparedStatement {
  const { design, origin, secret } = experiment;
  const plan: KeptPlan = { design, origin, secret };
  return db
    .prepare(
      `INSERT INTO experiment (project_id, ${columns}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, NULL, ?10, ?11, NULL, ?10
       WHERE ?12 IS NULL OR EXISTS (SELECT 1 FROM evaluation WHERE evaluation.project_id = ?1 AND evaluation.id = ?12)`,
    )
    .bind(
      projectId,
      experiment.id,
      design.kind,
      experiment.agent,
      experiment.status,
      JSON.stringify(plan),
      JSON.stringify(experiment.reading),
      experiment.salt,
      experiment.total,
      experiment.createdMs,
      experiment.startedMs,
      evaluationId,
    );
}

/** null when the project has no such experiment. */
export async function findExperiment(db: D1Database, projectId: string, id: string): Promise<Experiment | null> {
  const row = await db.prepare(`SELECT ${columns} FROM experiment WHERE project_id = ? AND id = ?`).bind(projectId, id).first<Row>();
  return row === null ? null : experimentOf(row);
}

export interface ExperimentFilter {
  agent?: string | undefined;
  kind?: ExperimentKindName | undefined;
  status?: ExperimentStatus | undefined;
}

/** Newest first: ids are in the order in which experiments were made. */
export async function listExperiments(
  db: D1Database,
  projectId: string,
  { agent, kind, status }: ExperimentFilter,
  { after, limit }: PageRequest<[string]>,
): Promise<Page<Experiment, [string]>> {
  const matching = "project_id = ?1 AND (?2 IS NULL OR agent = ?2) AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR status = ?4)";
  const filter = [projectId, agent ?? null, kind ?? null, status ?? null];
  const [found, counted] = await Promise.all([
    db
      .prepare(`SELECT ${columns} FROM experiment WHERE ${matching} AND (?5 IS NULL OR id < ?5) ORDER BY id DESC LIMIT ?6`)
      .bind(...filter, after?.[0] ?? null, limit + 1)
      .all<Row>(),
    db
      .prepare(`SELECT count(*) AS n FROM experiment WHERE ${matching}`)
      .bind(...filter)
      .first<number>("n"),
  ]);
  const page = pageOf(found.results, limit, ({ id }): [string] => [id], counted);
  return { ...page, items: page.items.map(experimentOf) };
}

export interface Move {
  status: ExperimentStatus;
  /** Kept where it is null. */
  error?: string | null;
  reading?: ExperimentReading | null;
}

/** false when its status is another one by now; then nothing is written or noted. */
export async function moveExperiment(
  db: D1Database,
  projectId: string,
  before: Pick<Experiment, "id" | "status">,
  { status, error = null, reading = null }: Move,
  draft: AuditDraft,
): Promise<boolean> {
  const atMs = Date.parse(draft.at);
  const [, moved] = await db.batch([
    noteAudit(db, projectId, [draft], {
      sql: "EXISTS (SELECT 1 FROM experiment WHERE experiment.project_id = ?1 AND experiment.id = ?3 AND status = ?4)",
      values: [before.id, before.status],
    }),
    db
      .prepare(
        `UPDATE experiment SET status = ?4, error = coalesce(?5, error), reading = coalesce(?6, reading), updated_ms = ?7,
           started_ms = CASE WHEN ?4 = 'running' THEN coalesce(started_ms, ?7) ELSE started_ms END,
           ended_ms = CASE WHEN ?4 = 'running' THEN NULL ELSE coalesce(ended_ms, ?7) END
         WHERE project_id = ?1 AND id = ?2 AND status = ?3`,
      )
      .bind(projectId, before.id, before.status, status, error, reading === null ? null : JSON.stringify(reading), atMs),
  ]);
  return (moved?.meta.changes ?? 0) > 0;
}

/** Under way in the project. */
export async function runningExperiments(db: D1Database, projectId: string, kind: ExperimentKindName): Promise<number> {
  const found = await db
    .prepare("SELECT count(*) AS n FROM experiment WHERE project_id = ? AND kind = ? AND status = 'running'")
    .bind(projectId, kind)
    .first<number>("n");
  return found ?? 0;
}

/** What is known so far. Says that somebody works at it, too. false when it does not run (any more). */
export async function writeReading(
  db: D1Database,
  projectId: string,
  id: string,
  reading: ExperimentReading,
  nowMs: number,
): Promise<boolean> {
  const status = await db
    .prepare(
      `UPDATE experiment SET reading = ?3, updated_ms = ?4 WHERE project_id = ?1 AND id = ?2 AND status IN ('running', 'stopped', 'aborted')
       RETURNING status`,
    )
    .bind(projectId, id, JSON.stringify(reading), nowMs)
    .first<string>("status");
  return status === "running";
}

/** Somebody works at it. false when it does not run. */
export async function touchExperiment(db: D1Database, projectId: string, id: string, nowMs: number): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE experiment SET updated_ms = ?3 WHERE project_id = ?1 AND id = ?2 AND status = 'running'")
    .bind(projectId, id, nowMs)
    .run();
  return meta.changes > 0;
}

/** Where this Bento is reached now; the tool addresses that are handed out from now on begin with it. */
export async function writeOrigin(db: D1Database, projectId: string, id: string, origin: string): Promise<void> {
  await db
    .prepare("UPDATE experiment SET plan = json_set(plan, '$.origin', ?3) WHERE project_id = ?1 AND id = ?2")
    .bind(projectId, id, origin)
    .run();
}

/** Sets `usd` aside. False when the experiment does not run, or would pass `capUsd` (null: there is no cap). */
export async function reserveExperimentUsd(
  db: D1Database,
  projectId: string,
  id: string,
  usd: number,
  capUsd: number | null,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE experiment SET cost_usd = cost_usd + ?3 WHERE project_id = ?1 AND id = ?2 AND status = 'running' AND (?4 IS NULL OR cost_usd + ?3 <= ?4)`,
    )
    .bind(projectId, id, usd, capUsd)
    .run();
  return meta.changes > 0;
}

/** What was set aside becomes what it did cost. */
export async function settleExperimentUsd(
  db: D1Database,
  projectId: string,
  id: string,
  reservedUsd: number,
  actualUsd: number,
): Promise<void> {
  await db
    .prepare("UPDATE experiment SET cost_usd = max(0, cost_usd - ?3 + ?4) WHERE project_id = ?1 AND id = ?2")
    .bind(projectId, id, reservedUsd, actualUsd)
    .run();
}

export interface LiveExperiment {
  projectId: string;
  id: string;
  kind: ExperimentKindName;
  updatedMs: number;
}

/** Running ones that nobody worked at since `beforeMs`, those that wait longest first, of projects that are there. */
export async function liveExperiments(
  db: D1Database,
  kind: ExperimentKindName,
  beforeMs: number,
  limit: number,
): Promise<LiveExperiment[]> {
  const { results } = await db
    .prepare(
      `SELECT project_id, id, kind, updated_ms FROM experiment WHERE status = 'running' AND kind = ?1 AND updated_ms <= ?2
       AND EXISTS (SELECT 1 FROM project WHERE project.id = experiment.project_id AND deleted_ms IS NULL) ORDER BY updated_ms LIMIT ?3`,
    )
    .bind(kind, beforeMs, limit)
    .all<{ project_id: string; id: string; kind: string; updated_ms: number }>();
  return results.flatMap((row) => {
    const name = experimentKindNames.find((one) => one === row.kind);
    return name === undefined ? [] : [{ projectId: row.project_id, id: row.id, kind: name, updatedMs: row.updated_ms }];
  });
}
