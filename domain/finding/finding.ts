// One structured label on one run, in the public contract's words: what failed or went well, at which step, against what expectation,
// citing its evidence. A detector that cannot cite says nothing.
import type { Severity } from "../drift/drift.ts";

export type FindingPolarity = "failure" | "win";
export type FindingSource = "rule" | "model" | "human";

/** Fields of a run or step whose text can be cited; `field-text.ts` says what that text is. */
export type EvidenceField = "error" | "arguments" | "result" | "input" | "output" | "name" | "status" | "score";

export interface Evidence {
  /** null: a field of the run itself. */
  step_id: string | null;
  field: EvidenceField;
  /** The cited text, character for character as it stands in the field from `start` to `end` (UTF-16 units). */
  quote: string;
  start: number;
  end: number;
}

/** What a detector says of a run. Ids and classes are given to it afterwards, by what it is about. */
export interface Detected {
  /** `tool_error`, `loop`, …; failures of tools begin with `tool_error` or `tool_soft_error`. */
  detector: string;
  /** Raised when the definition changes: findings of two versions are never mixed. */
  detector_version: string;
  polarity: FindingPolarity;
  severity: Severity;
  /** The responsible step; null where it is the run as a whole. */
  step_id: string | null;
  what: string;
  why: string | null;
  /** In words: "tool lookup_order, step 3 of 7". */
  where: string | null;
  /** Names of the config and cohort that the run ran under, and what else tells apart; no trace text. */
  context: Record<string, string>;
  /** What should have been instead. */
  expected: string | null;
  /** The run got over it: a finding, and no failure of the run. */
  recovered: boolean;
  evidence: Evidence[];
  about: FindingSubject;
}

/** What puts two findings into one class: the same detector on the same subject, and texts that differ only in what varies. */
export interface FindingSubject {
  /** What it happened to: the tool's or step's name; null for the run. */
  subject: string | null;
  /** The error or reason whose template makes the class; null where detector and subject say it all. */
  text: string | null;
}

/** A finding as it is kept. */
export interface Finding extends Omit<Detected, "about"> {
  id: string;
  run_id: string;
  source: FindingSource;
}
