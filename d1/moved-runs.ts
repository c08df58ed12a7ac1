// Runs that changed their agent: a later part of a trace or a revision names another one. The note is written in the transaction that
// moves the run and taken away when the facts are gone from the agent that lost it, so a crash between the two loses nothing.

export interface MovedRun {
  id: string;
  /** The agent that has lost it. */
  agent: string;
  /** Of the revision that took it away: facts up to it must go. */
  version: string;
}

/** SQL for the batch that writes runs (?2: their rows as JSON), before it does. A late revision is noted too: its agent has lost the run already. */
export const noteMoved = `
  INSERT INTO moved_run (project_id, run_id, agent, version)
  SELECT ?1, run.id, iif(value->>'version' >= run.version, run.agent, value->>'agent'), max(run.version, value->>'version')
  FROM json_each(?2) CROSS JOIN run ON run.project_id = ?1 AND run.id = value->>'id'
  WHERE run.agent <> value->>'agent'
  ON CONFLICT DO UPDATE SET version = max(version, excluded.version)`;

/** A statement: those of the runs whose old agent was not told yet, also by an earlier try. @param ids JSON array */
export function movedOf(db: D1Database, projectId: string, ids: string): D1PreparedStatement {
  return db
    .prepare(
      "SELECT run_id AS id, agent, version FROM moved_run WHERE project_id = ?1 AND run_id IN (SELECT value FROM json_each(?2)) ORDER BY agent",
    )
    .bind(projectId, ids);
}

/** Their old agents were told. What moved again meanwhile stays noted. */
export async function forgetMoved(db: D1Database, projectId: string, moved: readonly MovedRun[]): Promise<void> {
  await db
    .prepare(
      `DELETE FROM moved_run WHERE project_id = ?1
       AND (run_id, agent, version) IN (SELECT value->>'id', value->>'agent', value->>'version' FROM json_each(?2))`,
    )
    .bind(projectId, JSON.stringify(moved))
    .run();
}
