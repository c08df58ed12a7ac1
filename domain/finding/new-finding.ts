// Puts together what every finding of a detector has in common: versions, place, context, severity, and texts cut to length. Without
// anything to cite there is no finding.
import type { Severity } from "../drift/drift.ts";
import type { Run, Step } from "../run/run.ts";
import type { Detector } from "./detector.ts";
import { opening } from "./field-text.ts";
import type { Detected, Evidence, FindingPolarity } from "./finding.ts";
import { severityOf } from "./outcome.ts";
import { contextOf, whereOf } from "./where.ts";

/** UTF-16 units of an error that make its class: a message, not its stack. */
const classTextChars = 2_000;
/** UTF-16 units of an error that are told in a sentence. */
const sentenceChars = 200;

export interface Said {
  /** The responsible step; null for the run as a whole. */
  step: Step | null;
  /** Its position in the run, where the caller knows it. */
  index?: number;
  what: string;
  why: string | null;
  expected: string | null;
  recovered: boolean;
  evidence: readonly (Evidence | null)[];
  subject: string | null;
  text: string | null;
  /** Default: failure. */
  polarity?: FindingPolarity;
  /** Default: by what became of the run. */
  severity?: Severity;
}

/** The finding as a list of one; empty where nothing can be cited. */
export function newFinding(run: Run, { name, version }: Pick<Detector, "name" | "version">, said: Said): Detected[] {
  const evidence = said.evidence.filter((cited) => cited !== null);
  if (evidence.length === 0) return [];
  return [
    {
      detector: name,
      detector_version: version,
      polarity: said.polarity ?? "failure",
      severity: said.severity ?? severityOf(run, said.recovered),
      step_id: said.step?.id ?? null,
      what: said.what,
      why: said.why,
      where: whereOf(run, said.step, said.index),
      context: contextOf(run),
      expected: said.expected,
      recovered: said.recovered,
      evidence,
      about: { subject: said.subject, text: said.text === null ? null : opening(said.text, classTextChars) },
    },
  ];
}

/** The beginning of `text` on one line. */
export function inSentence(text: string): string {
  const line = opening(text, 4 * sentenceChars)
    .replace(/\s+/g, " ")
    .trim();
  return line.length <= sentenceChars ? line : `${opening(line, sentenceChars - 1)}…`;
}
