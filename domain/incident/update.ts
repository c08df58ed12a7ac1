// An incident after a new look at its drifts: content replaced, the story continued, and the few facts that people must hear of
// (opened, escalated, resolved, reopened) named once each. A person's resolution stands until something new happens.
import type { DriftGroup, FreshDrift } from "../drift/analysis.ts";
import type { Attribution, Drift } from "../drift/drift.ts";
import { dimensionWords, oneLine } from "../drift/words.ts";
import { type Incident, type IncidentEvent, type IncidentEventType, machine } from "./incident.ts";
import { lineageOf } from "./lineage.ts";
import { isWorse, worst } from "./severity.ts";
import { told } from "./timeline.ts";

/** A recovered incident closes itself after this long. */
const resolveAfterMs = 24 * 3_600_000;

export interface Updated {
  incident: Incident;
  events: IncidentEvent[];
}

/** `incident` as its `groups` say it is now. */
export function update(
  incident: Incident,
  groups: readonly DriftGroup[],
  drifts: ReadonlyMap<string, FreshDrift>,
  nowMs: number,
  isNew: boolean,
): Updated {
  const main = groups.toSorted(
    (a, b) => Number(isWorse(b.severity, a.severity)) - Number(isWorse(a.severity, b.severity)) || b.driftIds.length - a.driftIds.length,
  )[0];
  if (main === undefined) return { incident, events: [] };
  const ids = [...new Set([...main.driftIds, ...groups.flatMap((group) => group.driftIds)])];
  const current = ids.flatMap((id) => drifts.get(id) ?? []).map((drift): Drift => ({ ...drift, incident_id: incident.id }));
  const judged = incident.drifts
    .filter(({ id }) => !ids.includes(id))
    .map((drift): Drift => ({ ...drift, ...drifts.get(drift.id) }))
    .filter(isJudged);
  const before = { severity: incident.severity, attribution: incident.attribution, wasQuiet: isInstrumentation(incident.attribution) };
  const added = current.filter(({ id }) => !incident.drifts.some((known) => known.id === id));
  const recoveredMs = groups.some((group) => group.recoveredAtMs === null)
    ? null
    : Math.max(...groups.map((group) => group.recoveredAtMs ?? 0));
  let next: Incident = {
    ...incident,
    title: main.title,
    summary: main.summary,
    severity: worst(groups.map((group) => group.severity)),
    onset_at: new Date(main.onset.atMs).toISOString(),
    drifts: [...current, ...judged],
    attribution: main.attribution,
    lineage: lineageOf(
      incident.lineage,
      main.attribution,
      groups.flatMap((group) => group.runs),
    ),
    recovered_at: recoveredMs === null ? null : new Date(recoveredMs).toISOString(),
  };
  const events: IncidentEvent[] = [];
  const tell = (type: IncidentEventType, atMs: number, detail: string): void => {
    events.push({ type, key: `${type}:${incident.id}:${detail}`, at: new Date(atMs).toISOString(), incident_id: incident.id });
  };
  const isQuiet = isInstrumentation(next.attribution);
  if (!isNew)
    for (const drift of added)
      next = told(next, Date.parse(drift.detected_at), "drift_added", machine, `${dimensionWords(drift.dimension)} moved too`);
  if (causeName(before.attribution) !== causeName(next.attribution) || isNew)
    next = told(next, nowOf(main, nowMs, isNew), "cause_changed", machine, causeName(next.attribution));
  // What the instrumentation explains wakes nobody; when that turns out wrong, it opens then.
  if (!isQuiet && (isNew || before.wasQuiet)) tell("incident.opened", Date.parse(next.opened_at), "opened");
  else if (!isNew && !isQuiet && isWorse(next.severity, before.severity) && next.status !== "resolved") {
    next = told(next, nowMs, "escalated", machine, `${before.severity} → ${next.severity}`);
    tell("incident.escalated", nowMs, next.severity);
  }
  return { incident: settle(incident, next, added, recoveredMs, nowMs, tell), events };
}

