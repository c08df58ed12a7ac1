// Escalating signals and incidents: a class of failures that grows with a drift belongs to the drift's incident; one that grows by itself
// opens an incident of its own. Folding the same signals twice changes nothing.
import type { Severity } from "../drift/drift.ts";
import { timedId } from "../drift/stable-id.ts";
import { numberWords, oneLine, timeWords } from "../drift/words.ts";
import type { FoldResult } from "./fan-in.ts";
import { type Incident, type IncidentSignal, machine } from "./incident.ts";
import { noLineage } from "./lineage.ts";
import { slugOf } from "./slug.ts";
import { told } from "./timeline.ts";

const hourMs = 3_600_000;
/** A signal and a drift whose onsets lie this close are one event: signals are counted by the day. */
const togetherMs = 48 * hourMs;

export interface EscalatingSignal extends IncidentSignal {
  severity: Severity;
}

/** Folds the signals that escalate now into the incidents of their agent. */
export function foldSignals(existing: readonly Incident[], agent: string, signals: readonly EscalatingSignal[], nowMs: number): FoldResult {
  const known = new Map(existing.map((incident) => [incident.id, incident]));
  const changed = new Set<string>();
  const events: FoldResult["events"] = [];
  for (const { severity, ...signal } of signals.toSorted((a, b) =>
    a.onset_at < b.onset_at ? -1 : a.onset_at > b.onset_at ? 1 : a.id < b.id ? -1 : 1,
  )) {
    const home = homeOf(signal, [...known.values()]);
    if (home === null) {
      const incident = openedBy(signal, severity, agent, new Set([...known.values()].map(({ slug }) => slug)), nowMs);
      known.set(incident.id, incident);
      changed.add(incident.id);
      events.push({
        type: "incident.opened",
        key: `incident.opened:${incident.id}:opened`,
        at: incident.opened_at,
        incident_id: incident.id,
      });
      continue;
    }
    const next = withSignal(home, signal, nowMs);
    if (JSON.stringify(next) === JSON.stringify(home)) continue;
    known.set(home.id, next);
    changed.add(home.id);
  }
  return { incidents: [...known.values()].filter(({ id }) => changed.has(id)), events };
}

/** The incident that holds the signal or its drift already, else an unresolved one that began with it. */
function homeOf(signal: IncidentSignal, incidents: readonly Incident[]): Incident | null {
  const live = incidents.filter(
    ({ merged_into: into, withdrawn_at: withdrawn, status }) => into === null && withdrawn === null && status !== "resolved",
  );
  const holds = live.find(
    ({ signals, drifts }) =>
      signals.some(({ id }) => id === signal.id) || drifts.some(({ dimension }) => dimension === `signal.${signal.slug}`),
  );
  const apart = (incident: Incident): number => Math.abs(Date.parse(incident.onset_at) - Date.parse(signal.onset_at));
  const near = live.filter((incident) => apart(incident) <= togetherMs).toSorted((a, b) => apart(a) - apart(b))[0];
  return holds ?? near ?? null;
}

function withSignal(incident: Incident, signal: IncidentSignal, nowMs: number): Incident {
  const others = incident.signals.filter(({ id }) => id !== signal.id);
  const next = { ...incident, signals: [...others, signal].sort((a, b) => (a.id < b.id ? -1 : 1)) };
  return others.length < incident.signals.length ? next : told(next, nowMs, "signal_added", machine, `${oneLine(signal.name)} escalates`);
}

function openedBy(signal: IncidentSignal, severity: Severity, agent: string, slugs: ReadonlySet<string>, nowMs: number): Incident {
  const name = oneLine(signal.name);
  const rate = signal.rate === null ? "" : `, now ${numberWords(signal.rate)} of runs`;
  const since = timeWords(Date.parse(signal.onset_at));
  const incident: Incident = {
    id: timedId("inc_", Date.parse(signal.onset_at), [agent, signal.id, signal.onset_at]),
    slug: slugOf(agent, nowMs, signal.slug, slugs),
    agent,
    title: `${name} escalates in ${oneLine(agent, 40)} since ${since}${rate}`,
    summary: `The signal ${name} of ${oneLine(agent, 40)} is escalating since ${since} UTC${rate}. No drift of another dimension began with it.`,
    status: "open",
    severity,
    opened_at: new Date(nowMs).toISOString(),
    onset_at: signal.onset_at,
    owner: null,
    drifts: [],
    signals: [signal],
    attribution: { verdict: "unattributed", causes: [], mix: null, certain: false },
    lineage: noLineage,
    timeline: [],
    recovered_at: null,
    resolved_at: null,
    merged_into: null,
    withdrawn_at: null,
  };
  return told(incident, nowMs, "opened", machine, `opened on the signal ${name}`);
}
