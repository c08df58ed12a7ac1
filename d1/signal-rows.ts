// What making signals reads and writes: whether an agent's are behind, its classes, its signals as they stand, and people's word on them.
import type { FindingClass, Signal } from "../domain/signal/signal.ts";
import { historySchema, saidSchema, type Said, type SignalHistory } from "../domain/signal/said.ts";
import { jsonChunks } from "./json-chunks.ts";

export interface SignalUpkeep {
  changes: number;
  dirtyFromMs: number;
}

/** null when the agent's signals stand as they should. */
export async function signalUpkeep(db: D1Database, projectId: string, agent: string): Promise<SignalUpkeep | null> {
  const row = await db
    .prepare("SELECT changes, dirty_from_ms FROM signal_upkeep WHERE project_id = ? AND agent = ? AND dirty_ms IS NOT NULL")
    .bind(projectId, agent)
    .first<{ changes: number; dirty_from_ms: number | null }>();
  return row === null ? null : { changes: row.changes, dirtyFromMs: row.dirty_from_ms ?? 0 };
}

/** Agents whose signals are behind, those that wait longest first; of one project or of all. */
export async function agentsBehind(
  db: D1Database,
  projectId: string | null,
  limit: number,
): Promise<{ projectId: string; agent: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT project_id, agent FROM signal_upkeep WHERE dirty_ms IS NOT NULL AND (?1 IS NULL OR project_id = ?1)
       AND EXISTS (SELECT 1 FROM project WHERE project.id = signal_upkeep.project_id AND deleted_ms IS NULL) ORDER BY dirty_ms LIMIT ?2`,
    )
    .bind(projectId, limit)
    .all<{ project_id: string; agent: string }>();
  return results.map((row) => ({ projectId: row.project_id, agent: row.agent }));
}

/** They stand, unless something changed since `changes` was read. */
export function refreshedStatement(db: D1Database, projectId: string, agent: string, changes: number, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE signal_upkeep SET refreshed_ms = ?4, dirty_ms = CASE WHEN changes = ?3 THEN NULL ELSE dirty_ms END,
        dirty_from_ms = CASE WHEN changes = ?3 THEN NULL ELSE dirty_from_ms END WHERE project_id = ?1 AND agent = ?2`,
    )
    .bind(projectId, agent, changes, nowMs);
}

export interface KnownClass extends FindingClass {
  signalId: string | null;
  findings: number;
  firstMs: number;
}

/** Classes that no finding is left of go: their text is that of deleted runs. */
export async function knownClasses(db: D1Database, projectId: string, agent: string): Promise<KnownClass[]> {
  const [, found] = await db.batch<{ key: string; family: string; tokens: string; signal_id: string | null; n: number; first: number }>([
    db
      .prepare(
        `DELETE FROM finding_class WHERE project_id = ?1 AND agent = ?2
         AND NOT EXISTS (SELECT 1 FROM finding WHERE finding.project_id = ?1 AND finding.class = finding_class.key)`,
      )
      .bind(projectId, agent),
    db
      .prepare(
        `SELECT c.key, c.family, c.tokens, c.signal_id, count(*) AS n, min(f.at_ms) AS first
         FROM finding_class c CROSS JOIN finding f ON f.project_id = ?1 AND f.class = c.key
         WHERE c.project_id = ?1 AND c.agent = ?2 GROUP BY c.key ORDER BY c.key`,
      )
      .bind(projectId, agent),
  ]);
  return (found?.results ?? []).map((row) => ({
    key: row.key,
    family: JSON.parse(row.family),
    tokens: JSON.parse(row.tokens),
    signalId: row.signal_id,
    findings: row.n,
    firstMs: row.first,
  }));
}

export interface SignalRow {
  id: string;
  slug: string;
  /** JSON of the family that it is the whole of; null for a leaf. */
  family: string | null;
  parentId: string | null;
  version: number;
  isDeclared: boolean;
  rule: string | null;
  said: Said;
  history: SignalHistory;
  record: Signal;
}

interface RawRow {
  id: string;
  slug: string;
  family: string | null;
  parent_id: string | null;
  version: number;
  is_declared: number;
  rule: string | null;
  said: string;
  history: string;
  record: string;
}

/** What a row is read from. */
export const signalColumns = "id, slug, family, parent_id, version, is_declared, rule, said, history, record";

export function readSignalRow(row: RawRow): SignalRow {
  return {
    id: row.id,
    slug: row.slug,
    family: row.family,
    parentId: row.parent_id,
    version: row.version,
    isDeclared: row.is_declared === 1,
    rule: row.rule,
    said: saidSchema.parse(JSON.parse(row.said)),
    history: historySchema.parse(JSON.parse(row.history)),
    record: JSON.parse(row.record),
  };
}

export async function signalsOfAgent(db: D1Database, projectId: string, agent: string): Promise<SignalRow[]> {
  const { results } = await db
    .prepare(`SELECT ${signalColumns} FROM signal WHERE project_id = ? AND agent = ? ORDER BY id`)
    .bind(projectId, agent)
    .all<RawRow>();
  return results.map(readSignalRow);
}

