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

/** Proposals that are being made, of all projects that are there. It looks at every signal: for the start, not for every minute. */
export async function pendingProposals(db: D1Database, limit: number): Promise<{ projectId: string; signalId: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT project_id AS projectId, id AS signalId FROM signal WHERE said->>'$.proposal.status' = 'pending'
       AND EXISTS (SELECT 1 FROM project WHERE project.id = signal.project_id AND deleted_ms IS NULL) LIMIT ?1`,
    )
    .bind(limit)
    .all<{ projectId: string; signalId: string }>();
  return results;
}
