// The rivals for one change of behaviour: recorded changes close enough in time, tools with a symptom of their own, and shifts of who
// asks. Each comes with its prior weight and the runs it reached; the data decide among them elsewhere.
import type { Change, ChangeKind } from "./drift.ts";
import type { Onset } from "./detection.ts";
import { type ChangeExposure, exposureTo } from "./exposure.ts";
import type { Symptom } from "./symptom.ts";
import type { VersionHistory } from "./version-history.ts";
import type { Exposed } from "./weigh.ts";
import type { Window } from "./window.ts";

const hourMs = 3_600_000;
/** A ramp is seen late: its first run may lie this long before the estimated onset. */
const longestRampMs = 7 * 24 * hourMs;
/** An estimate may also be early by some runs; the evidence, not the clock, refuses what came later. */
const latestMs = 24 * hourMs;
/** A step this long before the credible set is still within it, for all we know (statistics.md 3.1). */
const stepLeadMs = 6 * hourMs;
/** A change is a ramp if a tenth of the last day's runs before the onset had not got it yet. */
const rampLookMs = 24 * hourMs;
const stillRamping = 0.1;
/** One nat for each half day, up to odds of 400 to 1: an onset's set is sometimes wrong, but not often by days. */
const penaltyMs = 12 * hourMs;
const mostPenalty = 6;
/** Prior weights among events by kind (statistics.md 3.3); instrumentation is as common as a tool change. */
const kindWeight: Record<ChangeKind, number> = { model: 3, prompt: 3, tool: 2, artifact: 2, instrumentation: 2, cohort: 1, environment: 1 };
/** A mere error-rate or argument drift is a weak sign, and pays for not knowing its time (statistics.md 3.1). */
const weakSignWeight = 0.5;
export const unknownTimePenalty = Math.log(10);

/** A rival that reached some runs and not others. */
export interface Candidate {
  kind: ChangeKind;
  ref: string;
  atMs: number;
  /** The record, null for a symptom. */
  change: Change | null;
  symptom: Symptom | null;
  exposed: Exposed;
  toldBy: ChangeExposure["by"];
  weight: number;
  /** Subtracted from the log evidence. */
  penalty: number;
  /** It was taken back when behaviour came back. */
  wasReversed: boolean;
}

/** Recorded changes that may have caused something with this onset and reached some, but not all, runs of the window. */
export function recordedCandidates(changes: readonly Change[], window: Window, onset: Onset, history: VersionHistory): Candidate[] {
  const candidates: Candidate[] = [];
  for (const change of changes) {
    const atMs = Date.parse(change.at);
    if (change.kind === "cohort" || atMs < onset.fromMs - longestRampMs || atMs > onset.toMs + latestMs) continue;
    const { exposed, by } = exposureTo(change, window, history);
    if (!separates(exposed)) continue;
    const penalty = earlyPenalty(atMs, exposed, window, onset);
    candidates.push({
      kind: change.kind,
      ref: change.ref,
      atMs,
      change,
      symptom: null,
      exposed,
      toldBy: by,
      weight: kindWeight[change.kind],
      penalty,
      wasReversed: false,
    });
  }
  return candidates;
}

/** What was fully live well before the onset would have shown then: its fit to the later change is chance, the more so the longer. */
function earlyPenalty(atMs: number, exposed: Exposed, window: Window, onset: Onset): number {
  const earlyMs = onset.fromMs - stepLeadMs - atMs;
  if (earlyMs <= 0) return 0;
  let n = 0;
  let unexposed = 0;
  for (const [i, run] of window.runs.entries()) {
    if (run.atMs < onset.fromMs - rampLookMs || run.atMs >= onset.fromMs) continue;
    n++;
    unexposed += exposed[i] === 0 ? 1 : 0;
  }
  return unexposed > stillRamping * n ? 0 : Math.min(mostPenalty, earlyMs / penaltyMs);
}

/** Symptoms as candidates; those of unknown time begin at the estimated onset. */
export function symptomCandidates(symptoms: readonly Symptom[], window: Window, onsetMs: number): Candidate[] {
  const candidates: Candidate[] = [];
  for (const symptom of symptoms) {
    const isWeak = symptom.isMere;
    const atMs = symptom.atMs ?? onsetMs;
    const exposed = Uint8Array.from(window.runs, (run) =>
      run.atMs >= atMs && (run.toolsUsed.includes(symptom.tool) || Object.hasOwn(run.versions.tools, symptom.tool)) ? 1 : 0,
    );
    if (!separates(exposed)) continue;
    candidates.push({
      kind: "tool",
      ref: symptom.tool,
      atMs,
      change: null,
      symptom,
      exposed,
      toldBy: "time",
      weight: isWeak ? weakSignWeight : kindWeight.tool,
      penalty: isWeak ? unknownTimePenalty : 0,
      wasReversed: false,
    });
  }
  return candidates;
}

function separates(exposed: Exposed): boolean {
  return exposed.includes(1) && exposed.includes(0);
}
