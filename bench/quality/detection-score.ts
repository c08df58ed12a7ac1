// What detection made of one stream with a known change, scored as the acceptance script scores a running Bento: a hit is a group of
// drifts with an onset from a day before to three days after the true one, everything else before the end of the stream is a false alarm.
import { detect } from "../../domain/drift/detect.ts";
import type { Detection } from "../../domain/drift/detection.ts";
import { noFeedback } from "../../domain/drift/analysis.ts";
import { groupsByOnset } from "../../domain/drift/group-detections.ts";
import type { Stream } from "./streams.ts";

const hourMs = 3_600_000;
const earlyMs = 24 * hourMs;
const lateMs = 72 * hourMs;
/** The end of a stream is no silence. */
const endMs = 6 * hourMs;

export interface DetectionScore {
  name: string;
  kind: string;
  /** null where nothing changed. */
  detected: boolean | null;
  onsetErrorH: number | null;
  delayH: number | null;
  /** The truth lies in the 90 % set of the nearest drift. */
  covered: boolean | null;
  falseAlarms: string[];
  near: string[];
  weeks: number;
  ms: number;
}

export function scoreDetection(stream: Stream): DetectionScore {
  const began = performance.now();
  const { detections } = detect(stream.facts, {
    agent: stream.truth.agent,
    untilMs: stream.lastMs,
    closeAll: true,
    falseAlarmBudgetDays: 30,
    feedback: noFeedback,
  });
  const ms = performance.now() - began;
  const groups = groupsByOnset(detections).map((members) => members.flatMap((i) => detections[i] ?? []));
  const onsetMs = stream.onsetMs;
  const near = (atMs: number): boolean => onsetMs !== null && atMs >= onsetMs - earlyMs && atMs <= onsetMs + lateMs;
  const told = stream.kind === "silence" ? detections.filter((d) => d.dimension === "volume.runs").map((d) => [d]) : groups;
  const hits = told.filter((group) => near(onsetOfGroup(group)));
  const error = (group: readonly Detection[]): number => Math.abs(onsetOfGroup(group) - (onsetMs ?? 0)) / hourMs;
  const best = hits.toSorted((a, b) => error(a) - error(b))[0];
  const delays = detections.filter((d) => near(d.onset.atMs)).map((d) => (d.detectedAtMs - (onsetMs ?? 0)) / hourMs);
  const onset = best === undefined ? undefined : clearest(best).onset;
  return {
    name: stream.name,
    kind: stream.kind,
    detected: onsetMs === null ? null : hits.length > 0,
    onsetErrorH: best === undefined ? null : error(best),
    delayH: delays.length === 0 ? null : Math.min(...delays),
    covered: onset === undefined || onsetMs === null ? null : onset.fromMs <= onsetMs + hourMs && onset.toMs >= onsetMs - hourMs,
    falseAlarms: groups.filter((group) => !near(onsetOfGroup(group)) && onsetOfGroup(group) < stream.lastMs - endMs).map(words),
    near: hits.map(words),
    weeks: (stream.lastMs - stream.firstMs) / (168 * hourMs),
    ms,
  };
}

/** The onset of the drift that was seen first stands for its group. */
function onsetOfGroup(group: readonly Detection[]): number {
  return group.toSorted((a, b) => a.detectedAtMs - b.detectedAtMs)[0]?.onset.atMs ?? Number.NaN;
}

function clearest(group: readonly Detection[]): Detection {
  const [first, ...rest] = group;
  if (first === undefined) throw new Error("a group has members");
  return rest.reduce((best, d) => ((d.cells[0]?.logEvidence ?? 0) > (best.cells[0]?.logEvidence ?? 0) ? d : best), first);
}

function words(group: readonly Detection[]): string {
  const at = (ms: number): string => new Date(ms).toISOString().slice(5, 16);
  return group
    .map((d) => `${d.dimension}/${d.lane} ${d.direction} ${d.cells[0]?.cell ?? ""} on ${at(d.onset.atMs)} seen ${at(d.detectedAtMs)}`)
    .join("; ");
}
