// What was recalled, for whom, and what became of the runs that say they used it. Only ids are kept: neither the input nor the run.
import { successOf } from "./report-figures.ts";

export interface Recall {
  id: string;
  agent: string;
  atMs: number;
  /** Ids of what was given. */
  given: string[];
}

export async function putRecall(db: D1Database, projectId: string, { id, agent, atMs, given }: Recall): Promise<void> {
  await db
    .prepare("INSERT INTO recall (project_id, id, agent, at_ms, given) VALUES (?1, ?2, ?3, ?4, ?5)")
    .bind(projectId, id, agent, atMs, JSON.stringify(given))
    .run();
}

export interface Standing {
  helped: number;
  harmed: number;
}

/** Of everything that was ever given to runs of the agent whose outcome is known: runs that succeeded, and that failed. */
export async function standingsOf(db: D1Database, projectId: string, agent: string): Promise<Map<string, Standing>> {
  const { results } = await db
    .prepare(
      `SELECT each.value AS id, sum(succeeded) AS helped, sum(failed) AS harmed FROM recall, json_each(recall.given) AS each
       WHERE project_id = ?1 AND agent = ?2 AND succeeded + failed > 0 GROUP BY each.value`,
    )
    .bind(projectId, agent)
    .all<{ id: string; helped: number; harmed: number }>();
  return new Map(results.map(({ id, ...standing }) => [id, standing]));
}

/** Runs say in `metadata.recall_id` which recall they used; late scores and revised runs are counted anew. */
export async function settleRecalls(db: D1Database, projectId: string, sinceMs: number): Promise<void> {
  await db
    .prepare(
      `WITH used AS (
         SELECT agent, summary->>'$.metadata.recall_id' AS recall_id, status, ${successOf("run")} AS success FROM run
         WHERE project_id = ?1 AND started_ms >= ?2 AND agent IN (SELECT DISTINCT agent FROM recall WHERE project_id = ?1 AND at_ms >= ?2)
           AND summary->>'$.metadata.recall_id' IS NOT NULL),
       known AS (
         SELECT agent, recall_id,
           sum(CASE WHEN typeof(success) IN ('integer', 'real') THEN success >= 0.5 ELSE 0 END) AS succeeded,
           sum(CASE WHEN typeof(success) IN ('integer', 'real') THEN success < 0.5 ELSE status = 'error' END) AS failed
         FROM used GROUP BY agent, recall_id)
       UPDATE recall SET succeeded = known.succeeded, failed = known.failed FROM known
       WHERE recall.project_id = ?1 AND recall.at_ms >= ?2 AND recall.id = known.recall_id AND recall.agent = known.agent`,
    )
    .bind(projectId, sinceMs)
    .run();
}

/** What is older says little about what is recalled now. */
export async function forgetRecalls(db: D1Database, projectId: string, beforeMs: number): Promise<void> {
  await db.prepare("DELETE FROM recall WHERE project_id = ?1 AND at_ms < ?2").bind(projectId, beforeMs).run();
}
