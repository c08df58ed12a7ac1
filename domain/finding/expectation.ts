// A signal that a person defined by a rule: an expression over the run that is true of the runs it means.
import type { Severity } from "../drift/drift.ts";
import type { FindingPolarity } from "./finding.ts";

export interface Expectation {
  /** The signal it belongs to, by the slug that it was given when it was made. */
  signalId: string;
  slug: string;
  name: string;
  /** Of the definition; results of two versions are never mixed. */
  version: number;
  polarity: FindingPolarity;
  severity: Severity;
  /** CEL over `run`, as domain/run/expression.ts takes it. */
  rule: string;
}
