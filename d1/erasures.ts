// Deletions of runs and of users' data, and what they still have to reach. A deletion is remembered after it is done, because a body
// that was received before it may be stored after it: a redelivery, a request that waited. Who stores asks here in the same transaction.
import type { AuditActor, AuditDraft } from "../domain/audit/entry.ts";
import { encodeTime } from "ulidx";
import { noteAudit } from "./audit-pending.ts";

/** Characters of a ULID that say when. */
const ulidTimeLength = 10;

export interface Erasure {
  kind: "run" | "user";
  /** Run id, or the hash of the user id. */
  key: string;
  /** What was received up to then is deleted. */
  atMs: number;
}

export interface UserErasure {
  projectId: string;
  key: string;
  atMs: number;
  /** As runs hold it when it is not hashed. */
  userId: string;
  /** Runs deleted so far. */
  runs: number;
  actor: AuditActor;
}

type UserRow = Pick<UserErasure, "key" | "runs"> & { project_id: string; at_ms: number; user_id: string; actor: string };

/** A statement for the batch that begins to delete the runs. The same again keeps the later time. @param ids JSON array */
export function rememberErasedRuns(db: D1Database, projectId: string, ids: string, atMs: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO erasure (project_id, kind, key, at_ms, mark, is_running, runs, actor) SELECT ?1, 'run', value, ?3, ?4, 0, 1, 'null' FROM json_each(?2) WHERE true
       ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms), mark = max(mark, excluded.mark)`,
    )
    .bind(projectId, ids, atMs, encodeTime(atMs, ulidTimeLength));
}

/** Asked again while it runs, it goes on from where it is; asked again later, it begins anew. */
export async function askUserErasure(
  db: D1Database,
  { projectId, key, atMs, userId, actor }: Omit<UserErasure, "runs">,
  draft: AuditDraft,
): Promise<void> {
  await db.batch([
    noteAudit(db, projectId, [draft]),
    db
      .prepare(
        `INSERT INTO erasure (project_id, kind, key, at_ms, is_running, runs, actor, user_id) VALUES (?1, 'user', ?2, ?3, 1, 0, ?4, ?5)
         ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms, runs = CASE WHEN is_running = 1 THEN runs ELSE 0 END, is_running = 1, actor = excluded.actor,
           user_id = excluded.user_id`,
      )
      .bind(projectId, key, atMs, JSON.stringify(actor), userId),
  ]);
}

/** null when it is done. */
export async function runningUserErasure(db: D1Database, projectId: string, key: string): Promise<UserErasure | null> {
  const row = await db.prepare(`${selectRunning} AND project_id = ? AND key = ?`).bind(projectId, key).first<UserRow>();
  return row === null ? null : erasureOf(row);
}

/** Of all projects, oldest first. */
export async function runningUserErasures(db: D1Database, limit: number): Promise<UserErasure[]> {
  const { results } = await db.prepare(`${selectRunning} ORDER BY at_ms LIMIT ?`).bind(limit).all<UserRow>();
  return results.map(erasureOf);
}

/** Forgets the user id itself; its hash stays for what may still come. */
export async function endUserErasure(db: D1Database, projectId: string, key: string, draft: AuditDraft): Promise<void> {
  const isRunning =
    "EXISTS (SELECT 1 FROM erasure WHERE erasure.project_id = ?1 AND erasure.kind = 'user' AND erasure.key = ?3 AND is_running = 1)";
  await db.batch([
    noteAudit(db, projectId, [draft], { sql: isRunning, values: [key] }),
    db.prepare("UPDATE erasure SET is_running = 0, user_id = NULL WHERE project_id = ? AND kind = 'user' AND key = ?").bind(projectId, key),
  ]);
}

/** A statement: which erasures may concern runs with these ids (those of users all may). @param ids JSON array */
export function erasuresOver(db: D1Database, projectId: string, ids: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT kind, key, at_ms AS atMs FROM erasure WHERE project_id = ?1 AND kind = 'run' AND key IN (SELECT value FROM json_each(?2))
       UNION ALL SELECT kind, key, at_ms FROM erasure WHERE project_id = ?1 AND kind = 'user'`,
    )
    .bind(projectId, ids);
}

export async function dropOldErasures(db: D1Database, beforeMs: number): Promise<void> {
  await db.prepare("DELETE FROM erasure WHERE is_running = 0 AND at_ms < ?").bind(beforeMs).run();
}

const selectRunning = "SELECT project_id, key, at_ms, user_id, runs, actor FROM erasure WHERE kind = 'user' AND is_running = 1";

function erasureOf({ project_id, key, at_ms, user_id, runs, actor }: UserRow): UserErasure {
  const by: AuditActor = JSON.parse(actor);
  return { projectId: project_id, key, atMs: at_ms, userId: user_id, runs, actor: by };
}
