// Events as causes for the record: the set that won, each with its share, interval and evidence, and rivals that lost or come second.
import { candidateWords, eventEvidence, firstExposureMs } from "./evidence.ts";
import type { Cause } from "./drift.ts";
import { type Explained, explainedBy } from "./explained.ts";
import { type Reach, overlapOf, toolReach } from "./reach.ts";
import type { Draw } from "./resample.ts";
import { type Competition, type Rival, evidenceBeside } from "./rivals.ts";
import { numberWords } from "./words.ts";

/** Confidence of "caused by"; below it, or for a cut-over that nothing else supports, the cause is worded "likely". */
export const causedFrom = 0.95;
/** Confidence below which a rival is not worth a line. */
export const leastConfidence = 0.05;
/** A side-by-side comparison as clear as this supports a cause. */
const clearZ = 2;
/** Log evidence beside the first cause from which a rival is a second one (statistics.md 3.3), its prior odds, and a cap that keeps e^x finite. */
const secondCause = 3;
const secondPrior = 0.1;
const mostLogOdds = 50;

export interface EventCauses {
  causes: Cause[];
  /** Of the set together. */
  confidence: number;
  isSet: boolean;
  share: number | null;
  reach: Reach;
  isCertain: boolean;
}

export function eventCauses(set: readonly Rival[], competition: Competition, draws: readonly Draw[]): EventCauses {
  const [first] = set;
  const primary = competition.outcomes[0];
  if (first === undefined || primary === undefined)
    return { causes: [], confidence: 0, isSet: false, share: null, reach: "not_testable", isCertain: false };
  const confidence = set.reduce((sum, rival) => sum + rival.posterior, 0);
  const explained = explainedBy(first.candidate.exposed, competition.window, primary, competition.strata, competition.onset.atMs, draws);
  const reach = toolReach(first.candidate, competition.window, primary, competition.strata);
  const overlap = overlapOf(first.candidate, competition.window, primary, competition.strata);
  const supported =
    reach === "shown" ||
    (overlap !== null && Math.abs(overlap.z) >= clearZ) ||
    first.candidate.symptom?.sign === "error_code" ||
    first.candidate.wasReversed;
  const isSet = new Set(set.map(({ candidate }) => `${candidate.kind}\n${candidate.ref}`)).size > 1;
  const causes = set.map((rival) => eventCause(rival, competition, explained, reach, isSet ? rival.posterior : confidence, set));
  return { causes, confidence, isSet, share: explained?.share ?? null, reach, isCertain: confidence >= causedFrom && supported };
}

function eventCause(
  rival: Rival,
  competition: Competition,
  explained: Explained | null,
  reach: Reach,
  confidence: number,
  set: readonly Rival[],
): Cause {
  const { candidate, logEvidence } = rival;
  const evidence = eventEvidence(candidate, competition, explained, reach, logEvidence);
  const together = set.filter((other) => other !== rival).map((other) => candidateWords(other.candidate));
  if (together.length > 0) evidence.unshift(`Came together with ${together.join(", ")}; the runs cannot tell them apart.`);
  return {
    kind: candidate.kind,
    ref: candidate.ref,
    change_id: candidate.change?.id ?? null,
    at: candidate.change?.at ?? new Date(firstExposureMs(candidate, competition.window)).toISOString(),
    from: candidate.change?.from ?? null,
    to: candidate.change?.to ?? candidate.symptom?.value ?? null,
    share: explained?.share ?? null,
    share_low: explained?.low ?? null,
    share_high: explained?.high ?? null,
    confidence,
    declared: candidate.change?.declared ?? false,
    evidence,
  };
}

/** A rival that lost: listed with what speaks for it, or as a second cause when it explains what the first leaves over. */
export function lesserCause(rival: Rival, first: Rival | undefined, competition: Competition): Cause | null {
  const beside = first === undefined ? -Infinity : evidenceBeside(first, rival, competition);
  const isSecond = beside > secondCause && rival.candidate.symptom === null;
  if (!isSecond && rival.posterior < leastConfidence) return null;
  const odds = secondPrior * Math.exp(Math.min(beside, mostLogOdds));
  const cause = eventCause(rival, competition, null, "not_testable", isSecond ? odds / (1 + odds) : rival.posterior, [rival]);
  return isSecond
    ? {
        ...cause,
        evidence: [
          `It explains more than ${candidateWords(first?.candidate ?? rival.candidate)} alone (log evidence ${numberWords(beside)}): a second cause.`,
          ...cause.evidence,
        ],
      }
    : cause;
}