/** Recovery, resolution by itself, and reopening. */
function settle(
  before: Incident,
  next: Incident,
  added: readonly FreshDrift[],
  recoveredMs: number | null,
  nowMs: number,
  tell: (type: IncidentEventType, atMs: number, detail: string) => void,
): Incident {
  let settled = next;
  if (recoveredMs !== null && before.recovered_at !== next.recovered_at)
    settled = told(settled, recoveredMs, "recovered", machine, "all drifts are back at their baselines");
  const isWaiting = recoveredMs === null || nowMs < recoveredMs + resolveAfterMs;
  if (before.status === "resolved" || before.status === "mitigated") {
    const returnMs = returnOf(before, added, recoveredMs, nowMs);
    if (returnMs !== null) {
      settled = told({ ...settled, status: "open", resolved_at: null }, returnMs, "reopened", machine, "it is back");
      tell("incident.reopened", returnMs, String(returnMs));
      return settled;
    }
    if (before.status === "resolved") return settled;
  }
  const allJudged = settled.drifts.length > 0 && settled.drifts.every(isJudged);
  if (isWaiting && !allJudged) return settled;
  const atMs = allJudged ? nowMs : (recoveredMs ?? nowMs) + resolveAfterMs;
  settled = told(
    { ...settled, status: "resolved", resolved_at: new Date(atMs).toISOString() },
    atMs,
    "resolved",
    machine,
    allJudged ? "a person accepted or dismissed its drifts" : "back for 24 hours",
  );
  tell("incident.resolved", atMs, String(atMs));
  return settled;
}

/**
 * When an incident that was called over or contained came back: with a new drift, or because what had recovered left again. What a
 * person resolved while it was still away stays resolved until something new happens. null: it did not.
 */
function returnOf(before: Incident, added: readonly FreshDrift[], recoveredMs: number | null, nowMs: number): number | null {
  const calledAt = before.timeline.findLast(({ kind }) => kind === before.status);
  const calledMs = Date.parse(before.resolved_at ?? calledAt?.at ?? before.opened_at);
  const news = added.filter((drift) => Date.parse(drift.detected_at) > calledMs && drift.status === "open");
  if (news.length > 0) return Math.max(...news.map((drift) => Date.parse(drift.detected_at)));
  const isAwayAgain = recoveredMs === null && before.recovered_at !== null;
  return isAwayAgain && (before.status === "mitigated" || calledAt?.by === machine) ? nowMs : null;
}

/** An incident that no group names any more: judged by a person, out of memory, or taken back by corrected facts. */
export function withdraw(incident: Incident, drifts: ReadonlyMap<string, FreshDrift>, gone: ReadonlySet<string>, nowMs: number): Updated {
  if (incident.merged_into !== null || incident.withdrawn_at !== null || incident.drifts.length === 0) return { incident, events: [] };
  const known = incident.drifts.map((drift) => ({ ...drift, ...drifts.get(drift.id), incident_id: incident.id }));
  const at = new Date(nowMs).toISOString();
  const resolved: IncidentEvent = {
    type: "incident.resolved",
    key: `incident.resolved:${incident.id}:${nowMs}`,
    at,
    incident_id: incident.id,
  };
  const isTouched = incident.status !== "open" || incident.owner !== null || incident.timeline.some(({ by }) => by !== machine);
  if (known.every(({ id }) => gone.has(id)) && !isTouched && incident.signals.length === 0) {
    const next = told(
      { ...incident, status: "resolved", resolved_at: at, withdrawn_at: at },
      nowMs,
      "withdrawn",
      machine,
      "late runs took the evidence away",
    );
    return { incident: next, events: isInstrumentation(incident.attribution) ? [] : [resolved] };
  }
  if (incident.status !== "resolved" && known.every(isJudged)) {
    const next = told(
      { ...incident, drifts: known, status: "resolved", resolved_at: at },
      nowMs,
      "resolved",
      machine,
      "a person accepted or dismissed its drifts",
    );
    return { incident: next, events: [resolved] };
  }
  return { incident: { ...incident, drifts: known }, events: [] };
}

/** The cause as one line of a story. */
function causeName({ verdict, causes }: Attribution): string {
  const names = causes.slice(0, verdict === "confounded" ? 3 : 1).map(({ kind, ref }) => `${kind} ${oneLine(ref, 60)}`);
  switch (verdict) {
    case "attributed":
      return `cause: ${names.join(", ")}`;
    case "confounded":
      return `confounded: ${names.join(", ")}`;
    case "insufficient_data":
      return "not enough runs to name a cause";
    case "unattributed":
      return "no cause can be named";
  }
}

/** When the cause was first told: with the alarm for a new incident, now for a corrected one. */
function nowOf(main: DriftGroup, nowMs: number, isNew: boolean): number {
  return isNew ? main.openedAtMs : nowMs;
}

function isInstrumentation({ verdict, causes }: Attribution): boolean {
  return verdict === "attributed" && causes[0]?.kind === "instrumentation";
}

function isJudged({ status }: Pick<Drift, "status">): boolean {
  return status === "accepted" || status === "dismissed";
}
