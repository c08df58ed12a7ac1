// Takes runs out of the index, and says where their bytes lie, so that they can be taken out of the archive first.
import type { LinePlace } from "../r2/segments.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { rememberErasedRuns } from "./erasures.ts";
import { uncountRuns } from "./receipts.ts";

/** Remembers the deletion, and gives every line that ever held one of the runs: present ones and those of earlier revisions. */
export async function beginErasure(db: D1Database, projectId: string, ids: readonly string[], atMs: number): Promise<LinePlace[]> {
  const json = JSON.stringify(ids);
  const [, lines] = await db.batch<LinePlace>([
    rememberErasedRuns(db, projectId, json, atMs),
    db
      .prepare(
        `SELECT segment_key AS key, segment_offset AS offset, segment_length AS length FROM run WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))
         UNION SELECT segment_key, segment_offset, segment_length FROM stale_line WHERE project_id = ?1 AND run_id IN (SELECT value FROM json_each(?2))`,
      )
      .bind(projectId, json),
  ]);
  return lines?.results ?? [];
}

/** What the deletion tells of itself: an audit entry for a single run, or a count for a user's deletion that goes on. */
export type Told = { draft: AuditDraft } | { userKey: string } | null;

/** The rows of the runs, their texts, scores, aliases and stale lines, in one transaction with what is told of it. */
export async function deleteRunRows(db: D1Database, projectId: string, ids: readonly string[], told: Told): Promise<void> {
  const json = JSON.stringify(ids);
  const among = "IN (SELECT value FROM json_each(?2))";
  await db.batch([
    ...toldStatements(db, projectId, json, told),
    uncountRuns(db, projectId, json),
    ...[
      `DELETE FROM run_text WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM score WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM run_alias WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM stale_line WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM run WHERE project_id = ?1 AND id ${among}`,
    ].map((sql) => db.prepare(sql).bind(projectId, json)),
  ]);
}

/** Before the rows go: both say only what really goes. */
function toldStatements(db: D1Database, projectId: string, ids: string, told: Told): D1PreparedStatement[] {
  if (told === null) return [];
  const standing = "SELECT value FROM json_each(";
  if ("draft" in told) {
    const when = { sql: `EXISTS (SELECT 1 FROM run WHERE run.project_id = ?1 AND run.id IN (${standing}?3)))`, values: [ids] };
    return [noteAudit(db, projectId, [told.draft], when)];
  }
  return [
    db
      .prepare(
        `UPDATE erasure SET runs = runs + (SELECT count(*) FROM run WHERE run.project_id = ?1 AND run.id IN (${standing}?2)))
         WHERE project_id = ?1 AND kind = 'user' AND key = ?3`,
      )
      .bind(projectId, ids, told.userKey),
  ];
}

/** Runs that carry one of `userIds`, at most `limit`. */
export async function runsOfUser(
  db: D1Database,
  projectId: string,
  userIds: readonly string[],
  limit: number,
): Promise<{ id: string; agent: string }[]> {
  const { results } = await db
    .prepare("SELECT id, agent FROM run WHERE project_id = ?1 AND user_id IN (SELECT value FROM json_each(?2)) LIMIT ?3")
    .bind(projectId, JSON.stringify(userIds), limit)
    .all<{ id: string; agent: string }>();
  return results;
}
