// The comparison behind a claim, in plain words and numbers: what was compared, how many runs on each side, and what speaks for or
// against. A reader should be able to check every sentence against the runs.
import type { Candidate } from "./candidates.ts";
import type { Explained } from "./explained.ts";
import type { MixSplit, Share } from "./mix-shift.ts";
import { meanOf, type Overlap, type Reach, overlapOf } from "./reach.ts";
import type { Competition } from "./rivals.ts";
import type { MixShift } from "./strata.ts";
import { dimensionWords, numberWords, oneLine, timeWords } from "./words.ts";
import type { Outcome, Window } from "./window.ts";

/** Name of a candidate within a sentence. */
export function candidateWords({ kind, ref, symptom }: Candidate): string {
  const name = oneLine(ref, 40);
  if (symptom?.sign === "error_code") return `tool ${name} failing with ${oneLine(symptom.value ?? "", 40)}`;
  if (symptom !== null) return `tool ${name}`;
  return `${kind} ${name}`;
}

/** Sentences for an event: exposed against unexposed, side by side if possible, timing, reach. */
export function eventEvidence(
  candidate: Candidate,
  competition: Competition,
  explained: Explained | null,
  reach: Reach,
  logEvidence: number,
): string[] {
  const sentences: string[] = [];
  const primary = headline(competition);
  const shown = competition.outcomes.filter((outcome) => outcome !== primary);
  for (const outcome of [primary, ...shown].slice(0, 2)) if (outcome !== undefined) sentences.push(comparison(candidate, outcome));
  if (primary !== undefined) {
    const overlap = overlapOf(candidate, competition.window, primary, competition.strata);
    if (overlap !== null) sentences.push(sideBySide(overlap, primary));
  }
  sentences.push(timing(candidate, competition));
  if (candidate.symptom?.sign === "error_code")
    sentences.push(
      `${oneLine(candidate.symptom.value ?? "", 40)} was never seen from ${oneLine(candidate.ref, 40)} before ${timeWords(candidate.atMs)}.`,
    );
  if (candidate.wasReversed) sentences.push("It was taken back, and behaviour came back with it.");
  if (reach === "shown") sentences.push(`Runs that did not use ${oneLine(candidate.ref, 40)} stayed as they were.`);
  if (reach === "contradicted")
    sentences.push(`Runs that did not use ${oneLine(candidate.ref, 40)} changed as well, which speaks against it.`);
  if (explained?.share != null)
    sentences.push(`It explains ${percent(explained.share)} of the change${interval(explained.low, explained.high)}.`);
  sentences.push(`Log evidence ${numberWords(logEvidence)} against "no effect"${strataWords(competition)}.`);
  return sentences;
}

/** Sentences for a shift of who asks. */
export function cohortEvidence(shift: MixShift | null, split: MixSplit | null, share: Share | null, competition: Competition): string[] {
  const sentences: string[] = [];
  if (shift !== null) {
    sentences.push(
      `Runs with ${oneLine(shift.attribute, 40)}=${oneLine(shift.value, 40)} went from ${percent(shift.shareBefore)} to ${percent(shift.shareAfter)} of traffic (log evidence ${numberWords(shift.logEvidence)}).`,
    );
  }
  const primary = headline(competition);
  if (split !== null && primary !== undefined) {
    sentences.push(
      `Of the change of ${numberWords(split.total)} in ${what(primary)}, ${numberWords(split.mix)} is another mix of ${oneLine(split.attribute, 40)} and ${numberWords(split.within)} is change within the groups.`,
    );
    if (share !== null) sentences.push(`Who asks explains ${percent(share.share)} of all that moved${interval(share.low, share.high)}.`);
  } else if (primary === undefined) sentences.push("Nothing that the agent does has moved.");
  return sentences;
}

/** The outcome people ask for first: of the run itself if one moved, else the most telling. */
export function headline({ outcomes }: Competition): Outcome | undefined {
  return outcomes.find(({ dimension }) => dimension === "outcome.success" || dimension === "outcome.error") ?? outcomes[0];
}

function comparison(candidate: Candidate, outcome: Outcome): string {
  const side = [0, 1].map((value) => meanOf(outcome, candidate, value));
  const [without, having] = side;
  return `${capital(what(outcome))}: ${rate(having)} with ${candidateWords(candidate)}, ${rate(without)} without.`;
}

function sideBySide({ exposed, unexposed, rateExposed, rateUnexposed, z }: Overlap, outcome: Outcome): string {
  return `While both were live, ${what(outcome)} was ${numberWords(rateExposed)} with it (${exposed} runs) and ${numberWords(rateUnexposed)} without (${unexposed} runs), z ${numberWords(z)}.`;
}

function timing(candidate: Candidate, { onset, window }: Competition): string {
  const first = firstExposureMs(candidate, window);
  return `First seen ${timeWords(first)}; the change began between ${timeWords(onset.fromMs)} and ${timeWords(onset.toMs)}.`;
}

/** Time of the first run that the candidate reached. */
export function firstExposureMs(candidate: Candidate, window: Window): number {
  return window.runs[candidate.exposed.indexOf(1)]?.atMs ?? candidate.atMs;
}

/** The outcome in words: a proportion by its name, one band or category of others as the share of runs in it. */
export function what({ dimension, cell }: Outcome): string {
  const words = dimensionWords(dimension);
  if (cell === "yes") return words;
  if (cell === "new") return `share of runs with never seen ${words}`;
  const band = bandWords(cell);
  return band === null ? `share of runs with ${words} "${oneLine(cell, 40)}"` : `share of runs with ${words} ${band}`;
}

/** `12..40` as `of 12 to 40`, `<=5` as `up to 5`; null for a category. */
function bandWords(cell: string): string | null {
  const number = (text: string | undefined): string => numberWords(Math.abs(Number(text)) < 1e-9 ? 0 : Number(text));
  const between = /^(-?[\d.e+-]+)\.\.(-?[\d.e+-]+)$/.exec(cell);
  if (between !== null)
    return number(between[1]) === number(between[2]) ? `of ${number(between[1])}` : `of ${number(between[1])} to ${number(between[2])}`;
  const edge = /^(<=|>)(-?[\d.e+-]+)$/.exec(cell);
  return edge === null ? null : `${edge[1] === ">" ? "above" : "up to"} ${number(edge[2])}`;
}

function rate(side: { n: number; mean: number } | undefined): string {
  return side === undefined || side.n === 0 ? "unknown (no runs)" : `${numberWords(side.mean)} in ${side.n} runs`;
}

function strataWords({ strata }: Competition): string {
  return strata.attributes.length === 0
    ? ""
    : `, compared within equal ${strata.attributes.map((name) => oneLine(name, 40)).join(" and ")}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function interval(low: number | null, high: number | null): string {
  // An interval that rounds to one number (resampling at a bound) says nothing.
  return low === null || high === null || percent(low) === percent(high) ? "" : ` (95 % interval ${percent(low)} to ${percent(high)})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
