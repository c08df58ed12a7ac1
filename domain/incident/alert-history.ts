// The moments of an agent's stored past, as a rule would have seen them: incidents as their timelines tell, drifts, closed buckets, and
// gaps between runs. What records do not keep (when a single drift of a standing incident recovered) is not made up.
import type { Severity } from "../drift/drift.ts";
import type { SeriesBucket } from "../drift/series.ts";
import type { Moment } from "./alert-preview.ts";
import { bucketMs, driftReadings, incidentReadings, silenceReading, thresholdReading } from "./alert-reading.ts";
import type { DriftCondition, IncidentCondition, NoDataCondition, ThresholdCondition } from "./alert-rule.ts";
import type { Incident, IncidentStatus, TimelineKind } from "./incident.ts";

export interface Window {
  fromMs: number;
  /** Exclusive. */
  toMs: number;
}

/** `incidents` of one agent. What opened before the window was known before it. */
export function incidentMoments(condition: IncidentCondition | DriftCondition, incidents: readonly Incident[], window: Window): Moment[] {
  const opened = new Map(incidents.map((incident) => [incident.id, Date.parse(incident.opened_at)]));
  const detected = new Map(incidents.flatMap(({ drifts }) => drifts.map((drift) => [drift.id, Date.parse(drift.detected_at)])));
  const times = incidents.flatMap(({ opened_at, timeline, drifts }) => [
    Date.parse(opened_at),
    ...timeline.map(({ at }) => Date.parse(at)),
    ...(condition.type === "drift" ? drifts.map(({ detected_at }) => Date.parse(detected_at)) : []),
  ]);
  const worse = new Map(incidents.map((incident) => [incident.id, newsTimes(incident)]));
  return timesWithin(times, window).map((atMs) => {
    const then = incidents.filter(({ id }) => (opened.get(id) ?? Infinity) <= atMs).map((incident) => asOf(incident, atMs));
    const newsOf = (id: string): number =>
      detected.get(id) ?? Math.max(opened.get(id) ?? 0, ...(worse.get(id) ?? []).filter((time) => time <= atMs));
    const readings =
      condition.type === "incident"
        ? incidentReadings(condition, then, newsOf, window.fromMs)
        : driftReadings(condition, then, newsOf, window.fromMs);
    return { atMs, readings };
  });
}

/** One moment at the end of each bucket of the window. `series`: dimension → its buckets, oldest first, some before the window too. */
export function thresholdMoments(
  condition: ThresholdCondition,
  series: ReadonlyMap<string, readonly SeriesBucket[]>,
  window: Window,
): Moment[] {
  const widthMs = bucketMs[condition.bucket];
  const ends = [...series.values()].flatMap((buckets) => buckets.map(({ at }) => Date.parse(at) + widthMs));
  const places = new Map<string, number>();
  return timesWithin(ends, window).map((atMs) => ({
    atMs,
    readings: [...series].map(([dimension, buckets]) => {
      // Only the buckets that this moment needs: the whole past again at each of them would be slow.
      let end = places.get(dimension) ?? 0;
      while (end < buckets.length && Date.parse(buckets[end]?.at ?? "") + widthMs <= atMs) end++;
      places.set(dimension, end);
      return thresholdReading(condition, dimension, buckets.slice(Math.max(0, end - condition.buckets), end), atMs);
    }),
  }));
}

/** From the gaps between runs, oldest first; null: the gap lasts. Silence counts only after the first run of the window. */
export function silenceMoments(
  condition: NoDataCondition,
  agent: string,
  gaps: readonly { fromMs: number; toMs: number | null }[],
  window: Window,
): Moment[] {
  const at = (newestMs: number, atMs: number): Moment => ({
    atMs,
    readings: [silenceReading(condition, agent, newestMs, window.fromMs, atMs, true)],
  });
  return gaps
    .flatMap(({ fromMs, toMs }) => [at(fromMs, fromMs + condition.after_ms), ...(toMs === null ? [] : [at(toMs, toMs)])])
    .filter(({ atMs }) => atMs >= window.fromMs && atMs < window.toMs);
}

/** The incident as its timeline says it was then. */
function asOf(incident: Incident, atMs: number): Incident {
  const told = incident.timeline.filter(({ at }) => Date.parse(at) <= atMs);
  const last = told.findLast(({ kind }) => statusOf[kind] !== undefined);
  const recovered = incident.recovered_at !== null && Date.parse(incident.recovered_at) <= atMs ? incident.recovered_at : null;
  return {
    ...incident,
    status: (last === undefined ? undefined : statusOf[last.kind]) ?? "open",
    severity: severityAsOf(incident, atMs),
    recovered_at: recovered,
    merged_into: told.some(({ kind }) => kind === "merged_into") ? incident.merged_into : null,
    withdrawn_at: told.some(({ kind }) => kind === "withdrawn") ? incident.withdrawn_at : null,
    drifts: incident.drifts
      .filter(({ detected_at }) => Date.parse(detected_at) <= atMs)
      // When a person judged it is not kept: until all was over it stood.
      .map((drift) => ({ ...drift, status: recovered === null ? "open" : drift.status })),
  };
}

const statusOf: Partial<Record<TimelineKind, IncidentStatus>> = {
  opened: "open",
  acknowledged: "acknowledged",
  mitigated: "mitigated",
  resolved: "resolved",
  reopened: "open",
};

/** Escalations are told as `before → after`; before the first one it was what that one says. */
function severityAsOf({ timeline, severity }: Incident, atMs: number): Severity {
  const steps = timeline.flatMap(({ at, kind, text }) => {
    const [before, after] = kind === "escalated" ? text.split(" → ").map(severityIn) : [];
    return before === undefined || after === undefined || before === null || after === null
      ? []
      : [{ atMs: Date.parse(at), before, after }];
  });
  const next = steps.find((one) => one.atMs > atMs);
  return next?.before ?? severity;
}

function severityIn(text: string): Severity | null {
  return text === "low" || text === "medium" || text === "high" || text === "critical" ? text : null;
}

function newsTimes({ timeline }: Incident): number[] {
  return timeline.flatMap(({ kind, at }) => (kind === "escalated" || kind === "reopened" ? [Date.parse(at)] : []));
}

function timesWithin(times: readonly number[], { fromMs, toMs }: Window): number[] {
  return [...new Set(times)].filter((atMs) => atMs >= fromMs && atMs < toMs).sort((a, b) => a - b);
}