/** null when the project has no such signal. */
export async function findSignal(db: D1Database, projectId: string, id: string): Promise<SignalRow | null> {
  const row = await db.prepare(`SELECT ${signalColumns} FROM signal WHERE project_id = ? AND id = ?`).bind(projectId, id).first<RawRow>();
  return row === null ? null : readSignalRow(row);
}

/** A signal as it was counted, with what became of it since. */
export interface CountedSignal extends Omit<SignalRow, "history"> {
  events: SignalHistory;
}

/** New ones whole; of known ones only what is counted: what people said meanwhile stays, and the next counting takes it up. */
export function putCountedStatements(db: D1Database, projectId: string, rows: readonly CountedSignal[]): D1PreparedStatement[] {
  const texts = rows.map((row) =>
    JSON.stringify({
      id: row.id,
      agent: row.record.agent,
      slug: row.slug,
      family: row.family,
      parent: row.parentId,
      version: row.version,
      state: row.record.state,
      polarity: row.record.polarity,
      priority: row.record.priority,
      rate: row.record.rate,
      last: row.record.last_seen === null ? null : Date.parse(row.record.last_seen),
      declared: row.isDeclared ? 1 : 0,
      rule: row.rule,
      said: JSON.stringify(row.said),
      events: JSON.stringify(row.events),
      record: JSON.stringify(row.record),
    }),
  );
  return jsonChunks(texts).map((json) => db.prepare(putCounted).bind(projectId, json));
}

/** What a person says of a signal, beside what is counted. The proposal stays as the row has it: it is written while people speak. */
export function putSaidStatement(
  db: D1Database,
  projectId: string,
  { id, said, rule, version, events }: Pick<CountedSignal, "id" | "said" | "rule" | "version" | "events">,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE signal SET said = json_set(?3, '$.proposal', json(said->'$.proposal')), rule = ?4, version = ?5, history = ${appended("?6")}
       WHERE project_id = ?1 AND id = ?2`,
    )
    .bind(projectId, id, JSON.stringify(said), rule, version, JSON.stringify(events));
}

/** SQL of the row's history with the entries of a JSON array behind it. */
const appended = (events: string): string =>
  `(SELECT json_group_array(json(value)) FROM (SELECT value FROM json_each(signal.history) UNION ALL SELECT value FROM json_each(${events})))`;

export function deleteSignalsStatement(db: D1Database, projectId: string, ids: readonly string[]): D1PreparedStatement {
  return db
    .prepare("DELETE FROM signal WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))")
    .bind(projectId, JSON.stringify(ids));
}

/** @param assigned class key → signal id */
export function assignClassStatements(db: D1Database, projectId: string, assigned: ReadonlyMap<string, string>): D1PreparedStatement[] {
  const texts = [...assigned].map((pair) => JSON.stringify(pair));
  return jsonChunks(texts).map((json) =>
    db
      .prepare(
        `UPDATE finding_class SET signal_id = given.value->>1 FROM json_each(?2) AS given
         WHERE finding_class.project_id = ?1 AND finding_class.key = given.value->>0`,
      )
      .bind(projectId, json),
  );
}

export interface Pin {
  a: string;
  b: string;
  kind: "together" | "apart";
}

/** In the order in which people said them. */
export async function pinsOf(db: D1Database, projectId: string, agent: string): Promise<Pin[]> {
  const { results } = await db
    .prepare("SELECT a, b, kind FROM signal_pin WHERE project_id = ? AND agent = ? ORDER BY id")
    .bind(projectId, agent)
    .all<{ a: string; b: string; kind: string }>();
  return results.map(({ a, b, kind }) => ({ a, b, kind: kind === "apart" ? "apart" : "together" }));
}

/** @param ids one a pin, ascending */
export function putPinsStatement(
  db: D1Database,
  projectId: string,
  agent: string,
  pins: readonly (Pin & { id: string })[],
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO signal_pin (project_id, id, agent, a, b, kind)
       SELECT ?1, value->>'id', ?2, value->>'a', value->>'b', value->>'kind' FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(projectId, agent, JSON.stringify(pins));
}

const putCounted = `
  INSERT INTO signal (project_id, id, agent, slug, family, parent_id, version, state, polarity, priority, rate, last_seen_ms, is_declared,
    rule, said, history, record)
  SELECT ?1, value->>'id', value->>'agent', value->>'slug', value->>'family', value->>'parent', value->>'version', value->>'state',
    value->>'polarity', value->>'priority', value->>'rate', value->>'last', value->>'declared', value->>'rule', value->>'said',
    value->>'events', value->>'record' FROM json_each(?2) WHERE true
  ON CONFLICT DO UPDATE SET slug = excluded.slug, family = excluded.family, parent_id = excluded.parent_id, state = excluded.state,
    polarity = excluded.polarity, priority = excluded.priority, rate = excluded.rate, last_seen_ms = excluded.last_seen_ms,
    history = ${appended("excluded.history")}, record = excluded.record`;
