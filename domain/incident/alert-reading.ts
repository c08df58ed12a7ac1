// What a rule sees at one moment: for each thing that it watches, whether its condition holds. Readings are made from incidents, from
// closed buckets and from the time of the newest run; missing data is a reading of its own, never a "no".
import type { Attribution, ChangeKind, Drift, Severity } from "../drift/drift.ts";
import type { SeriesBucket } from "../drift/series.ts";
import { dimensionWords, numberWords, oneLine, timeWords, unitOf } from "../drift/words.ts";
import {
  type DriftCondition,
  type IncidentCondition,
  matchesDimension,
  type NoDataCondition,
  type ThresholdCondition,
} from "./alert-rule.ts";
import type { Incident } from "./incident.ts";
import { isWorse, worst } from "./severity.ts";

/** `almost`: the newest bucket is beyond, but not enough of them in a row. */
export type Holds = "yes" | "almost" | "no" | "no_data";

export interface Reading {
  /** What it is about: id of an incident or drift, name of a dimension, empty for the agent itself. */
  subject: string;
  holds: Holds;
  /** Event time of what was read. */
  atMs: number;
  severity: Severity | null;
  /** Somebody looks after it, or it is over: no reminders. */
  isQuiet: boolean;
  /** One line. */
  title: string;
  dimension: string | null;
  value: number | null;
  incidentId: string | null;
  driftId: string | null;
}

/** Wall time of the last news about an incident or drift: first known, then each time it became worse or came back. */
export type NewsOf = (id: string) => number;

/** One for each incident that is not out of the lists; `sinceMs`: what was known before is not news. */
export function incidentReadings(
  { min_severity, dimensions, cause_kinds }: IncidentCondition,
  incidents: readonly Incident[],
  newsOf: NewsOf,
  sinceMs: number,
): Reading[] {
  return incidents.map((incident): Reading => {
    const matches =
      isLive(incident) &&
      newsOf(incident.id) >= sinceMs &&
      !isWorse(min_severity, incident.severity) &&
      (dimensions === null || incident.drifts.some(({ dimension }) => matchesDimension(dimensions, dimension))) &&
      hasCause(incident.attribution, cause_kinds);
    return {
      subject: incident.id,
      holds: matches ? "yes" : "no",
      atMs: Date.parse(incident.opened_at),
      severity: incident.severity,
      isQuiet: incident.status === "acknowledged" || incident.status === "mitigated" || incident.recovered_at !== null,
      title: incident.title,
      dimension: incident.drifts[0]?.dimension ?? null,
      value: null,
      incidentId: incident.id,
      driftId: null,
    };
  });
}

/** One for each drift of the incidents that are in the lists. */
export function driftReadings(condition: DriftCondition, incidents: readonly Incident[], newsOf: NewsOf, sinceMs: number): Reading[] {
  return incidents.flatMap((incident) =>
    incident.drifts.map((drift): Reading => {
      const holds = isLive(incident) && isDriftOf(condition, drift) && newsOf(drift.id) >= sinceMs;
      return {
        subject: drift.id,
        holds: holds ? "yes" : "no",
        atMs: Date.parse(drift.detected_at),
        severity: drift.severity,
        isQuiet: incident.status === "acknowledged" || incident.status === "mitigated",
        title: driftTitle(drift),
        dimension: drift.dimension,
        value: drift.current.value,
        incidentId: incident.id,
        driftId: drift.id,
      };
    }),
  );
}

