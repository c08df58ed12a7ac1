// How far Claude's drafts are. A draft's state is written only over the one that it was made from, so that the same message twice costs once.
import type { ModelDraft } from "../domain/artifact/draft-ask.ts";

/** null where none was asked for. */
export async function findDrafting(db: D1Database, projectId: string, artifactId: string): Promise<ModelDraft | null> {
  const text = await db
    .prepare("SELECT drafting FROM artifact WHERE project_id = ? AND id = ?")
    .bind(projectId, artifactId)
    .first<string | null>("drafting");
  return JSON.parse(text ?? "null");
}

/** Asked for anew, unless it is being made. */
export async function askDrafting(db: D1Database, projectId: string, artifactId: string, draft: ModelDraft, dueMs: number): Promise<void> {
  await db
    .prepare(
      `UPDATE artifact SET drafting = ?3, draft_due_ms = ?4 WHERE project_id = ?1 AND id = ?2
       AND (drafting IS NULL OR drafting->>'$.status' IN ('failed', 'off') OR drafting->>'$.of_version' < ?5)`,
    )
    .bind(projectId, artifactId, JSON.stringify(draft), dueMs, draft.of_version)
    .run();
}

/** false when it is another state by now. @param dueMs when somebody is to look at it again; null when it is done */
export async function moveDrafting(
  db: D1Database,
  projectId: string,
  artifactId: string,
  before: ModelDraft,
  after: ModelDraft,
  dueMs: number | null,
): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE artifact SET drafting = ?4, draft_due_ms = ?5 WHERE project_id = ?1 AND id = ?2 AND drafting = ?3")
    .bind(projectId, artifactId, JSON.stringify(before), JSON.stringify(after), dueMs)
    .run();
  return meta.changes > 0;
}

/** Drafts that nobody works at, those that wait longest first, of projects that are there. */
export async function dueDrafts(db: D1Database, nowMs: number, limit: number): Promise<{ projectId: string; artifactId: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT project_id, id FROM artifact WHERE draft_due_ms <= ?1
       AND EXISTS (SELECT 1 FROM project WHERE project.id = artifact.project_id AND deleted_ms IS NULL) ORDER BY draft_due_ms LIMIT ?2`,
    )
    .bind(nowMs, limit)
    .all<{ project_id: string; id: string }>();
  return results.map((row) => ({ projectId: row.project_id, artifactId: row.id }));
}

export async function postponeDraft(db: D1Database, projectId: string, artifactId: string, dueMs: number): Promise<void> {
  await db
    .prepare("UPDATE artifact SET draft_due_ms = ?3 WHERE project_id = ?1 AND id = ?2 AND draft_due_ms IS NOT NULL")
    .bind(projectId, artifactId, dueMs)
    .run();
}
