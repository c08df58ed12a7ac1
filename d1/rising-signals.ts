// Slugs of signals whose rate has an open drift upwards: those that escalate.
import type { Drift } from "../domain/drift/drift.ts";

const prefix = "signal.";

export async function risingSignals(db: D1Database, projectId: string, agent: string): Promise<Set<string>> {
  return new Set((await risingDrifts(db, projectId, agent)).map(({ dimension }) => dimension.slice(prefix.length)));
}

/** Their drifts. */
export async function risingDrifts(db: D1Database, projectId: string, agent: string): Promise<Drift[]> {
  const { results } = await db
    .prepare(
      `SELECT record FROM drift WHERE project_id = ? AND agent = ? AND dimension >= 'signal.' AND dimension < 'signal/'
       AND record->>'status' = 'open' AND record->>'direction' = 'up'`,
    )
    .bind(projectId, agent)
    .all<{ record: string }>();
  return results.map(({ record }): Drift => JSON.parse(record));
}
