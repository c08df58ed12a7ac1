// An agent's history as a backfill goes through it: by start and id, which no merge of the archive changes, a page of rows at a time.
// Each row brings what the index knows beside the run itself, so that a page asks the index once and not once a run.
import type { PlacedClass } from "../domain/backfill/class-match.ts";
import { sampleHash } from "../domain/backfill/sample.ts";
import type { LinePlace } from "../r2/segments.ts";

export interface HistoryRange {
  agent: string;
  /** Of the runs' starts: from is in, to is out. */
  fromMs: number;
  toMs: number;
}

export type HistoryPosition = readonly [startedMs: number, id: string];

export interface HistoryRun {
  id: string;
  startedMs: number;
  version: string;
  weight: number;
  /** It may still grow: whoever closes it looks at it with the definitions of then. */
  isOpen: boolean;
  place: LinePlace;
  /** Scores came apart from the run. */
  hasScores: boolean;
  /** What the held column gives. */
  held: string | null;
}

/** SQL of one text for a row of `run`; its values are bound from ?7 on. */
export interface HeldColumn {
  sql: string;
  values: readonly string[];
}

type Row = [
  id: string,
  startedMs: number,
  version: string,
  weight: number,
  isOpen: number,
  key: string,
  offset: number,
  length: number,
  hasScores: number,
  held: string | null,
];

/** At most `limit` runs behind `after`, oldest first. */
export async function historyPage(
  db: D1Database,
  projectId: string,
  { agent, fromMs, toMs }: HistoryRange,
  after: HistoryPosition | null,
  limit: number,
  held: HeldColumn,
): Promise<HistoryRun[]> {
  const [startedMs, id] = after ?? [fromMs, ""];
  const rows = await db
    .prepare(
      `SELECT id, started_ms, version, weight, is_open, segment_key, segment_offset, segment_length,
         EXISTS (SELECT 1 FROM score WHERE score.project_id = run.project_id AND score.run_id = run.id), ${held.sql}
       FROM run WHERE project_id = ?1 AND agent = ?2 AND (started_ms, id) > (?3, ?4) AND started_ms < ?5 ORDER BY started_ms, id LIMIT ?6`,
    )
    .bind(projectId, agent, startedMs, id, toMs, limit, ...held.values)
    .raw<Row>();
  return rows.map((row) => ({
    id: row[0],
    startedMs: row[1],
    version: row[2],
    weight: row[3],
    isOpen: row[4] === 1,
    place: { key: row[5], offset: row[6], length: row[7] },
    hasScores: row[8] === 1,
    held: row[9],
  }));
}

const inRange = "project_id = ?1 AND agent = ?2 AND started_ms >= ?3 AND started_ms < ?4";

export interface HistorySize {
  runs: number;
  /** Mean bytes of a run in the archive; null without runs. */
  meanBytes: number | null;
}

/** Runs whose bytes are added up, at either end of the time: their rows must be read, which an index spares the count. */
const weighedRuns = 5_000;

export async function historySize(db: D1Database, projectId: string, { agent, fromMs, toMs }: HistoryRange): Promise<HistorySize> {
  const end = (order: string) =>
    `SELECT segment_length FROM run WHERE ${inRange} ORDER BY started_ms ${order}, id ${order} LIMIT ${weighedRuns}`;
  const row = await db
    .prepare(
      `SELECT (SELECT count(*) FROM run WHERE ${inRange}) AS runs,
         (SELECT avg(segment_length) FROM (SELECT * FROM (${end("ASC")}) UNION ALL SELECT * FROM (${end("DESC")}))) AS bytes`,
    )
    .bind(projectId, agent, fromMs, toMs)
    .first<{ runs: number; bytes: number | null }>();
  return { runs: row?.runs ?? 0, meanBytes: row?.bytes ?? null };
}

/** Ids a statement. */
const idsAtATime = 20_000;

/** Hashes of all runs in range, for choosing a sample among them. @param runs how many there are about */
export async function historyHashes(db: D1Database, projectId: string, range: HistoryRange, runs: number): Promise<Uint32Array> {
  const hashes = new Uint32Array(runs);
  let n = 0;
  for (let after: HistoryPosition = [range.fromMs, ""]; ;) {
    const page: [startedMs: number, id: string][] = await db
      .prepare(
        `SELECT started_ms, id FROM run
         WHERE project_id = ?1 AND agent = ?2 AND (started_ms, id) > (?3, ?4) AND started_ms < ?5 ORDER BY started_ms, id LIMIT ?6`,
      )
      .bind(projectId, range.agent, after[0], after[1], range.toMs, idsAtATime)
      .raw<[number, string]>();
    // One that came since it was counted is left out of the choice, not of the sample.
    for (const [, id] of page) if (n < runs) hashes[n++] = sampleHash(id);
    const last = page.at(-1);
    if (last === undefined || page.length < idsAtATime) return hashes.subarray(0, n);
    after = last;
  }
}

/** All classes of the agent's findings, and the signals that they were put into. */
export async function placedClasses(db: D1Database, projectId: string, agent: string): Promise<PlacedClass[]> {
  const { results } = await db
    .prepare("SELECT key, family, tokens, signal_id FROM finding_class WHERE project_id = ? AND agent = ?")
    .bind(projectId, agent)
    .all<{ key: string; family: string; tokens: string; signal_id: string | null }>();
  return results.map(({ key, family, tokens, signal_id }) => ({
    key,
    family: JSON.parse(family),
    tokens: JSON.parse(tokens),
    signalId: signal_id,
  }));
}

/** By run: keys of the classes that rules see in it. */
export async function classesOf(db: D1Database, projectId: string, ids: readonly string[]): Promise<Map<string, string[]>> {
  const { results } = await db
    .prepare(
      `SELECT run_id, group_concat(DISTINCT class) AS classes FROM finding
       WHERE project_id = ?1 AND run_id IN (SELECT value FROM json_each(?2)) AND source = 'rule' GROUP BY run_id`,
    )
    .bind(projectId, JSON.stringify(ids))
    .all<{ run_id: string; classes: string }>();
  return new Map(results.map(({ run_id, classes }) => [run_id, classes.split(",")]));
}

/** The index's summaries of runs as they are worked out anew. A revision that no longer stands changes nothing. */
export function summaryStatement(db: D1Database, projectId: string, json: string): D1PreparedStatement {
  return db.prepare(updateSummaries).bind(projectId, json);
}

// Found first and written then: joined in the update itself, SQLite would parse the JSON again for every run of the project.
const updateSummaries = `
  WITH found AS MATERIALIZED (
    SELECT run.rowid AS row, value->>'summary' AS summary
    FROM json_each(?2) CROSS JOIN run ON run.project_id = ?1 AND run.id = value->>'id' AND run.version = value->>'version')
  UPDATE run SET summary = found.summary FROM found WHERE run.rowid = found.row`;
