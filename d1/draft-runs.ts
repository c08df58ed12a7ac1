// Runs that a draft is made from: those that show a signal, like ones of the same weeks that went well, and those that got over a failure of the
// same tool. Newest first.
import type { StandingRun } from "./read-for-store.ts";

interface Row {
  id: string;
  version: string;
  segment_key: string;
  segment_offset: number;
  segment_length: number;
}

const columns = "run.id, run.version, run.segment_key, run.segment_offset, run.segment_length";

const runOf = ({ id, version, segment_key, segment_offset, segment_length }: Row): StandingRun => ({
  id,
  version,
  isOpen: false,
  place: { key: segment_key, offset: segment_offset, length: segment_length },
});

const shows = `EXISTS (SELECT 1 FROM finding f JOIN finding_class c ON c.project_id = f.project_id AND c.key = f.class
  LEFT JOIN finding_label l ON l.project_id = f.project_id AND l.finding_id = f.id
  WHERE f.project_id = run.project_id AND f.run_id = run.id AND coalesce(l.is_correct, 1) = 1
    AND c.signal_id IN (SELECT id FROM signal WHERE project_id = ?1 AND (id = ?3 OR parent_id = ?3)))`;

export interface DraftRuns {
  failing: StandingRun[];
  good: StandingRun[];
  recovered: StandingRun[];
}

/** @param tool the signal's subject; null where it has none */
export async function draftRuns(
  db: D1Database,
  projectId: string,
  agent: string,
  signalId: string,
  tool: string | null,
  limit: number,
): Promise<DraftRuns> {
  const [failing, good, recovered] = await db.batch<Row>([
    db
      .prepare(
        `SELECT ${columns} FROM run WHERE project_id = ?1 AND agent = ?2 AND is_open = 0 AND ${shows} ORDER BY started_ms DESC, id LIMIT ?4`,
      )
      .bind(projectId, agent, signalId, limit),
    db
      .prepare(
        `SELECT ${columns} FROM run WHERE project_id = ?1 AND agent = ?2 AND is_open = 0 AND status = 'ok' AND NOT ${shows}
         AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.project_id = ?1 AND f.run_id = run.id AND f.polarity = 'failure' AND f.is_recovered = 0)
         ORDER BY started_ms DESC, id LIMIT ?4`,
      )
      .bind(projectId, agent, signalId, limit),
    db
      .prepare(
        `SELECT ${columns} FROM run WHERE project_id = ?1 AND agent = ?2 AND is_open = 0
         AND EXISTS (SELECT 1 FROM finding f JOIN finding_class c ON c.project_id = f.project_id AND c.key = f.class
           WHERE f.project_id = ?1 AND f.run_id = run.id AND f.detector = 'recovered_error' AND c.family->>'$.subject' = ?3)
         ORDER BY started_ms DESC, id LIMIT ?4`,
      )
      .bind(projectId, agent, tool, tool === null ? 0 : limit),
  ]);
  return {
    failing: (failing?.results ?? []).map(runOf),
    good: (good?.results ?? []).map(runOf),
    recovered: (recovered?.results ?? []).map(runOf),
  };
}

/** The signal that most of these runs show as a failure that they did not get over; null where they show none. */
export async function signalOfRuns(db: D1Database, projectId: string, runIds: readonly string[]): Promise<string | null> {
  return db
    .prepare(
      `SELECT c.signal_id AS id FROM finding f JOIN finding_class c ON c.project_id = f.project_id AND c.key = f.class
       WHERE f.project_id = ?1 AND f.run_id IN (SELECT value FROM json_each(?2)) AND f.polarity = 'failure' AND c.signal_id IS NOT NULL
       GROUP BY c.signal_id ORDER BY sum(1 - f.is_recovered) DESC, count(DISTINCT f.run_id) DESC, c.signal_id LIMIT 1`,
    )
    .bind(projectId, JSON.stringify(runIds))
    .first<string>("id");
}
