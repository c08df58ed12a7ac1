// The chained audit log as it is listed and verified: one row for each entry of the project's audit object.
import { and, desc, eq, gte, inArray, lt, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AuditEntry } from "../domain/audit/entry.ts";
import { pageOf, type Page, type PageRequest } from "./page.ts";
import { audit } from "./schema-upkeep.ts";

export interface AuditFilter {
  /** Any of these names the object. */
  objects?: string[] | undefined;
  /** Key id or owner. */
  actor?: string | undefined;
  /** Bounds of `at`: from is in, to is out. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

/** Newest first, by number. */
export async function listAudit(
  db: D1Database,
  projectId: string,
  filter: AuditFilter,
  { after, limit }: PageRequest<[number]>,
): Promise<Page<AuditEntry, [number]>> {
  const d = drizzle(db);
  const matching = and(
    eq(audit.projectId, projectId),
    filter.objects === undefined ? undefined : inArray(audit.object, filter.objects),
    filter.actor === undefined ? undefined : or(eq(audit.actorKey, filter.actor), eq(audit.actorOwner, filter.actor)),
    filter.fromMs === undefined ? undefined : gte(audit.atMs, filter.fromMs),
    filter.toMs === undefined ? undefined : lt(audit.atMs, filter.toMs),
  );
  const rows = d
    .select({ seq: audit.seq, record: audit.record })
    .from(audit)
    .where(after === null ? matching : and(matching, lt(audit.seq, after[0])))
    .orderBy(desc(audit.seq))
    .limit(limit + 1);
  const [found, [counted]] = await d.batch([
    rows,
    d
      .select({ n: sql<number>`count(*)` })
      .from(audit)
      .where(matching),
  ]);
  const page = pageOf(found, limit, ({ seq }): [number] => [seq], counted?.n ?? null);
  return { ...page, items: page.items.map(({ record }): AuditEntry => JSON.parse(record)) };
}

/** A row as it is kept: JSON of an entry, and what of it the list is searched by. */
export interface AuditRow {
  seq: number;
  at_ms: number;
  actor_key: string | null;
  actor_owner: string | null;
  object: string;
  record: string;
}

/** By number, from after `afterSeq` on. */
export async function auditRecords(db: D1Database, projectId: string, afterSeq: number, limit: number): Promise<AuditRow[]> {
  const { results } = await db
    .prepare("SELECT seq, at_ms, actor_key, actor_owner, object, record FROM audit WHERE project_id = ? AND seq > ? ORDER BY seq LIMIT ?")
    .bind(projectId, afterSeq, limit)
    .all<AuditRow>();
  return results;
}
