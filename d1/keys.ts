// Keys of a project. Only the hash of a secret is stored, so a key can be recognised and revoked but never shown again.
import { and, asc, eq, gt, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { scopes as allScopes, type Principal, type Scope } from "../domain/project/principal.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { prepared } from "./prepared.ts";
import { apiKey } from "./schema.ts";

export interface KeyRecord {
  id: string;
  name: string;
  scopes: Scope[];
  kind: "person" | "machine";
  owner: string | null;
  createdMs: number;
}

type Row = typeof apiKey.$inferSelect;

function scopesOf(stored: string): Scope[] {
  const names: unknown = JSON.parse(stored);
  return allScopes.filter((scope) => Array.isArray(names) && names.includes(scope));
}

const recordOf = (row: Row): KeyRecord => ({
  id: row.id,
  name: row.name,
  scopes: scopesOf(row.scopes),
  kind: row.kind === "person" ? "person" : "machine",
  owner: row.owner,
  createdMs: row.createdMs,
});

/** The one query that is not scoped by a project: the hash is what names the project. null for unknown and revoked keys. */
export async function findKey(db: D1Database, hash: string): Promise<Principal | null> {
  const row = await drizzle(db)
    .select()
    .from(apiKey)
    .where(and(eq(apiKey.hash, hash), isNull(apiKey.revokedMs)))
    .get();
  if (row === undefined) return null;
  const { id, scopes, kind, owner } = recordOf(row);
  return { projectId: row.projectId, keyId: id, scopes, kind, owner, isInstanceAdmin: false };
}

/** Statements, so that they can share a batch with the project that the key opens. */
export function insertKey(db: D1Database, projectId: string, key: KeyRecord, hash: string, draft: AuditDraft): D1PreparedStatement[] {
  const insert = drizzle(db)
    .insert(apiKey)
    .values({ projectId, ...key, scopes: JSON.stringify(key.scopes), hash, revokedMs: null });
  return [noteAudit(db, projectId, [draft]), prepared(db, insert)];
}

/** By id, which is by age, after `afterId`; revoked ones are left out. At most `limit`. */
export async function listKeys(db: D1Database, projectId: string, afterId: string | null, limit: number): Promise<KeyRecord[]> {
  const rows = await drizzle(db)
    .select()
    .from(apiKey)
    .where(and(eq(apiKey.projectId, projectId), isNull(apiKey.revokedMs), afterId === null ? undefined : gt(apiKey.id, afterId)))
    .orderBy(asc(apiKey.id))
    .limit(limit);
  return rows.map(recordOf);
}

export async function countKeys(db: D1Database, projectId: string): Promise<number> {
  const row = await drizzle(db)
    .select({ n: sql<number>`count(*)` })
    .from(apiKey)
    .where(and(eq(apiKey.projectId, projectId), isNull(apiKey.revokedMs)))
    .get();
  return row?.n ?? 0;
}

/** false when there is no such key, or it was revoked before. */
export async function revokeKey(db: D1Database, projectId: string, id: string, draft: AuditDraft): Promise<boolean> {
  const isGood = { sql: "EXISTS (SELECT 1 FROM api_key WHERE project_id = ?1 AND api_key.id = ?3 AND revoked_ms IS NULL)", values: [id] };
  const [, revoked] = await db.batch([
    noteAudit(db, projectId, [draft], isGood),
    db
      .prepare("UPDATE api_key SET revoked_ms = ? WHERE project_id = ? AND id = ? AND revoked_ms IS NULL")
      .bind(Date.parse(draft.at), projectId, id),
  ]);
  return (revoked?.meta.changes ?? 0) > 0;
}

/** A key that was recognised before, by its id; null once it is revoked. */
export async function findKeyById(db: D1Database, projectId: string, id: string): Promise<Principal | null> {
  const row = await drizzle(db)
    .select()
    .from(apiKey)
    .where(and(eq(apiKey.projectId, projectId), eq(apiKey.id, id), isNull(apiKey.revokedMs)))
    .get();
  if (row === undefined) return null;
  const { scopes, kind, owner } = recordOf(row);
  return { projectId, keyId: id, scopes, kind, owner, isInstanceAdmin: false };
}
