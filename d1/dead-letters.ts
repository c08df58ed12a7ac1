// Requests that were acknowledged and could not be processed: what is wrong, and where their bytes wait.

export interface DeadLetter {
  projectId: string;
  id: string;
  door: string;
  reason: string;
  key: string;
  nowMs: number;
}

export async function writeDeadLetter(db: D1Database, { projectId, id, door, reason, key, nowMs }: DeadLetter): Promise<void> {
  await db
    .prepare(
      `INSERT INTO dead_letter (project_id, id, door, reason, at_ms, key) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET reason = excluded.reason, at_ms = excluded.at_ms`,
    )
    .bind(projectId, id, door, reason, nowMs, key)
    .run();
}
