// Changes of a project: declared ones are written here by the API, inferred ones when an agent's evaluation is published.
import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Change, ChangeKind } from "../domain/drift/drift.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";
import { prepared } from "./prepared.ts";
import { change } from "./schema.ts";

export interface ChangeFilter {
  agent?: string | undefined;
  kind?: ChangeKind | undefined;
  /** Bounds of `at`: from is in, to is out. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

/** Newest first. */
export async function listChanges(
  db: D1Database,
  projectId: string,
  filter: ChangeFilter,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<Change, TimePosition>> {
  const d = drizzle(db);
  const matching = and(
    eq(change.projectId, projectId),
    filter.agent === undefined ? undefined : eq(change.agent, filter.agent),
    filter.kind === undefined ? undefined : eq(change.kind, filter.kind),
    filter.fromMs === undefined ? undefined : gte(change.atMs, filter.fromMs),
    filter.toMs === undefined ? undefined : lt(change.atMs, filter.toMs),
  );
  const rest = after === null ? matching : and(matching, sql`(${change.atMs}, ${change.id}) < (${after[0]}, ${after[1]})`);
  const rows = d
    .select({ id: change.id, atMs: change.atMs, record: change.record })
    .from(change)
    .where(rest)
    .orderBy(desc(change.atMs), desc(change.id))
    .limit(limit + 1);
  const [found, [counted]] = await d.batch([
    rows,
    d
      .select({ n: sql<number>`count(*)` })
      .from(change)
      .where(matching),
  ]);
  const page = pageOf(found, limit, (row): TimePosition => [row.atMs, row.id], counted?.n ?? null);
  return { ...page, items: page.items.map(recordOf) };
}

function recordOf({ record }: { record: string }): Change {
  const parsed: Change = JSON.parse(record);
  return parsed;
}

/** The same change declared again replaces its words, never makes a second; with the same words it is no news to the audit log. */
export async function putChange(db: D1Database, projectId: string, record: Change, draft: AuditDraft): Promise<void> {
  const row = {
    agent: record.agent,
    kind: record.kind,
    atMs: Date.parse(record.at),
    isDeclared: record.declared ? 1 : 0,
    record: JSON.stringify(record),
  };
  const upsert = drizzle(db)
    .insert(change)
    .values({ projectId, id: record.id, ...row })
    .onConflictDoUpdate({ target: [change.projectId, change.id], set: row });
  const isNews = {
    sql: "NOT EXISTS (SELECT 1 FROM change WHERE change.project_id = ?1 AND change.id = ?3 AND change.record = ?4)",
    values: [record.id, row.record],
  };
  await db.batch([noteAudit(db, projectId, [draft], isNews), prepared(db, upsert)]);
}

export async function hasChange(db: D1Database, projectId: string, id: string): Promise<boolean> {
  return (await db.prepare("SELECT 1 FROM change WHERE project_id = ? AND id = ?").bind(projectId, id).first()) !== null;
}
