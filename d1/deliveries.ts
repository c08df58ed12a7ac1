// What became of notices: one row for each event and hook, with its tries. A delivery that has ended never begins again.
import { and, desc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";
import { delivery } from "./schema-upkeep.ts";

export type DeliveryStatus = "delivered" | "retrying" | "failed";

export interface Delivery {
  id: string;
  /** Of a webhook; of an alert rule for its own Slack addresses. */
  webhookId: string;
  event: string;
  status: DeliveryStatus;
  /** Calls so far. */
  attempts: number;
  /** In our own words; null when the last call was taken. */
  lastError: string | null;
  createdMs: number;
  updatedMs: number;
  /** When it is tried next; null once it has ended. */
  nextMs: number | null;
  agent: string | null;
  ruleId: string | null;
  host: string | null;
  about: string | null;
}

/** First call or a further one; `createdMs` and what it is about stay those of the first. */
export async function recordDelivery(db: D1Database, projectId: string, made: Delivery): Promise<void> {
  await db
    .prepare(
      `INSERT INTO delivery (project_id, id, webhook_id, event, status, attempts, last_error, updated_ms, created_ms, next_ms, agent, rule_id, host, about)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET status = excluded.status, attempts = excluded.attempts, last_error = excluded.last_error,
         updated_ms = excluded.updated_ms, next_ms = excluded.next_ms
       WHERE delivery.status = 'retrying'`,
    )
    .bind(
      projectId,
      made.id,
      made.webhookId,
      made.event,
      made.status,
      made.attempts,
      made.lastError,
      made.updatedMs,
      made.createdMs,
      made.nextMs,
      made.agent,
      made.ruleId,
      made.host,
      made.about,
    )
    .run();
}

export type KnownDelivery = Pick<Delivery, "status" | "attempts" | "nextMs" | "createdMs">;

/** Those of `ids` that were begun. */
export async function knownDeliveries(db: D1Database, projectId: string, ids: readonly string[]): Promise<Map<string, KnownDelivery>> {
  const { results } = await db
    .prepare(
      `SELECT id, status, attempts, next_ms AS nextMs, created_ms AS createdMs FROM delivery
       WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(projectId, JSON.stringify(ids))
    .all<KnownDelivery & { id: string }>();
  return new Map(results.map(({ id, ...known }) => [id, known]));
}

export interface DeliveryFilter {
  webhookId?: string | undefined;
  ruleId?: string | undefined;
  agent?: string | undefined;
  status?: DeliveryStatus | undefined;
}

/** Newest first by the time of their first call. */
export async function listDeliveries(
  db: D1Database,
  projectId: string,
  filter: DeliveryFilter,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<Delivery, TimePosition>> {
  const d = drizzle(db);
  const matching = and(
    eq(delivery.projectId, projectId),
    filter.webhookId === undefined ? undefined : eq(delivery.webhookId, filter.webhookId),
    filter.ruleId === undefined ? undefined : eq(delivery.ruleId, filter.ruleId),
    filter.agent === undefined ? undefined : eq(delivery.agent, filter.agent),
    filter.status === undefined ? undefined : eq(delivery.status, filter.status),
  );
  const rest = after === null ? matching : and(matching, sql`(${delivery.createdMs}, ${delivery.id}) < (${after[0]}, ${after[1]})`);
  const rows = d
    .select()
    .from(delivery)
    .where(rest)
    .orderBy(desc(delivery.createdMs), desc(delivery.id))
    .limit(limit + 1);
  const [found, [counted]] = await d.batch([
    rows,
    d
      .select({ n: sql<number>`count(*)` })
      .from(delivery)
      .where(matching),
  ]);
  const page = pageOf(found, limit, (row): TimePosition => [row.createdMs, row.id], counted?.n ?? null);
  return { ...page, items: page.items.map(recordOf) };
}

function recordOf({ projectId: _, status, ...row }: typeof delivery.$inferSelect): Delivery {
  return { ...row, status: status === "delivered" || status === "failed" ? status : "retrying" };
}
