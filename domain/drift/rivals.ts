// The competition of causes for one change: recorded changes, a tool's own symptom, a shift of who asks, and the unknown. Every rival
// is weighed on the same outcomes and strata; what comes out is a probability each. No verdict is spoken here.
import { logSumExp } from "../statistics/log-sum-exp.ts";
import { type Candidate, recordedCandidates, symptomCandidates, unknownTimePenalty } from "./candidates.ts";
import { areConfounded } from "./confounded.ts";
import type { Detection, Onset } from "./detection.ts";
import type { Change } from "./drift.ts";
import type { RunFacts } from "./facts.ts";
import { isReversed } from "./reversal.ts";
import { type MixShift, type Strata, mixShifts, movedMix, strataBy, strataOf } from "./strata.ts";
import { symptomsOf } from "./symptom.ts";
import type { VersionHistory } from "./version-history.ts";
import { paramsSlot } from "./version-part.ts";
import { jointEvidence, stepEvidence } from "./weigh.ts";
import { type Outcome, type Window, outcomeOf, windowOf } from "./window.ts";

const hourMs = 3_600_000;
/** Prior: events, who asks, the unknown (statistics.md 3.3). */
const eventsPrior = 0.6;
const mixPrior = 0.2;
const unknownPrior = 0.2;
/** Weight of the changes that leave no record: without it the only edit of a fortnight would start with odds of 3 to 1 against the unknown. */
const unrecordedWeight = 2;
/** Prior weight of a cohort shift among events, and of one beyond doubt. */
const shiftWeight = 3;
const certainShiftWeight = 9;
const certainShift = 10;
/** Moved cells that are weighed together. */
const mostOutcomes = 4;
const reversalBonus = Math.log(20);
/** A drift may still contradict its incident: what the whole found all but impossible keeps odds of 1 to 50. */
const leastRuling = 0.02;
/** How far from the alarms' own estimates the joint onset may lie. */
const onsetSlackMs = 24 * hourMs;
/** An unknown cause may have acted this long before or after the onset's credible set. */
const unknownSlackMs = 48 * hourMs;
/** A new error code may begin this long before the estimated onset: rare at first, it is noticed late. */
const codeLeadMs = 48 * hourMs;
/** A changed tool may take this long to show its first symptom, and its marker may be set this long after it. */
const sameToolMs = 3 * 24 * hourMs;
const lateMarkerMs = 6 * hourMs;
/** Share of the first's probability below which a rival of the same runs is no member of its set, only an unlikely way to say the same. */
const leastOfSet = 0.03;
/** A symptom yields to a recorded change that explains the runs nearly as well (difference of log evidence). */
const yieldMargin = 2;

/** What analysis knows of the agent as a whole. */
export interface Surroundings {
  agent: string;
  /** Sorted by time. */
  facts: readonly RunFacts[];
  changes: readonly Change[];
  history: VersionHistory;
  untilMs: number;
  /** Baselines started anew here: nothing earlier is compared. */
  notBeforeMs: number;
}

export interface Rival {
  candidate: Candidate;
  logEvidence: number;
  posterior: number;
}

export interface Competition {
  window: Window;
  /** Joint estimate over the outcomes. */
  onset: Onset;
  outcomes: Outcome[];
  /** The most telling cells, those of who asks included: all that moved, for the onset. */
  moved: Outcome[];
  strata: Strata;
  shifts: MixShift[];
  /** Most probable first; symptoms that yielded to a recorded change are left out. */
  rivals: Rival[];
  /** Probability that another mix of who asks explains it. */
  mix: number;
  unknown: number;
}

/**
 * Compares all rivals for `detections`; `context` are the drifts of the same incident, whose symptoms count as well. `whole` is what the
 * incident's drifts said together: for one of them alone it is the prior, since one cause moved them all.
 */
export function compete(
  detections: readonly Detection[],
  context: readonly Detection[],
  surroundings: Surroundings,
  whole: Competition | null = null,
): Competition {
  const first = bestOnset(detections);
  const window = windowOf(surroundings.facts, first, detections, surroundings.untilMs, surroundings.notBeforeMs);
  const cells = chosenCells(detections, false);
  const outcomes = cells.map(({ dimension, cell }) => outcomeOf(window, dimension, cell, first));
  const moved = chosenCells(detections, true).map(({ dimension, cell }) => outcomeOf(window, dimension, cell, first));
  const onset = jointOnset(window, moved, detections, first);
  const shifts = mixShifts(window, onset.atMs);
  const strata = strataOf(window, shifts, outcomes[0], onset.atMs);
  const candidates = [
    ...recordedCandidates(surroundings.changes, window, onset, surroundings.history).map((candidate) =>
      withReversal(candidate, detections, surroundings),
    ),
    ...symptomCandidates(symptomsOf(context, surroundings.facts, onset.fromMs - codeLeadMs, window.untilMs), window, onset.atMs),
  ];
  const scored = candidates.map((candidate) => ({
    candidate,
    logEvidence: jointEvidence(outcomes, candidate.exposed, strata),
    posterior: 0,
  }));
  const parts = withoutLabels(scored);
  const contenders =
    whole === null ? withoutYielding(parts) : parts.filter(({ candidate }) => candidate.symptom === null || ruling(whole, candidate) > 0);
  return {
    window,
    onset,
    outcomes,
    moved,
    strata,
    shifts,
    ...posteriors(contenders, shifts, unknownEvidence(window, outcomes, strata, onset), whole),
  };
}

