// Writes runs, their search text, their agents and the receipts of their requests in one transaction. Rows travel as one JSON
// value a statement, because D1 takes hundreds of rows that way and only a hundred bound values.
import type { CustomDimension } from "../domain/run/custom-dimension.ts";
import type { Run } from "../domain/run/run.ts";
import type { LinePlace } from "../r2/segments.ts";
import { erasuresOver, type Erasure } from "./erasures.ts";
import { jsonChunks } from "./json-chunks.ts";
import { movedOf, noteMoved, type MovedRun } from "./moved-runs.ts";
import { countNewRuns, receiptStatements, type Receipt } from "./receipts.ts";
import { summaryText } from "./run-summary.ts";
import { searchText } from "./search-text.ts";
import { endSegment } from "./unfinished-segments.ts";
import { weightOf } from "./write-findings.ts";

export interface StoredRun {
  run: Run;
  version: string;
  isOpen: boolean;
  place: LinePlace;
  /** Dimensions that people defined for its agent. */
  custom: readonly CustomDimension[];
  /** Other ids of the run, in the form of run ids. */
  aliases: readonly string[];
}

/** What may still have to be taken away: by deletions that concern these runs, and from agents that lost them. */
export interface Written {
  erasures: Erasure[];
  moved: MovedRun[];
}

/** @param stem of the segment that the runs stand in */
export async function writeRuns(
  db: D1Database,
  projectId: string,
  runs: readonly StoredRun[],
  receipts: readonly Receipt[],
  stem: string,
  nowMs: number,
): Promise<Written> {
  const ids = JSON.stringify(runs.map(({ run }) => run.id));
  const places = jsonChunks(runs.map((run) => JSON.stringify(placeOf(run))));
  const statements = [
    countNewRuns(db, projectId, ids),
    ...places.flatMap((json) => [insertReplaced, noteMoved].map((sql) => db.prepare(sql).bind(projectId, json))),
    ...jsonChunks(runs.map(rowJson)).map((json) => db.prepare(upsertRuns).bind(projectId, json)),
    ...places.map((json) => db.prepare(insertLate).bind(projectId, json)),
    ...jsonChunks(runs.map((run) => JSON.stringify(textOf(run)))).map((json) => db.prepare(upsertTexts).bind(projectId, json)),
    ...jsonChunks(aliasesOf(runs).map((alias) => JSON.stringify(alias))).flatMap((json) =>
      [upsertAliases, moveScores, deleteMovedScores].map((sql) => db.prepare(sql).bind(projectId, json)),
    ),
    ...jsonChunks(agentsOf(runs).map((agent) => JSON.stringify(agent))).map((json) => db.prepare(upsertAgents).bind(projectId, json)),
    ...receiptStatements(db, projectId, receipts, nowMs),
    endSegment(db, projectId, stem),
  ];
  // Each of the last two results has the columns of its own statement.
  const results = await db.batch<Erasure & MovedRun>([...statements, erasuresOver(db, projectId, ids), movedOf(db, projectId, ids)]);
  const [erasures, moved] = results.slice(-2);
  return { erasures: erasures?.results ?? [], moved: moved?.results ?? [] };
}

/** The summary is JSON already: written into the row as it is, it is not escaped, and unescaped, on its way through two processes. */
function rowJson({ run, version, isOpen, place, custom }: StoredRun): string {
  const row = {
    id: run.id,
    agent: run.agent,
    version,
    status: run.status,
    open: isOpen ? 1 : 0,
    started: Date.parse(run.started_at),
    session: run.session_id,
    user: run.user_id,
    model: run.config.model,
    config: run.config_hash,
    weight: weightOf(run),
    key: place.key,
    offset: place.offset,
    length: place.length,
  };
  return `${JSON.stringify(row).slice(0, -1)},"summary":${summaryText(run, custom) ?? "null"}}`;
}

const placeOf = ({ run, version, place }: StoredRun) => ({ id: run.id, agent: run.agent, version, ...place });

const textOf = ({ run, version }: StoredRun) => ({ id: run.id, version, text: searchText(run) });

const aliasesOf = (runs: readonly StoredRun[]) => runs.flatMap(({ run, aliases }) => aliases.map((alias) => ({ alias, run: run.id })));

