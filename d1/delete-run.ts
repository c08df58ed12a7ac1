// Takes a run out of the index, and says where its bytes lie, so that they can be taken out of the archive first.
import type { LinePlace } from "../r2/segments.ts";

/** Every line that ever held the run: its present one and those of earlier revisions. */
export async function linesOfRun(db: D1Database, projectId: string, runId: string): Promise<LinePlace[]> {
  const { results } = await db
    .prepare(
      `SELECT segment_key AS key, segment_offset AS offset, segment_length AS length FROM run WHERE project_id = ?1 AND id = ?2
       UNION SELECT segment_key, segment_offset, segment_length FROM stale_line WHERE project_id = ?1 AND run_id = ?2`,
    )
    .bind(projectId, runId)
    .all<LinePlace>();
  return results;
}

export async function deleteRunRows(db: D1Database, projectId: string, runId: string): Promise<void> {
  await db.batch(
    ["DELETE FROM run_text WHERE project_id = ? AND run_id = ?", "DELETE FROM score WHERE project_id = ? AND run_id = ?", "DELETE FROM stale_line WHERE project_id = ? AND run_id = ?", "DELETE FROM run WHERE project_id = ? AND id = ?"].map((sql) =>
      db.prepare(sql).bind(projectId, runId),
    ),
  );
}