/** The most telling cell of each drift, the most telling drifts first. Who asks has an onset but is no outcome: the agent cannot cause it. */
function chosenCells(detections: readonly Detection[], withCohorts: boolean) {
  return detections
    .filter(({ dimension }) => withCohorts || !dimension.startsWith("cohort."))
    .flatMap(({ dimension, cells }) => cells.map((cell, rank) => ({ dimension, cell, rank })))
    .sort((a, b) => a.rank - b.rank || b.cell.logEvidence - a.cell.logEvidence)
    .slice(0, mostOutcomes);
}

/** A rollback that brought behaviour back adds odds of 20 to 1 (statistics.md 3.4). */
function withReversal(candidate: Candidate, detections: readonly Detection[], { facts, history }: Surroundings): Candidate {
  const wasReversed = isReversed(candidate, detections, facts, history);
  return wasReversed ? { ...candidate, wasReversed, penalty: candidate.penalty - reversalBonus } : candidate;
}

/**
 * A step at an unknown time: the mean over all hours of the window, of which only those near the onset can be this change. A step
 * elsewhere is another change, or noise.
 */
function unknownEvidence(window: Window, outcomes: readonly Outcome[], strata: Strata, onset: Onset): number {
  if (outcomes.length === 0) return 0;
  const steps = stepEvidence(window, outcomes, strata);
  const near = steps.filter(({ atMs }) => atMs >= onset.fromMs - unknownSlackMs && atMs <= onset.toMs + unknownSlackMs);
  return logSumExp(near.map((step) => step.logEvidence)) - Math.log(Math.max(1, steps.length));
}

/** The onset of the drift with the strongest evidence. */
function bestOnset(detections: readonly Detection[]): Onset {
  const strength = ({ cells }: Detection): number => cells[0]?.logEvidence ?? -Infinity;
  const best = detections.toSorted((a, b) => strength(b) - strength(a))[0];
  if (best === undefined) throw new RangeError("a competition needs at least one drift");
  return best.onset;
}

/** The hour at which a step explains the outcomes best, near the drifts' own estimates; with one drift its own estimate stands. */
function jointOnset(window: Window, outcomes: readonly Outcome[], detections: readonly Detection[], first: Onset): Onset {
  if (detections.length < 2 || outcomes.length === 0) return first;
  const fromMs = Math.min(...detections.map((d) => d.onset.fromMs)) - onsetSlackMs;
  const toMs = Math.max(...detections.map((d) => d.onset.toMs)) + onsetSlackMs;
  const steps = stepEvidence(window, outcomes, strataBy(window, [])).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  if (steps.length === 0) return first;
  const total = logSumExp(steps.map((step) => step.logEvidence));
  const likely = steps.map(({ atMs, logEvidence }) => ({ atMs, p: Math.exp(logEvidence - total) })).sort((a, b) => b.p - a.p);
  const set: number[] = [];
  for (let held = 0, i = 0; held < 0.9 && i < likely.length; i++) {
    const step = likely[i];
    if (step === undefined) break;
    held += step.p;
    set.push(step.atMs);
  }
  return { atMs: likely[0]?.atMs ?? first.atMs, fromMs: Math.min(...set), toMs: Math.max(...set) + hourMs };
}

/**
 * Symptoms give way to the recorded change that they are the symptom of; of several signs of one tool the strongest stays. A change of
 * the same tool takes over what its symptom shows: the definition moved, and this is how it fails.
 */
function withoutYielding(scored: readonly Rival[]): Rival[] {
  const recorded = scored.filter(({ candidate }) => candidate.change !== null);
  const kept = new Map<string, Rival>();
  const strengthened = new Map<Rival, number>();
  for (const symptom of scored.filter(({ candidate }) => candidate.symptom !== null)) {
    const own = recorded.find((event) => isSameTool(event, symptom));
    if (own !== undefined)
      strengthened.set(own, Math.max(strengthened.get(own) ?? own.logEvidence, symptom.logEvidence - symptom.candidate.penalty));
    // A time read off the same data is fitted to it; before a recorded time is called worse, it pays for that.
    const fair = symptom.logEvidence - (symptom.candidate.symptom?.atMs === null ? unknownTimePenalty : 0);
    const yields = recorded.some(
      (event) =>
        event.logEvidence >= fair - yieldMargin &&
        areConfounded(event.candidate.exposed, event.logEvidence, symptom.candidate.exposed, fair),
    );
    const known = kept.get(symptom.candidate.ref);
    if (own === undefined && !yields && (known === undefined || weight(symptom) > weight(known))) kept.set(symptom.candidate.ref, symptom);
  }
  return [...recorded.map((event) => ({ ...event, logEvidence: strengthened.get(event) ?? event.logEvidence })), ...kept.values()];
}

