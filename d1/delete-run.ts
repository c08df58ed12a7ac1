// Takes runs out of the index, and says where their bytes lie, so that they can be taken out of the archive first.
import type { LinePlace } from "../r2/segments.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
import { rememberErasedRuns } from "./erasures.ts";
import type { ReadLine } from "./move-lines.ts";
import type { MovedRun } from "./moved-runs.ts";
import { uncountRuns } from "./receipts.ts";

export interface Remains {
  /** Every line that ever held one of the runs: present ones and those of earlier revisions. */
  lines: LinePlace[];
  /** Where those of the runs stand that are in the index. */
  standing: ReadLine[];
  /** Whose behaviour holds one of them, or may still: up to which revision. */
  folded: MovedRun[];
}

/** Remembers the deletion, and says where the runs have left something. */
export async function beginErasure(db: D1Database, projectId: string, ids: readonly string[], atMs: number): Promise<Remains> {
  const json = JSON.stringify(ids);
  // Each result has the columns of its own statement.
  const [, standing, lines, folded] = await db.batch<LinePlace & MovedRun>([
    rememberErasedRuns(db, projectId, json, atMs),
    db
      .prepare(
        "SELECT id, segment_key AS key, segment_offset AS offset FROM run WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))",
      )
      .bind(projectId, json),
    db
      .prepare(
        `SELECT segment_key AS key, segment_offset AS offset, segment_length AS length FROM run WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))
         UNION SELECT segment_key, segment_offset, segment_length FROM stale_line WHERE project_id = ?1 AND run_id IN (SELECT value FROM json_each(?2))`,
      )
      .bind(projectId, json),
    db
      .prepare(
        `SELECT id, agent, version FROM run WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))
         UNION SELECT run_id, agent, version FROM moved_run WHERE project_id = ?1 AND run_id IN (SELECT value FROM json_each(?2))`,
      )
      .bind(projectId, json),
  ]);
  return { lines: lines?.results ?? [], standing: standing?.results ?? [], folded: folded?.results ?? [] };
}

/** What the deletion tells of itself: an audit entry for a single run, or a count for a user's deletion that goes on. */
export type Told = { draft: AuditDraft } | { userKey: string } | null;

/**
 * The rows of the runs, their texts, scores, aliases and stale lines, in one transaction with what is told of it. Ids of the runs that
 * stayed: they no longer stand where `standing` says, so there are bytes of them elsewhere now.
 */
export async function deleteRunRows(
  db: D1Database,
  projectId: string,
  ids: readonly string[],
  standing: readonly ReadLine[],
  told: Told,
): Promise<string[]> {
  const places = new Map(standing.map((place) => [place.id, place]));
  const json = JSON.stringify(ids.map((id) => places.get(id) ?? { id, key: null, offset: null }));
  const among = `IN (${unmoved("?2")})`;
  const results = await db.batch<{ id: string }>([
    ...toldStatements(db, projectId, json, told),
    uncountRuns(db, projectId, { sql: unmoved("?2"), value: json }),
    ...[
      `DELETE FROM run_text WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM score WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM run_alias WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM stale_line WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM moved_run WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM finding WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM finding_label WHERE project_id = ?1 AND run_id ${among}`,
      // A case was put into its suite to outlive the traffic: retention (which tells nothing) leaves it, a deletion does not.
      ...(told === null ? [] : [`DELETE FROM suite_case WHERE project_id = ?1 AND run_id ${among}`]),
      // What an evaluation found stays countable; what it says of the run goes.
      `UPDATE evaluation_item SET reason = 'the run was deleted' WHERE project_id = ?1 AND reason IS NOT NULL AND run_id ${among}`,
      `DELETE FROM reading WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM experiment_outcome WHERE project_id = ?1 AND run_id ${among}`,
      // What a replay found stays countable; what it holds of the run goes.
      `UPDATE replay_item SET served = NULL, outcome = json_set(json_remove(outcome, '$.kept'), '$.output', NULL,
         '$.reason', 'the run was deleted', '$.missing', json('[]'), '$.unexpected', json('[]'), '$.cluster', NULL) WHERE project_id = ?1 AND run_id ${among}`,
      `DELETE FROM run WHERE project_id = ?1 AND id ${among}`,
      "SELECT id FROM run WHERE project_id = ?1 AND id IN (SELECT value->>'id' FROM json_each(?2))",
    ].map((sql) => db.prepare(sql).bind(projectId, json)),
  ]);
  return (results.at(-1)?.results ?? []).map(({ id }) => id);
}

/** SQL of the ids whose run stands where it was seen, or is not there at all. @param given a bound JSON array of {id, key, offset} */
const unmoved = (given: string): string => `
  SELECT value->>'id' FROM json_each(${given}) WHERE NOT EXISTS (SELECT 1 FROM run AS now WHERE now.project_id = ?1
    AND now.id = value->>'id' AND (now.segment_key, now.segment_offset) IS NOT (value->>'key', value->>'offset'))`;

/** Before the rows go: both say only what really goes. */
function toldStatements(db: D1Database, projectId: string, places: string, told: Told): D1PreparedStatement[] {
  if (told === null) return [];
  if ("draft" in told) {
    const when = { sql: `EXISTS (SELECT 1 FROM run WHERE run.project_id = ?1 AND run.id IN (${unmoved("?3")}))`, values: [places] };
    return [noteAudit(db, projectId, [told.draft], when)];
  }
  return [
    db
      .prepare(
        `UPDATE erasure SET runs = runs + (SELECT count(*) FROM run WHERE run.project_id = ?1 AND run.id IN (${unmoved("?2")}))
         WHERE project_id = ?1 AND kind = 'user' AND key = ?3`,
      )
      .bind(projectId, places, told.userKey),
  ];
}

/** Runs that carry one of `userIds`, at most `limit`. */
export async function runsOfUser(
  db: D1Database,
  projectId: string,
  userIds: readonly string[],
  limit: number,
): Promise<{ id: string; agent: string }[]> {
  const { results } = await db
    .prepare("SELECT id, agent FROM run WHERE project_id = ?1 AND user_id IN (SELECT value FROM json_each(?2)) LIMIT ?3")
    .bind(projectId, JSON.stringify(userIds), limit)
    .all<{ id: string; agent: string }>();
  return results;
}
