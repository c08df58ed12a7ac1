// From the competition of causes to a verdict: attributed, confounded, unattributed, or not enough data to say. A name is given only
// with the probability the contract asks for, half of the change explained, and no contradiction from runs that should be untouched.
import type { Detection, Onset } from "./detection.ts";
import type { Attribution, AttributionVerdict, Cause } from "./drift.ts";
import { type CohortCause, cohortCause } from "./cohort-cause.ts";
import { type EventCauses, causedFrom, eventCauses, leastConfidence, lesserCause } from "./event-causes.ts";
import { cohortEvidence, firstExposureMs } from "./evidence.ts";
import { resampled } from "./resample.ts";
import { type Competition, type Rival, type Surroundings, compete, indistinguishable } from "./rivals.ts";
import { type MixShift, movedMix } from "./strata.ts";
import { whereSentences } from "./where.ts";

/** Confidence that a name needs; less is enough for a cohort whose mix explains half (api.md). */
const attributedFrom = 0.7;
const cohortFrom = 0.5;
/** A set that cannot be told apart names nobody: it needs to be more likely than not. */
const setFrom = 0.5;
/** Share of the change that a named cause must explain. */
const leastShare = 0.5;
/** Runs after the onset that show the outcome, below which no cause can be told. */
const leastRunsAfter = 10;
/** Causes that are listed. */
const mostCauses = 3;
/** A recorded event's first run is the onset when the estimate is no further off. */
const onsetOfEventMs = 4 * 24 * 3_600_000;

export interface Attributed {
  attribution: Attribution;
  /** Corrected to the named event's first run. */
  onset: Onset;
  /** Ids of the recorded changes that are named: the first cause, or the set that cannot be told apart. Second causes have their own. */
  changeIds: string[];
  competition: Competition;
}

/** Attribution of an incident's drifts taken together. */
export function attribute(detections: readonly Detection[], surroundings: Surroundings): Attributed {
  return judged(compete(detections, detections, surroundings), detections, surroundings);
}

/** Attribution of one drift of an incident whose drifts together were judged as `whole`. */
export function attributeOne(
  detection: Detection,
  incident: readonly Detection[],
  whole: Competition,
  surroundings: Surroundings,
): Attributed {
  return judged(compete([detection], incident, surroundings, whole), [detection], surroundings);
}

function judged(competition: Competition, detections: readonly Detection[], surroundings: Surroundings): Attributed {
  const { outcomes } = competition;
  const shift = competition.shifts.find(({ logEvidence }) => logEvidence > movedMix) ?? null;
  if (outcomes.length === 0)
    return shift === null || !detections.some(({ dimension }) => dimension.startsWith("cohort."))
      ? unexplained(competition, "unattributed")
      : onlyWhoAsks(shift, detections, competition);
  if (runsAfter(competition) < leastRunsAfter) return unexplained(competition, "insufficient_data");
  const draws = resampled(competition.window.runs, competition.onset, `${surroundings.agent}/${detections[0]?.dimension ?? ""}`);
  const cohort = cohortCause(shift, competition, surroundings, draws);
  const set = indistinguishable(competition.rivals);
  const events = eventCauses(set, competition, draws);
  const others = competition.rivals
    .filter((rival) => !set.includes(rival))
    .flatMap((rival) => lesserCause(rival, events.confidence >= attributedFrom ? set[0] : undefined, competition) ?? []);
  const causes = [...events.causes, ...others, ...(cohort === null ? [] : [cohort.cause])];
  const verdict = verdictOf(events, cohort, competition.unknown);
  const ranked = withPlace(rankedCauses(causes, verdict, events.causes, cohort), competition, detections.length);
  const mix = cohort?.split ?? null;
  const named = verdict === "attributed" ? ranked.slice(0, 1) : verdict === "confounded" ? events.causes : [];
  return {
    attribution: {
      verdict,
      causes: ranked,
      mix: mix === null ? null : { total: mix.total, within: mix.within, mix: mix.mix, attribute: mix.attribute },
      certain: verdict === "attributed" && (ranked[0]?.kind === "cohort" ? ranked[0].confidence >= causedFrom : events.isCertain),
    },
    onset: verdict !== "attributed" && verdict !== "confounded" ? competition.onset : onsetOf(ranked, set, competition),
    changeIds: named.flatMap(({ change_id: id }) => id ?? []),
    competition,
  };
}

