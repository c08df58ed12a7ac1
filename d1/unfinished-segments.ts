// Segments between their writing and their indexing. A stem is noted before its object is put and taken away in the transaction that
// indexes its runs; what is left over names objects whose lines may be known to nobody, and a deletion must not miss those.

export interface UnfinishedSegment {
  projectId: string;
  /** Every object that the delivery wrote begins with it. */
  stem: string;
}

/** To be called before the object is put. */
export async function beginSegment(db: D1Database, projectId: string, stem: string, nowMs: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO unfinished_segment (project_id, stem, tries, at_ms) VALUES (?1, ?2, 1, ?3)
       ON CONFLICT DO UPDATE SET tries = tries + 1, at_ms = excluded.at_ms`,
    )
    .bind(projectId, stem, nowMs)
    .run();
}

/** A statement for the batch that indexes the segment. After a second try it stays: the first may have left another object. */
export function endSegment(db: D1Database, projectId: string, stem: string): D1PreparedStatement {
  return db.prepare("DELETE FROM unfinished_segment WHERE project_id = ? AND stem = ? AND tries = 1").bind(projectId, stem);
}

/** Those that nobody has touched since `beforeMs`. */
export async function unfinishedSegments(db: D1Database, beforeMs: number, limit: number): Promise<UnfinishedSegment[]> {
  const { results } = await db
    .prepare("SELECT project_id AS projectId, stem FROM unfinished_segment WHERE at_ms < ? LIMIT ?")
    .bind(beforeMs, limit)
    .all<UnfinishedSegment>();
  return results;
}

/** Unless it was tried again since `beforeMs`. */
export async function forgetUnfinished(db: D1Database, { projectId, stem }: UnfinishedSegment, beforeMs: number): Promise<void> {
  await db.prepare("DELETE FROM unfinished_segment WHERE project_id = ? AND stem = ? AND at_ms < ?").bind(projectId, stem, beforeMs).run();
}

/** Stems of a project under which something may stand that is not indexed yet. Ask after listing: what is listed was noted before. */
export async function unfinishedStems(db: D1Database, projectId: string): Promise<string[]> {
  const { results } = await db.prepare("SELECT stem FROM unfinished_segment WHERE project_id = ?").bind(projectId).all<{ stem: string }>();
  return results.map(({ stem }) => stem);
}
