// How well changes are explained on spliced streams, counted exactly as the acceptance script counts them, but offline: cause kind,
// reference, confounded sets, incidents per change, false alarms, and the rule "blame the nearest change" beside them.
import type { Analysis } from "../../domain/drift/analysis.ts";
import { analyse } from "../../domain/drift/analyse.ts";
import { noFeedback } from "../../domain/drift/analysis.ts";
import { inferChanges } from "../../domain/drift/infer-changes.ts";
import { versionHistory } from "../../domain/drift/version-history.ts";
import { foldGroups } from "../../domain/incident/fan-in.ts";
import type { Attribution } from "../../domain/drift/drift.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import type { Named } from "./reliability.ts";
import type { Stream } from "./streams.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const budgetDays = 30;

/** Answers are null where the stream does not ask the question. */
export interface ExplainedStream {
  name: string;
  detected: boolean | null;
  incidentsNear: number;
  falseAlarms: number;
  drifts: number;
  onsetErrorHours: number | null;
  attribution: Attribution | null;
  kindRight: boolean | null;
  refRight: boolean | null;
  confoundedRight: boolean | null;
  nearestRight: boolean | null;
  /** Causes that incidents were attributed to, right or not; those of a false alarm are wrong. */
  named: Named[];
  agentWeeks: number;
  durationMs: number;
  analysis: Analysis;
  incidents: Incident[];
}

/** Analyses one stream up to its newest run and holds the result against the truth. */
export function explainStream(stream: Stream): ExplainedStream {
  const started = performance.now();
  const analysis = analyse({
    agent: stream.truth.agent,
    facts: stream.facts,
    declared: stream.declared,
    untilMs: stream.lastMs,
    closeAll: true,
    settings: { falseAlarmBudgetDays: budgetDays },
    feedback: noFeedback,
  });
  const { incidents } = foldGroups([], {
    agent: stream.truth.agent,
    groups: analysis.groups,
    drifts: analysis.drifts,
    nowMs: stream.lastMs,
  });
  const durationMs = performance.now() - started;
  const { truth, onsetMs } = stream;
  const near = (x: { onset_at: string }): boolean =>
    onsetMs !== null && Date.parse(x.onset_at) >= onsetMs - dayMs && Date.parse(x.onset_at) <= onsetMs + 3 * dayMs;
  const told = truth.kind === "instrumentation" && !incidents.some(near) ? analysis.drifts : incidents;
  const hits = (truth.kind === "silence" ? analysis.drifts.filter(({ dimension }) => dimension === "volume.runs") : told).filter(near);
  const sizeOf = (x: Incident | Analysis["drifts"][number]): number => ("drifts" in x ? x.drifts.length : 0);
  const best = told.filter(near).sort((a, b) => sizeOf(b) - sizeOf(a))[0];
  const attribution = best?.attribution ?? null;
  const first = attribution?.causes[0] ?? null;
  const wantsCause = truth.verdict === "attributed";
  return {
    name: stream.name,
    detected: onsetMs === null ? null : hits.length > 0,
    incidentsNear: incidents.filter(near).length,
    falseAlarms: incidents.filter((x) => !near(x) && Date.parse(x.onset_at) < stream.lastMs - 6 * hourMs).length,
    drifts: analysis.drifts.length,
    onsetErrorHours:
      onsetMs === null || hits.length === 0 ? null : Math.min(...hits.map((x) => Math.abs(Date.parse(x.onset_at) - onsetMs))) / hourMs,
    attribution,
    kindRight: wantsCause ? first?.kind === truth.kind && attribution?.verdict === "attributed" : null,
    refRight:
      wantsCause && truth.ref !== null
        ? first?.kind === truth.kind && [first.ref, first.to].some((v) => String(v ?? "").includes(String(truth.ref)))
        : null,
    confoundedRight: truth.verdict === "confounded" ? attribution?.verdict === "confounded" : null,
    named: incidents.flatMap((incident) => namedBy(incident, near(incident), truth)),
    nearestRight: wantsCause ? nearestKind(stream) === truth.kind : null,
    agentWeeks: (stream.lastMs - stream.firstMs) / (7 * dayMs),
    durationMs,
    analysis,
    incidents,
  };
}

/** Nothing where the stream does not say what the cause is. */
function namedBy({ attribution: { verdict, causes } }: Incident, isNear: boolean, truth: Stream["truth"]): Named[] {
  const [first] = causes;
  if (verdict !== "attributed" || first === undefined || (isNear && truth.verdict !== "attributed")) return [];
  const { ref } = truth;
  const isRef = ref === null || [first.ref, first.to].some((value) => String(value ?? "").includes(ref));
  return [{ confidence: first.confidence, right: isNear && first.kind === truth.kind && isRef }];
}

/** What correlating alerts with a change log would blame. */
function nearestKind(stream: Stream): string | null {
  const { onsetMs } = stream;
  if (onsetMs === null) return null;
  const seen = inferChanges(stream.truth.agent, stream.facts, versionHistory(stream.facts)).filter(({ kind }) => kind !== "cohort");
  const events = [...stream.declared, ...seen].map(({ kind, at }) => ({ kind, apart: Math.abs(Date.parse(at) - onsetMs) }));
  return events.filter(({ apart }) => apart < 3 * dayMs).sort((a, b) => a.apart - b.apart)[0]?.kind ?? null;
}

/** Right answers among those that were asked. */
export function shareOf(
  rows: readonly ExplainedStream[],
  answer: (row: ExplainedStream) => boolean | null,
): { right: number; asked: number } {
  const asked = rows.map(answer).filter((value) => value !== null);
  return { right: asked.filter(Boolean).length, asked: asked.length };
}
