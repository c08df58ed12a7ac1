// Agents that the loop works for: those with a policy that has terms of the loop and that nobody revoked. Whether it is in force is the policy's word.

/** A few at random each time, so that many agents all have their turn; of projects that are there. */
export async function loopAgents(db: D1Database, limit: number): Promise<{ projectId: string; agent: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT project_id AS projectId, agent FROM policy WHERE revoked_ms IS NULL AND record->>'$.loop' IS NOT NULL
       AND EXISTS (SELECT 1 FROM project WHERE project.id = policy.project_id AND deleted_ms IS NULL) ORDER BY random() LIMIT ?`,
    )
    .bind(limit)
    .all<{ projectId: string; agent: string }>();
  return results;
}
