// What Claude proposes for signals, inside what is said of them. A proposal's state is written only over the one that it was made from, so
// that the same message twice costs once; nothing here ever changes a signal's name, definition or classes.
import type { Proposal } from "../domain/signal/said.ts";

/** Somebody asks for a proposal: a new one begins, unless one is being made. */
export async function askProposal(db: D1Database, projectId: string, id: string, nowMs: number): Promise<void> {
  const asked: Proposal = {
    name: null,
    definition: null,
    merge_into: null,
    reason: null,
    model: null,
    at: new Date(nowMs).toISOString(),
    status: "pending",
    error: null,
    calls: 0,
    held_until_ms: null,
  };
  await db
    .prepare(
      `UPDATE signal SET said = json_set(said, '$.proposal', json(?3))
       WHERE project_id = ?1 AND id = ?2 AND coalesce(said->>'$.proposal.status', '') <> 'pending'`,
    )
    .bind(projectId, id, JSON.stringify(asked))
    .run();
}

/** Only a pending one moves. False when it was answered, or somebody else has called since `before` was read. */
export async function moveProposal(
  db: D1Database,
  projectId: string,
  id: string,
  before: Pick<Proposal, "at" | "calls">,
  after: Proposal,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE signal SET said = json_set(said, '$.proposal', json(?5)) WHERE project_id = ?1 AND id = ?2
       AND said->>'$.proposal.status' = 'pending' AND said->>'$.proposal.at' = ?3 AND said->>'$.proposal.calls' = ?4`,
    )
    .bind(projectId, id, before.at, before.calls, JSON.stringify(after))
    .run();
  return meta.changes === 1;
}

/** A person answered it. @param at of the proposal that is meant; a later one stays */
export function clearProposalStatement(db: D1Database, projectId: string, id: string, at: string): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE signal SET said = json_set(said, '$.proposal', json('null'))
       WHERE project_id = ?1 AND id = ?2 AND said->>'$.proposal.at' = ?3`,
    )
    .bind(projectId, id, at);
}

/**
 * At a start: proposals that are being made, of all projects that are there. Nobody calls any more, so what is held until `heldUntilMs` at
 * the latest is held no longer. It looks at every signal: nothing for every minute.
 */
export async function takePending(db: D1Database, heldUntilMs: number, limit: number): Promise<{ projectId: string; signalId: string }[]> {
  const { results } = await db
    .prepare(
      `UPDATE signal SET said = json_set(said, '$.proposal.held_until_ms', json('null')) WHERE (project_id, id) IN (
         SELECT project_id, id FROM signal WHERE said->>'$.proposal.status' = 'pending'
         AND coalesce(said->>'$.proposal.held_until_ms', 0) <= ?1
         AND EXISTS (SELECT 1 FROM project WHERE project.id = signal.project_id AND deleted_ms IS NULL) LIMIT ?2)
       RETURNING project_id AS projectId, id AS signalId`,
    )
    .bind(heldUntilMs, limit)
    .all<{ projectId: string; signalId: string }>();
  return results;
}

/** Runs of these agents were deleted: what Claude wrote after reading them goes too; it can be asked again. */
export async function dropProposals(db: D1Database, projectId: string, agents: readonly string[]): Promise<void> {
  await db
    .prepare(
      `UPDATE signal SET said = json_remove(said, '$.proposal') WHERE project_id = ?1 AND agent IN (SELECT value FROM json_each(?2))
       AND said->'$.proposal' IS NOT NULL`,
    )
    .bind(projectId, JSON.stringify(agents))
    .run();
}
