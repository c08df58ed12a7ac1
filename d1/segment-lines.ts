// Which lines of one segment the index knows, found by the ids of the runs in it: an index over segment keys would cost every run
// for the sake of what is rare.

/** Offsets of the lines of `key` that a run or an earlier revision of one stands at. */
export async function knownOffsets(db: D1Database, projectId: string, key: string, runIds: readonly string[]): Promise<Set<number>> {
  const { results } = await db
    .prepare(
      `SELECT segment_offset AS offset FROM run WHERE project_id = ?1 AND segment_key = ?2 AND id IN (SELECT value FROM json_each(?3))
       UNION SELECT segment_offset FROM stale_line WHERE project_id = ?1 AND segment_key = ?2 AND run_id IN (SELECT value FROM json_each(?3))`,
    )
    .bind(projectId, key, JSON.stringify(runIds))
    .all<{ offset: number }>();
  return new Set(results.map(({ offset }) => offset));
}
