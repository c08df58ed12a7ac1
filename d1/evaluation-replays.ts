// Replays that an evaluation needs: begun in its transaction, looked at while it waits for them, and stopped with it. What they measured and
// what they cost stays in their own rows.
import type { AuditDraft } from "../domain/audit/entry.ts";
import { experimentStatuses, type Experiment, type ExperimentStatus } from "../domain/experiment/experiment.ts";
import { noteAudit } from "./audit-pending.ts";
import { insertExperiment } from "./experiments.ts";

export interface EvaluationReplay {
  /** As it stands once the evaluation is written: running. */
  experiment: Experiment;
  drafts: readonly AuditDraft[];
  /** What the replay writes down after its own row. */
  items: readonly D1PreparedStatement[];
}

/** Begins a replay where the evaluation was written; to stand after that. */
export function beginReplay(
  db: D1Database,
  projectId: string,
  evaluationId: string,
  { experiment, drafts, items }: EvaluationReplay,
): D1PreparedStatement[] {
  const isThere = "EXISTS (SELECT 1 FROM evaluation WHERE evaluation.project_id = ?1 AND evaluation.id = ?3)";
  return [
    noteAudit(db, projectId, drafts, { sql: isThere, values: [evaluationId] }),
    insertExperiment(db, projectId, experiment, evaluationId),
    ...items,
  ];
}

/** Stops one that runs, where the evaluation is under way; to stand before that ends. */
export function stopReplay(db: D1Database, projectId: string, evaluationId: string, draft: AuditDraft): D1PreparedStatement[] {
  const isLive = `EXISTS (SELECT 1 FROM evaluation WHERE evaluation.project_id = ?1 AND evaluation.id = ?3
    AND evaluation.status IN ('queued', 'running'))`;
  const isRunning =
    "EXISTS (SELECT 1 FROM experiment WHERE experiment.project_id = ?1 AND experiment.id = ?4 AND experiment.status = 'running')";
  return [
    noteAudit(db, projectId, [draft], { sql: `${isLive} AND ${isRunning}`, values: [evaluationId, draft.object] }),
    db
      .prepare(
        `UPDATE experiment SET status = 'stopped', error = 'its evaluation was cancelled', updated_ms = ?2, ended_ms = ?2
         WHERE project_id = ?1 AND id = ?4 AND status = 'running' AND ${isLive}`,
      )
      .bind(projectId, Date.parse(draft.at), evaluationId, draft.object),
  ];
}

export interface StandingReplay {
  status: ExperimentStatus;
  /** Spent, and set aside for calls that are under way. */
  costUsd: number;
  /** Why it failed or ended early. */
  error: string | null;
}

/** By id, without what they measured. */
export async function standingReplays(db: D1Database, projectId: string, ids: readonly string[]): Promise<Map<string, StandingReplay>> {
  if (ids.length === 0) return new Map();
  const { results } = await db
    .prepare("SELECT id, status, cost_usd, error FROM experiment WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))")
    .bind(projectId, JSON.stringify(ids))
    .all<{ id: string; status: string; cost_usd: number; error: string | null }>();
  return new Map(
    results.map(({ id, status, cost_usd: costUsd, error }) => [
      id,
      { status: experimentStatuses.find((one) => one === status) ?? "failed", costUsd, error },
    ]),
  );
}

/** What they cost together. */
export const costOfReplays = (replays: ReadonlyMap<string, StandingReplay>, ids: readonly string[]): number =>
  ids.reduce((sum, id) => sum + (replays.get(id)?.costUsd ?? 0), 0);
