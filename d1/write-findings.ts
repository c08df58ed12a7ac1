// Writes what detectors and Claude found on runs: their rows, the classes they fall into, and that the agent's signals are behind them
// now. Findings by rule are replaced with their run's revision; what came from a newer revision is never overwritten by an older one.
import type { KeptFinding } from "../domain/finding/kept-finding.ts";
import type { Run } from "../domain/run/run.ts";
import { jsonChunks } from "./json-chunks.ts";

/** A revision of a run and everything that rules say of it. */
export interface FoundRun {
  run: Pick<Run, "id" | "agent" | "started_at" | "sample_rate" | "shadow_of">;
  version: string;
  found: readonly KeptFinding[];
}

/** Everything that rules say of these runs, in place of what they said before. A revision that no longer stands changes nothing. */
export async function writeFindings(db: D1Database, projectId: string, runs: readonly FoundRun[], nowMs: number): Promise<void> {
  if (runs.length > 0) await db.batch(replacing(db, projectId, null, runs, nowMs));
}

/** What one detector says of these runs, in place of what any version of it said before; what others said stays. */
export async function addFindings(
  db: D1Database,
  projectId: string,
  detector: string,
  runs: readonly FoundRun[],
  nowMs: number,
): Promise<void> {
  if (runs.length > 0) await db.batch(replacing(db, projectId, detector, runs, nowMs));
}

/** The statements of either, for a transaction with more in it. @param detector null: all of them */
export function replacing(
  db: D1Database,
  projectId: string,
  detector: string | null,
  runs: readonly FoundRun[],
  nowMs: number,
): D1PreparedStatement[] {
  const versions = JSON.stringify(runs.map(({ run, version }) => ({ id: run.id, version })));
  const rows = runs.flatMap(({ run, version, found }) => found.map((one) => ({ run, version, ...one })));
  return [
    db.prepare(deleteReplaced).bind(projectId, versions, detector),
    ...classStatements(db, projectId, rows),
    ...jsonChunks(rows.map((row) => JSON.stringify(findingRow(row)))).map((json) => db.prepare(insertFindings).bind(projectId, json)),
    ...touchStatements(
      db,
      projectId,
      runs.map(({ run }) => run),
      nowMs,
    ),
  ];
}

/** Findings of Claude on one run, in place of those that it gave before. */
export async function writeModelFindings(
  db: D1Database,
  projectId: string,
  run: FoundRun["run"],
  found: readonly KeptFinding[],
  nowMs: number,
): Promise<void> {
  const rows = found.map((one) => ({ run, version: "", ...one }));
  await db.batch([
    db.prepare("DELETE FROM finding WHERE project_id = ? AND run_id = ? AND source = 'model'").bind(projectId, run.id),
    ...classStatements(db, projectId, rows),
    ...jsonChunks(rows.map((row) => JSON.stringify(findingRow(row)))).map((json) => db.prepare(insertModelFindings).bind(projectId, json)),
    ...touchStatements(db, projectId, [run], nowMs),
  ]);
}

/** Marks agents whose runs or findings changed: their signals are made anew before anybody reads them. */
export function touchStatements(
  db: D1Database,
  projectId: string,
  runs: readonly Pick<Run, "agent" | "started_at">[],
  nowMs: number,
): D1PreparedStatement[] {
  const from = new Map<string, number>();
  for (const { agent, started_at } of runs) from.set(agent, Math.min(from.get(agent) ?? Infinity, Date.parse(started_at)));
  if (from.size === 0) return [];
  const json = JSON.stringify([...from].map(([agent, fromMs]) => ({ agent, from: fromMs })));
  return [db.prepare(touch).bind(projectId, json, nowMs)];
}

/** Agents of which something else changed: a run that went, a person's word. @param fromMs day from which their runs are counted again */
export async function touchSignals(db: D1Database, projectId: string, agents: readonly string[], nowMs: number, fromMs = 0): Promise<void> {
  const from = new Date(fromMs).toISOString();
  const statements = touchStatements(
    db,
    projectId,
    agents.map((agent) => ({ agent, started_at: from })),
    nowMs,
  );
  if (statements.length > 0) await db.batch(statements);
}

