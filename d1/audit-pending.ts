// Drafts of audit entries that wait for the project's log. A draft is written in the batch of the change that it tells of, so
// that neither can be without the other; whoever chains it takes it away afterwards, and doing that twice is harmless.
import type { AuditDraft, AuditEntry } from "../domain/audit/entry.ts";

/** Holds in the state before the change, in the same transaction. Its own values are bound from ?3 on. */
export interface Precondition {
  sql: string;
  values: readonly (string | number)[];
}

/** A statement for the batch of the change, to stand before it where `when` is given: then only what changes something is noted. */
export function noteAudit(db: D1Database, projectId: string, drafts: readonly AuditDraft[], when?: Precondition): D1PreparedStatement {
  const rows = drafts.map((draft) => ({ id: draft.id, at: Date.parse(draft.at), draft: JSON.stringify(draft) }));
  return db
    .prepare(
      `INSERT INTO audit_pending (project_id, id, at_ms, draft)
       SELECT ?1, value->>'id', value->>'at', value->>'draft' FROM json_each(?2) WHERE ${when?.sql ?? "true"} ON CONFLICT DO NOTHING`,
    )
    .bind(projectId, JSON.stringify(rows), ...(when?.values ?? []));
}

/** In the order in which they were written. */
export async function pendingAudit(db: D1Database, projectId: string, limit: number): Promise<AuditDraft[]> {
  const { results } = await db
    .prepare("SELECT draft FROM audit_pending WHERE project_id = ? ORDER BY rowid LIMIT ?")
    .bind(projectId, limit)
    .all<{ draft: string }>();
  return results.map(({ draft }): AuditDraft => JSON.parse(draft));
}

/** Projects with drafts older than `beforeMs`: their chaining was lost on the way. */
export async function projectsWithPendingAudit(db: D1Database, beforeMs: number, limit: number): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT DISTINCT project_id AS id FROM audit_pending WHERE at_ms < ? LIMIT ?")
    .bind(beforeMs, limit)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** Lists `entries` and takes their drafts away, in one transaction. */
export async function writeChained(db: D1Database, projectId: string, entries: readonly AuditEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({
    seq: entry.seq,
    id: entry.id,
    at: Date.parse(entry.at),
    key: entry.actor.key_id,
    owner: entry.actor.owner,
    object: entry.object,
    record: JSON.stringify(entry),
  }));
  const json = JSON.stringify(rows);
  await db.batch([
    db
      .prepare(
        `INSERT INTO audit (project_id, seq, at_ms, actor_key, actor_owner, object, record)
         SELECT ?1, value->>'seq', value->>'at', value->>'key', value->>'owner', value->>'object', value->>'record' FROM json_each(?2) WHERE true
         ON CONFLICT DO NOTHING`,
      )
      .bind(projectId, json),
    db.prepare("DELETE FROM audit_pending WHERE project_id = ?1 AND id IN (SELECT value->>'id' FROM json_each(?2))").bind(projectId, json),
  ]);
}
