// What became of notices: one row for each event and hook.

export interface Delivery {
  projectId: string;
  id: string;
  webhookId: string;
  event: string;
  status: "delivered" | "retrying" | "failed";
  attempts: number;
  lastError: string | null;
  nowMs: number;
}

export async function recordDelivery(db: D1Database, delivery: Delivery): Promise<void> {
  const { projectId, id, webhookId, event, status, attempts, lastError, nowMs } = delivery;
  await db
    .prepare(
      `INSERT INTO delivery (project_id, id, webhook_id, event, status, attempts, last_error, updated_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET status = excluded.status, attempts = excluded.attempts, last_error = excluded.last_error, updated_ms = excluded.updated_ms
       WHERE delivery.status = 'retrying'`,
    )
    .bind(projectId, id, webhookId, event, status, attempts, lastError, nowMs)
    .run();
}

/** Those of `ids` that were delivered or given up. */
export async function endedDeliveries(db: D1Database, projectId: string, ids: readonly string[]): Promise<Set<string>> {
  const { results } = await db
    .prepare("SELECT id FROM delivery WHERE project_id = ?1 AND status <> 'retrying' AND id IN (SELECT value FROM json_each(?2))")
    .bind(projectId, JSON.stringify(ids))
    .all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}
