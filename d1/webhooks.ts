// Where a project wants to be told. The secret is kept in the clear because every delivery is signed with it; it is shown once.
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { pageOf, type Page, type PageRequest } from "./page.ts";
import { webhook } from "./schema.ts";

export interface WebhookRecord {
  id: string;
  url: string;
  events: string[];
  /** `whsec_` and base64. */
  secret: string;
  createdMs: number;
}

function recordOf(row: typeof webhook.$inferSelect): WebhookRecord {
  const events: string[] = JSON.parse(row.events);
  return { id: row.id, url: row.url, events, secret: row.secret, createdMs: row.createdMs };
}

export async function insertWebhook(db: D1Database, projectId: string, record: WebhookRecord): Promise<void> {
  await drizzle(db)
    .insert(webhook)
    .values({ projectId, ...record, events: JSON.stringify(record.events) });
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

/** Those that want `event`, with their secrets. */
export async function hooksFor(db: D1Database, projectId: string, event: string): Promise<WebhookRecord[]> {
  const rows = await drizzle(db)
    .select()
    .from(webhook)
    .where(and(eq(webhook.projectId, projectId), sql`exists (select 1 from json_each(${webhook.events}) where value = ${event})`));
  return rows.map(recordOf);
}

/** false when there was none. */
export async function deleteWebhook(db: D1Database, projectId: string, id: string): Promise<boolean> {
  const gone = await drizzle(db)
    .delete(webhook)
    .where(and(eq(webhook.projectId, projectId), eq(webhook.id, id)))
    .returning({ id: webhook.id });
  return gone.length > 0;
}