/** A tool's own change shortly before (or, where it was declared late, just after) its symptom began. */
function isSameTool({ candidate: event }: Rival, { candidate: symptom }: Rival): boolean {
  return (
    event.kind === "tool" &&
    event.ref === symptom.ref &&
    symptom.atMs - event.atMs <= sameToolMs &&
    event.atMs - symptom.atMs <= lateMarkerMs
  );
}

function weight({ candidate, logEvidence }: Rival): number {
  return Math.log(candidate.weight) + logEvidence - candidate.penalty;
}

/** Probability that the whole incident gave this candidate; 0 where it was no rival there. */
function ruling(whole: Competition, candidate: Candidate): number {
  return whole.rivals.find((rival) => rival.candidate.kind === candidate.kind && rival.candidate.ref === candidate.ref)?.posterior ?? 0;
}

function posteriors(rivals: readonly Rival[], shifts: readonly MixShift[], unknownEvidence: number, whole: Competition | null) {
  const shifted = shifts.filter((shift) => shift.logEvidence > movedMix);
  const shiftShare = shifted.reduce(
    (most, shift) => Math.max(most, shift.logEvidence > certainShift ? certainShiftWeight : shiftWeight),
    0,
  );
  const total = rivals.reduce((sum, { candidate }) => sum + candidate.weight, 0) + shiftShare;
  const told = (probability: number): number => (whole === null ? 0 : Math.log(Math.max(leastRuling, probability)));
  const logs = rivals.map(
    (rival) =>
      Math.log(eventsPrior / (total + unrecordedWeight)) + weight(rival) + (whole === null ? 0 : told(ruling(whole, rival.candidate))),
  );
  const mixLog = Math.log(mixPrior + (total > 0 ? (eventsPrior * shiftShare) / total : 0)) + told(whole?.mix ?? 0);
  // A tool that misbehaves by itself is not "unknown": the symptom is what a hidden cause would look like.
  const isLocalised = rivals.some(({ candidate }) => candidate.symptom !== null);
  const unknownLog = isLocalised ? -Infinity : Math.log(unknownPrior) + unknownEvidence + told(whole?.unknown ?? 0);
  const all = logSumExp([...logs, mixLog, unknownLog]);
  const ranked = rivals.map((rival, i) => ({ ...rival, posterior: Math.exp((logs[i] ?? -Infinity) - all) }));
  return { rivals: ranked.sort((a, b) => b.posterior - a.posterior), mix: Math.exp(mixLog - all), unknown: Math.exp(unknownLog - all) };
}

/**
 * The most probable set of rivals that no data can tell apart, its members by their own probability: one rival, or several that reached the
 * same runs and were about as likely before.
 */
export function indistinguishable(rivals: readonly Rival[]): Rival[] {
  const sets = rivals.map((first) => [
    first,
    ...rivals.filter((other) => other !== first && isOneWith(first, other) && isAsLikely(first, other)),
  ]);
  const sum = (set: readonly Rival[]): number => set.reduce((total, { posterior }) => total + posterior, 0);
  const best = sets.reduce<Rival[]>((most, set) => (sum(set) > sum(most) ? set : most), []);
  return best.toSorted((a, b) => b.posterior - a.posterior);
}

/**
 * Log evidence that a rival moved the outcomes besides the first: the same comparison within runs that the first reached and within
 * those that it did not.
 */
export function evidenceBeside(first: Rival, other: Rival, { outcomes, strata }: Competition): number {
  const of = Int32Array.from(strata.of);
  for (let i = 0; i < of.length; i++) of[i] = 2 * (of[i] ?? 0) + (first.candidate.exposed[i] ?? 0);
  return jointEvidence(outcomes, other.candidate.exposed, { ...strata, of, count: 2 * strata.count }) - other.candidate.penalty;
}

/** Neither is so unlikely beside the other that it says the same in an unlikely way. */
function isAsLikely(a: Rival, b: Rival): boolean {
  return Math.min(a.posterior, b.posterior) >= leastOfSet * Math.max(a.posterior, b.posterior);
}

function isOneWith(a: Rival, b: Rival): boolean {
  return areConfounded(a.candidate.exposed, a.logEvidence, b.candidate.exposed, b.logEvidence);
}

/** The agent's version is the label of a release, not one of the things it changed: with those at hand it is no rival. */
function withoutLabels(scored: readonly Rival[]): Rival[] {
  const isLabel = ({ candidate }: Rival): boolean =>
    candidate.kind === "environment" && candidate.ref !== paramsSlot && candidate.change?.declared === false;
  return scored.filter(
    (rival) => !isLabel(rival) || !scored.some((other) => other.candidate.change !== null && !isLabel(other) && isOneWith(rival, other)),
  );
}