function agentsOf(runs: readonly StoredRun[]) {
  const agents = new Map<string, { name: string; first: number; last: number }>();
  for (const { run } of runs) {
    const at = Date.parse(run.started_at);
    const known = agents.get(run.agent);
    agents.set(run.agent, { name: run.agent, first: Math.min(at, known?.first ?? at), last: Math.max(at, known?.last ?? at) });
  }
  return [...agents.values()];
}

// CROSS JOIN fixes the order: read the other way round, SQLite would parse the JSON again for every run of the project.
// The line that a newer revision is about to replace. The same place again is a redelivery, not a revision.
const insertReplaced = `
  INSERT INTO stale_line (project_id, run_id, segment_key, segment_offset, segment_length)
  SELECT ?1, run.id, run.segment_key, run.segment_offset, run.segment_length
  FROM json_each(?2) CROSS JOIN run ON run.project_id = ?1 AND run.id = value->>'id'
  WHERE value->>'version' >= run.version AND (run.segment_key, run.segment_offset) <> (value->>'key', value->>'offset')
  ON CONFLICT DO NOTHING`;

// The line of a revision that came after a newer one.
const insertLate = `
  INSERT INTO stale_line (project_id, run_id, segment_key, segment_offset, segment_length)
  SELECT ?1, value->>'id', value->>'key', value->>'offset', value->>'length'
  FROM json_each(?2) CROSS JOIN run ON run.project_id = ?1 AND run.id = value->>'id'
  WHERE (run.segment_key, run.segment_offset) <> (value->>'key', value->>'offset')
  ON CONFLICT DO NOTHING`;

const upsertRuns = `
  INSERT INTO run (project_id, id, agent, version, status, is_open, started_ms, session_id, user_id, model, config_hash, weight,
    segment_key, segment_offset, segment_length, summary)
  SELECT ?1, value->>'id', value->>'agent', value->>'version', value->>'status', value->>'open', value->>'started', value->>'session',
    value->>'user', value->>'model', value->>'config', value->>'weight', value->>'key', value->>'offset', value->>'length', value->>'summary'
  FROM json_each(?2) WHERE true
  ON CONFLICT DO UPDATE SET agent = excluded.agent, version = excluded.version, status = excluded.status, is_open = excluded.is_open,
    started_ms = excluded.started_ms, session_id = excluded.session_id, user_id = excluded.user_id, model = excluded.model,
    config_hash = excluded.config_hash, weight = excluded.weight, segment_key = excluded.segment_key, segment_offset = excluded.segment_offset,
    segment_length = excluded.segment_length, summary = excluded.summary
  WHERE excluded.version >= run.version`;

// After the runs in the same transaction: a text is replaced only where its run was.
const upsertTexts = `
  INSERT INTO run_text (project_id, run_id, text)
  SELECT ?1, value->>'id', value->>'text' FROM json_each(?2)
  WHERE EXISTS (SELECT 1 FROM run WHERE run.project_id = ?1 AND run.id = value->>'id' AND run.version = value->>'version')
  ON CONFLICT DO UPDATE SET text = excluded.text`;

const upsertAliases = `
  INSERT INTO run_alias (project_id, alias, run_id)
  SELECT ?1, value->>'alias', value->>'run' FROM json_each(?2) WHERE true
  ON CONFLICT DO UPDATE SET run_id = excluded.run_id`;

// Scores that came under an alias before the run did.
const moveScores = `
  INSERT INTO score (project_id, run_id, name, source, value, comment, version)
  SELECT ?1, given.value->>'run', score.name, score.source, score.value, score.comment, score.version
  FROM json_each(?2) AS given CROSS JOIN score ON score.project_id = ?1 AND score.run_id = given.value->>'alias' WHERE true
  ON CONFLICT DO UPDATE SET value = excluded.value, comment = excluded.comment, version = excluded.version
  WHERE excluded.version >= score.version`;

const deleteMovedScores = `
  DELETE FROM score WHERE project_id = ?1 AND run_id IN (SELECT value->>'alias' FROM json_each(?2))`;

const upsertAgents = `
  INSERT INTO agent (project_id, name, first_run_ms, last_run_ms)
  SELECT ?1, value->>'name', value->>'first', value->>'last' FROM json_each(?2) WHERE true
  ON CONFLICT DO UPDATE SET first_run_ms = min(first_run_ms, excluded.first_run_ms), last_run_ms = max(last_run_ms, excluded.last_run_ms)`;