/** From the closed buckets of one dimension, oldest first; only the last of them count. `closedMs`: buckets that end later are still open. */
export function thresholdReading(
  { above, below, bucket, buckets: wanted, min_runs }: ThresholdCondition,
  dimension: string,
  series: readonly SeriesBucket[],
  closedMs: number,
): Reading {
  const closed = series.filter(({ at }) => Date.parse(at) + bucketMs[bucket] <= closedMs);
  const newest = closed.at(-1);
  const isKnown = (one: SeriesBucket): boolean => one.value !== null && (dimension === volume || one.n >= min_runs);
  const isBeyond = ({ value }: SeriesBucket): boolean =>
    value !== null && ((above !== null && value > above) || (below !== null && value < below));
  const tail = closed.slice(-wanted);
  const holds = (): Holds => {
    if (newest === undefined || !isKnown(newest)) return "no_data";
    if (!isBeyond(newest)) return "no";
    return tail.length === wanted && tail.every((one) => isKnown(one) && isBeyond(one)) ? "yes" : "almost";
  };
  const value = newest?.value ?? null;
  const bound = value !== null && above !== null && value > above ? `above ${numberWords(above)}` : `below ${numberWords(below ?? 0)}`;
  const name = dimensionWords(dimension);
  return {
    subject: dimension,
    holds: holds(),
    atMs: newest === undefined ? closedMs : Date.parse(newest.at) + bucketMs[bucket],
    severity: null,
    isQuiet: false,
    title:
      newest === undefined || value === null || !isBeyond(newest)
        ? `${name} has too few runs to be judged`
        : `${name} is ${numberWords(value)}${unitOf(dimension)}, ${bound}, in the ${bucket} from ${timeWords(Date.parse(newest.at))} UTC`,
    dimension,
    value,
    incidentId: null,
    driftId: null,
  };
}

/**
 * Of the agent as a whole. Silence is counted from its newest run; a rule that was made during the silence gives it the whole time
 * again. @param isNamed a rule on all agents watches only those that sent something since it was made
 */
export function silenceReading(
  { after_ms }: NoDataCondition,
  agent: string,
  newestRunMs: number,
  sinceMs: number,
  nowMs: number,
  isNamed: boolean,
): Reading {
  const fromMs = Math.max(newestRunMs, sinceMs);
  const isWatched = isNamed || newestRunMs >= sinceMs;
  return {
    subject: "",
    holds: isWatched && nowMs >= fromMs + after_ms ? "yes" : "no",
    atMs: fromMs + after_ms,
    severity: null,
    isQuiet: false,
    title: `${oneLine(agent, 40)} has sent no run since ${timeWords(newestRunMs)} UTC`,
    dimension: volume,
    value: null,
    incidentId: null,
    driftId: null,
  };
}

export const bucketMs = { hour: 3_600_000, day: 86_400_000 } as const;
/** Its buckets are counts: none is a value, not a gap. */
const volume = "volume.runs";

function isLive({ status, merged_into: into, withdrawn_at: withdrawn, attribution }: Incident): boolean {
  return status !== "resolved" && into === null && withdrawn === null && !isInstrumentation(attribution);
}

function isDriftOf({ min_severity, dimensions, directions, kinds, cause_kinds }: DriftCondition, drift: Drift): boolean {
  return (
    drift.status === "open" &&
    !isInstrumentation(drift.attribution) &&
    !isWorse(min_severity, drift.severity) &&
    matchesDimension(dimensions, drift.dimension) &&
    (directions === null || directions.includes(drift.direction)) &&
    (kinds === null || kinds.includes(drift.kind)) &&
    hasCause(drift.attribution, cause_kinds)
  );
}

/** Only a named cause counts: the best guess of an unattributed drift is none. */
function hasCause({ verdict, causes }: Attribution, kinds: readonly ChangeKind[] | null): boolean {
  if (kinds === null) return true;
  const named = verdict === "attributed" ? causes.slice(0, 1) : verdict === "confounded" ? causes : [];
  return named.some(({ kind }) => kinds.includes(kind));
}

/** What a new SDK explains wakes nobody. */
function isInstrumentation({ verdict, causes }: Attribution): boolean {
  return verdict === "attributed" && causes[0]?.kind === "instrumentation";
}

function driftTitle({ dimension, kind, direction, baseline, current }: Drift): string {
  const name = dimensionWords(dimension);
  if (kind === "categorical" || baseline.value === null || current.value === null) return `${name} changed`;
  const verb = direction === "up" ? "rose" : direction === "down" ? "fell" : "moved";
  return `${name} ${verb} from ${numberWords(baseline.value)} to ${numberWords(current.value)}${unitOf(dimension)}`;
}

/** The worse of two severities, where either may be unknown. */
export function worseOf(a: Severity | null, b: Severity | null): Severity | null {
  return a === null ? b : b === null ? a : worst([a, b]);
}
