// The findings of a run by the step that they are about, and by the field that they cite.
import { severities } from "./read/drift.ts";
import type { EvidenceView, FindingView } from "./read/finding.ts";

export type EvidenceField = EvidenceView["field"];

export interface StepFindings {
  /** About this step, worst first. */
  of: (stepId: string) => readonly FindingView[];
  /** Quotes of this field, by whichever finding; null for the run's own fields. */
  citing: (stepId: string | null, field: EvidenceField) => readonly EvidenceView[];
  signals: ReadonlyMap<string, string>;
}

export function stepFindings(findings: readonly FindingView[], signals: ReadonlyMap<string, string>): StepFindings {
  const worstFirst = findings.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const ofStep = Map.groupBy(worstFirst, ({ stepId }) => stepId);
  const citing = Map.groupBy(
    findings.flatMap(({ evidence }) => evidence),
    ({ stepId, field }) => JSON.stringify([stepId, field]),
  );
  return {
    of: (stepId) => ofStep.get(stepId) ?? [],
    citing: (stepId, field) => citing.get(JSON.stringify([stepId, field])) ?? [],
    signals,
  };
}