function verdictOf(events: EventCauses, cohort: CohortCause | null, unknown: number): AttributionVerdict {
  const who = cohort?.cause.confidence ?? 0;
  if (who >= cohortFrom && who > events.confidence && (cohort?.share ?? 0) >= leastShare) return "attributed";
  if (events.confidence < (events.isSet ? setFrom : attributedFrom) || unknown > events.confidence) return "unattributed";
  if ((events.share ?? 0) < leastShare || events.reach === "contradicted") return "unattributed";
  return events.isSet ? "confounded" : "attributed";
}

/** Best first; a set stands together at the top when it is what the verdict names. */
function rankedCauses(causes: readonly Cause[], verdict: AttributionVerdict, set: readonly Cause[], cohort: CohortCause | null): Cause[] {
  const named =
    verdict === "confounded" || (verdict === "attributed" && set[0] !== undefined && set[0].confidence > (cohort?.cause.confidence ?? 0));
  const rest = causes.filter((cause) => !named || !set.includes(cause)).filter(({ confidence }) => confidence >= leastConfidence);
  const sorted = rest.toSorted((a, b) => b.confidence - a.confidence);
  return (named ? [...set, ...sorted] : sorted).slice(0, Math.max(mostCauses, named ? set.length : 0));
}

/** The first cause of a whole incident also says where and how the change entered; single drifts need no such scan. */
function withPlace(ranked: readonly Cause[], competition: Competition, drifts: number): Cause[] {
  const [first, ...rest] = ranked;
  return first === undefined || drifts < 2
    ? [...ranked]
    : [{ ...first, evidence: [...first.evidence, ...whereSentences(competition)] }, ...rest];
}

/** The first run of the named event, when the estimate is near it. */
function onsetOf(ranked: readonly Cause[], set: readonly Rival[], { onset, window }: Competition): Onset {
  const first = set.find(({ candidate }) => candidate.kind === ranked[0]?.kind && candidate.ref === ranked[0]?.ref);
  if (first === undefined) return onset;
  const atMs = firstExposureMs(first.candidate, window);
  return Math.abs(atMs - onset.atMs) > onsetOfEventMs
    ? onset
    : { atMs, fromMs: Math.min(onset.fromMs, atMs), toMs: Math.max(onset.toMs, atMs) };
}

/** Nothing but who asks has moved. */
function onlyWhoAsks(shift: MixShift, detections: readonly Detection[], competition: Competition): Attributed {
  const named = competition.shifts.find((other) => detections.some(({ dimension }) => dimension === `cohort.${other.attribute}`)) ?? shift;
  const cause: Cause = {
    kind: "cohort",
    ref: `${named.attribute}=${named.value}`,
    change_id: null,
    at: new Date(competition.onset.atMs).toISOString(),
    from: null,
    to: named.value,
    share: 1,
    share_low: 1,
    share_high: 1,
    confidence: 1 / (1 + Math.exp(-named.logEvidence)),
    declared: false,
    evidence: cohortEvidence(named, null, null, competition),
  };
  return {
    attribution: { verdict: "attributed", causes: [cause], mix: null, certain: cause.confidence >= causedFrom },
    onset: competition.onset,
    changeIds: [],
    competition,
  };
}

function unexplained(competition: Competition, verdict: "unattributed" | "insufficient_data"): Attributed {
  return { attribution: { verdict, causes: [], mix: null, certain: false }, onset: competition.onset, changeIds: [], competition };
}

function runsAfter({ window, outcomes, onset }: Competition): number {
  const y = outcomes[0]?.y;
  return window.runs.filter((run, i) => run.atMs >= onset.atMs && !Number.isNaN(y?.[i] ?? NaN)).length;
}
