// The finding that a failed tool call makes, whichever way it said that it failed.
import type { Run } from "../run/run.ts";
import type { Detector } from "./detector.ts";
import type { Placed } from "./failed-calls.ts";
import { cite, citeMatch } from "./field-text.ts";
import type { Detected, EvidenceField } from "./finding.ts";
import { inSentence, newFinding } from "./new-finding.ts";
import { shortName } from "./where.ts";

export interface FailedBy {
  detector: Detector;
  /** Where the failure is told. */
  field: EvidenceField;
  /** The error in its own words, null where it has none. */
  text: string | null;
}

/** One finding, or none where nothing can be cited. */
export function failedCallFinding(run: Run, { step, index, recovered }: Placed, { detector, field, text }: FailedBy): Detected[] {
  const name = shortName(step.name);
  return newFinding(run, detector, {
    step,
    index,
    what: text === null ? `${name} failed without saying why` : `${name} failed: ${inSentence(text)}`,
    why: recovered ? `${name} answered well later in the run.` : `${name} did not answer well again before the run ended.`,
    expected: `${name} answers without an error.`,
    recovered,
    evidence: [text === null ? cite(run, step.id, field) : citeMatch(run, step.id, field, text)],
    subject: step.name,
    text,
  });
}
