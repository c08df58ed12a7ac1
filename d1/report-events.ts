// What happened to an agent in a span of time, for its report: records as they stand, each list short, the most telling first.
import type { Change, Drift, Severity } from "../domain/drift/drift.ts";
import type { Experiment } from "../domain/experiment/experiment.ts";
import type { Gate } from "../domain/experiment/gate.ts";
import type { Incident } from "../domain/incident/incident.ts";
import type { SignalCount } from "../domain/report/report.ts";
import { listChanges } from "./changes.ts";
import { listDrifts } from "./drifts.ts";
import { listExperiments } from "./experiments.ts";
import { listGates } from "./gates.ts";
import { incidentsBetween } from "./incidents.ts";

export interface Span {
  projectId: string;
  agent: string;
  fromMs: number;
  toMs: number;
}

export interface Events {
  incidents: Incident[];
  drifts: Drift[];
  signals: SignalCount[];
  experiments: Experiment[];
  gates: Gate[];
  changes: Change[];
  learned: { id: string; slug: string; title: string }[];
}

/** Items of one list: a report is read, not searched. */
const mostItems = 20;
/** Records of one kind that are looked through for those of the span. */
const mostLooked = 200;

export async function eventsOf(db: D1Database, span: Span): Promise<Events> {
  const { projectId, agent, fromMs, toMs } = span;
  const page = { after: null, limit: mostLooked };
  const [incidents, drifts, signals, experiments, gates, changes, learned] = await Promise.all([
    incidentsBetween(db, projectId, agent, fromMs, toMs),
    // Detection follows the onset, by days at times.
    listDrifts(db, projectId, { agent, fromMs: fromMs - longestDelayMs, toMs }, page),
    signalsIn(db, span),
    listExperiments(db, projectId, { agent }, page),
    listGates(db, projectId, { agent }, page),
    listChanges(db, projectId, { agent, fromMs, toMs }, page),
    learnedIn(db, span),
  ]);
  const isWithin = (ms: number | null): boolean => ms !== null && ms >= fromMs && ms < toMs;
  const some = <Item>(items: readonly Item[]): Item[] => items.slice(0, mostItems);
  const listed = incidents.filter(({ merged_into, withdrawn_at }) => merged_into === null && withdrawn_at === null);
  return {
    incidents: some(listed.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))),
    drifts: some(drifts.items.filter(({ detected_at }) => isWithin(Date.parse(detected_at)))),
    signals,
    experiments: some(experiments.items.filter(({ startedMs, endedMs }) => isWithin(startedMs) || isWithin(endedMs))),
    gates: some(gates.items.filter(({ createdMs, decidedMs }) => isWithin(createdMs) || isWithin(decidedMs))),
    changes: some(changes.items),
    learned,
  };
}

/** A drift is detected within this after its onset, or it is another one. */
const longestDelayMs = 28 * 86_400_000;

const severities: readonly Severity[] = ["critical", "high", "medium", "low"];

/** Failure signals before wins, the most frequent first. A report outlives runs, so signals go by their family: errors of runs make their own names. */
async function signalsIn(db: D1Database, { projectId, agent, fromMs, toMs }: Span): Promise<SignalCount[]> {
  const { results } = await db
    .prepare(
      `SELECT s.id, s.slug, coalesce(s.said->>'$.name', p.record->>'$.name', s.slug) AS name, s.state, s.polarity, count(DISTINCT f.run_id) AS count, s.record->>'$.first_seen' AS first
       FROM finding f JOIN finding_class c ON c.project_id = f.project_id AND c.key = f.class
       JOIN signal s ON s.project_id = f.project_id AND s.id = c.signal_id
       LEFT JOIN signal p ON p.project_id = s.project_id AND p.id = s.parent_id
       LEFT JOIN finding_label l ON l.project_id = f.project_id AND l.finding_id = f.id
       WHERE f.project_id = ?1 AND f.agent = ?2 AND f.at_ms >= ?3 AND f.at_ms < ?4 AND s.state <> 'archived' AND coalesce(l.is_correct, 1) = 1
       GROUP BY s.id ORDER BY s.polarity = 'win', count DESC, s.id LIMIT ?5`,
    )
    .bind(projectId, agent, fromMs, toMs, mostItems)
    .all<Omit<SignalCount, "firstSeenMs"> & { first: string | null }>();
  return results.map(({ first, ...signal }) => ({ ...signal, firstSeenMs: first === null ? null : Date.parse(first) }));
}

async function learnedIn(db: D1Database, { projectId, agent, fromMs, toMs }: Span): Promise<Events["learned"]> {
  const { results } = await db
    .prepare(
      `SELECT id, slug, record->>'$.title' AS title FROM book_entry WHERE project_id = ?1 AND agent = ?2 AND at_ms >= ?3 AND at_ms < ?4
       ORDER BY at_ms DESC, id DESC LIMIT ?5`,
    )
    .bind(projectId, agent, fromMs, toMs, mostItems)
    .all<{ id: string; slug: string; title: string }>();
  return results;
}
