// When the hours of a project are merged next.

/** Ids of projects, those that wait longest first. */
export async function dueForCompaction(db: D1Database, nowMs: number, limit: number): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT id FROM project WHERE deleted_ms IS NULL AND compaction_due_ms <= ? ORDER BY compaction_due_ms, id LIMIT ?")
    .bind(nowMs, limit)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

export async function setCompactionDue(db: D1Database, projectId: string, atMs: number): Promise<void> {
  await db.prepare("UPDATE project SET compaction_due_ms = ? WHERE id = ?").bind(atMs, projectId).run();
}
