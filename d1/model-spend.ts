// Money that models take, by project and day. It is reserved before a call and settled after it, each in one statement, so that calls
// side by side cannot pass the cap together. A reservation that a crash left behind stands: the call may have been made.

/** False when it would pass `capUsd` (null: there is no cap). */
export async function reserveSpend(db: D1Database, projectId: string, day: string, usd: number, capUsd: number | null): Promise<boolean> {
  const { results } = await db
    .prepare(
      `INSERT INTO model_spend (project_id, day, usd) SELECT ?1, ?2, ?3 WHERE ?4 IS NULL OR ?3 <= ?4
       ON CONFLICT DO UPDATE SET usd = usd + excluded.usd WHERE ?4 IS NULL OR usd + excluded.usd <= ?4
       RETURNING usd`,
    )
    .bind(projectId, day, usd, capUsd)
    .all();
  return results.length > 0;
}

/** The reservation becomes what the call did cost. @param reservedUsd what `reserveSpend` took */
export async function settleSpend(db: D1Database, projectId: string, day: string, reservedUsd: number, actualUsd: number): Promise<void> {
  await db
    .prepare("UPDATE model_spend SET usd = max(0, usd - ?3 + ?4) WHERE project_id = ?1 AND day = ?2")
    .bind(projectId, day, reservedUsd, actualUsd)
    .run();
}

/** Reserved and spent on that day so far. */
export async function spentOn(db: D1Database, projectId: string, day: string): Promise<number> {
  const row = await db
    .prepare("SELECT usd FROM model_spend WHERE project_id = ? AND day = ?")
    .bind(projectId, day)
    .first<{ usd: number }>();
  return row?.usd ?? 0;
}