type Row = KeptFinding & { run: FoundRun["run"]; version: string };

function classStatements(db: D1Database, projectId: string, rows: readonly Row[]): D1PreparedStatement[] {
  const distinct = new Map(rows.map(({ run, class: { key, family, tokens } }) => [key, { key, agent: run.agent, family, tokens }]));
  const texts = [...distinct.values()].map((one) =>
    JSON.stringify({ ...one, family: JSON.stringify(one.family), tokens: JSON.stringify(one.tokens) }),
  );
  return jsonChunks(texts).map((json) => db.prepare(insertClasses).bind(projectId, json));
}

function findingRow({ run, version, finding, class: { key } }: Row) {
  return {
    run: run.id,
    version,
    id: finding.id,
    agent: run.agent,
    at: Date.parse(run.started_at),
    weight: weightOf(run),
    class: key,
    detector: finding.detector,
    detectorVersion: finding.detector_version,
    source: finding.source,
    polarity: finding.polarity,
    severity: finding.severity,
    recovered: finding.recovered ? 1 : 0,
    record: JSON.stringify(finding),
  };
}

/** How many runs of the traffic a run stands for; none where it only shadows one. */
export function weightOf(run: Pick<Run, "sample_rate" | "shadow_of">): number {
  if (run.shadow_of !== null) return 0;
  return run.sample_rate > 0 && run.sample_rate <= 1 ? 1 / run.sample_rate : 1;
}

const deleteReplaced = `
  DELETE FROM finding WHERE project_id = ?1 AND source = 'rule' AND (?3 IS NULL OR detector = ?3) AND run_id IN (
    SELECT run.id FROM json_each(?2) CROSS JOIN run ON run.project_id = ?1 AND run.id = value->>'id' AND run.version = value->>'version')`;

const insertClasses = `
  INSERT INTO finding_class (project_id, key, agent, family, tokens)
  SELECT ?1, value->>'key', value->>'agent', value->>'family', value->>'tokens' FROM json_each(?2) WHERE true
  ON CONFLICT DO NOTHING`;

const columns = `(project_id, run_id, id, agent, at_ms, weight, class, detector, detector_version, source, polarity, severity,
  is_recovered, record)
  SELECT ?1, value->>'run', value->>'id', value->>'agent', value->>'at', value->>'weight', value->>'class', value->>'detector',
    value->>'detectorVersion', value->>'source', value->>'polarity', value->>'severity',
    value->>'recovered', value->>'record' FROM json_each(?2)`;

const replace = `
  ON CONFLICT DO UPDATE SET agent = excluded.agent, at_ms = excluded.at_ms, weight = excluded.weight, class = excluded.class,
    detector_version = excluded.detector_version, polarity = excluded.polarity, severity = excluded.severity,
    is_recovered = excluded.is_recovered, record = excluded.record`;

const insertFindings = `INSERT INTO finding ${columns}
  WHERE EXISTS (SELECT 1 FROM run WHERE run.project_id = ?1 AND run.id = value->>'run' AND run.version = value->>'version') ${replace}`;

const insertModelFindings = `INSERT INTO finding ${columns}
  WHERE EXISTS (SELECT 1 FROM run WHERE run.project_id = ?1 AND run.id = value->>'run') ${replace}`;

const touch = `
  INSERT INTO signal_upkeep (project_id, agent, dirty_ms, dirty_from_ms, changes)
  SELECT ?1, value->>'agent', ?3, value->>'from', 1 FROM json_each(?2) WHERE true
  ON CONFLICT DO UPDATE SET dirty_ms = coalesce(dirty_ms, excluded.dirty_ms), changes = changes + 1,
    dirty_from_ms = min(coalesce(dirty_from_ms, excluded.dirty_from_ms), excluded.dirty_from_ms)`;
