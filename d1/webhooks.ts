// Where a project wants to be told. The secret is kept in the clear because every delivery is signed with it; it is shown once.
import { and, asc, eq, gt, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { pageOf, type Page, type PageRequest } from "./page.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { prepared } from "./prepared.ts";
import { webhook } from "./schema-upkeep.ts";

/** In what form a hook is told: Standard Webhooks, or a message as Slack shows it. */
export type WebhookFormat = "standard" | "slack";

export interface WebhookRecord {
  id: string;
  url: string;
  events: string[];
  /** `whsec_` and base64. */
  secret: string;
  format: WebhookFormat;
  createdMs: number;
}

function recordOf(row: typeof webhook.$inferSelect): WebhookRecord {
  const events: string[] = JSON.parse(row.events);
  const format = row.format === "slack" ? "slack" : "standard";
  return { id: row.id, url: row.url, events, secret: row.secret, format, createdMs: row.createdMs };
}

export async function insertWebhook(db: D1Database, projectId: string, record: WebhookRecord, draft: AuditDraft): Promise<void> {
  const insert = drizzle(db)
    .insert(webhook)
    .values({ projectId, ...record, events: JSON.stringify(record.events) });
  await db.batch([noteAudit(db, projectId, [draft]), prepared(db, insert)]);
}

/** By id, which is by age. */
export async function listWebhooks(
  db: D1Database,
  projectId: string,
  { after, limit }: PageRequest<[string]>,
): Promise<Page<WebhookRecord, [string]>> {
  const d = drizzle(db);
  const all = eq(webhook.projectId, projectId);
  const rows = d
    .select()
    .from(webhook)
    .where(and(all, after === null ? undefined : gt(webhook.id, after[0])))
    .orderBy(asc(webhook.id))
    .limit(limit + 1);
  const [found, [counted]] = await d.batch([
    rows,
    d
      .select({ n: sql<number>`count(*)` })
      .from(webhook)
      .where(all),
  ]);
  const page = pageOf(found, limit, (row): [string] => [row.id], counted?.n ?? null);
  return { ...page, items: page.items.map(recordOf) };
}

/** Those that want `event` or are among `ids`, with their secrets. */
export async function hooksFor(db: D1Database, projectId: string, event: string, ids: readonly string[] = []): Promise<WebhookRecord[]> {
  const wants = sql`exists (select 1 from json_each(${webhook.events}) where value = ${event})`;
  const isNamed = sql`${webhook.id} in (select value from json_each(${JSON.stringify(ids)}))`;
  const rows = await drizzle(db)
    .select()
    .from(webhook)
    .where(and(eq(webhook.projectId, projectId), or(wants, isNamed)));
  return rows.map(recordOf);
}

/** Those of `ids` that are webhooks of the project. */
export async function knownWebhooks(db: D1Database, projectId: string, ids: readonly string[]): Promise<Set<string>> {
  const { results } = await db
    .prepare("SELECT id FROM webhook WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))")
    .bind(projectId, JSON.stringify(ids))
    .all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}

/** false when there was none. */
export async function deleteWebhook(db: D1Database, projectId: string, id: string, draft: AuditDraft): Promise<boolean> {
  const isThere = { sql: "EXISTS (SELECT 1 FROM webhook WHERE project_id = ?1 AND webhook.id = ?3)", values: [id] };
  const [, gone] = await db.batch([
    noteAudit(db, projectId, [draft], isThere),
    db.prepare("DELETE FROM webhook WHERE project_id = ? AND id = ?").bind(projectId, id),
  ]);
  return (gone?.meta.changes ?? 0) > 0;
}
