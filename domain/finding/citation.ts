// Holds what Claude says of a run against the run itself. A quote must stand in the field of the step that it names, whatever became of
// its white space; what cannot be found is dropped and counted. What is left is a finding like any detector's, in Claude's words.
import type { Run } from "../run/run.ts";
import { cite, fieldText } from "./field-text.ts";
import type { Detected, Evidence, EvidenceField } from "./finding.ts";
import { evidenceFields, type Criterion } from "./rubric.ts";
import type { Answer, ClaimedCitation, ClaimedFinding } from "./rubric-answer.ts";
import { stepName, unescapeText } from "./rubric-trace.ts";
import { contextOf, whereOf } from "./where.ts";

export const claudeDetector = "claude";
export const criterionDetector = (slug: string): string => `signal.${slug}`;

export interface Verified {
  detected: Detected[];
  /** Findings that cite nothing that stands in the run, or name a step that it does not have. */
  uncited: number;
  /** Criteria that were asked and have no answer that can be used. */
  unanswered: number;
}

/** Quotes that are shorter say nothing, unless they are all there is. */
const shortestQuote = 3;

/** @param criteria those that were asked @param epoch of the rubric */
export function verify(run: Run, answer: Answer & { kind: "read" }, criteria: readonly Criterion[], epoch: string): Verified {
  const found = answer.findings.map((claim) => findingOf(run, claim, epoch));
  const answers = criteria.map((criterion) => {
    const claim = answer.criteria.find((given) => given.criterion === criterion.slug);
    if (claim === undefined) return null;
    if (!claim.holds) return "not so";
    const evidence = evidenceOf(run, claim.citations);
    return evidence.length === 0 ? null : criterionFinding(run, criterion, claim.why, evidence, epoch);
  });
  return {
    detected: [...found, ...answers].filter((one) => one !== null && one !== "not so"),
    uncited: found.filter((one) => one === null).length,
    unanswered: answers.filter((one) => one === null).length,
  };
}

function findingOf(run: Run, claim: ClaimedFinding, epoch: string): Detected | null {
  const evidence = evidenceOf(run, claim.citations);
  const index = claim.step_id === null ? -1 : stepIndex(run, claim.step_id);
  const step = run.steps[index] ?? null;
  if (evidence.length === 0 || (claim.step_id !== null && step === null)) return null;
  return {
    detector: claudeDetector,
    detector_version: epoch,
    polarity: claim.polarity,
    severity: claim.severity,
    step_id: step?.id ?? null,
    what: claim.what,
    why: claim.why,
    where: whereOf(run, step, index),
    context: contextOf(run),
    expected: claim.expected,
    recovered: claim.polarity === "failure" && claim.recovered,
    evidence,
    about: { subject: step?.name ?? null, text: claim.kind },
  };
}

function criterionFinding(run: Run, criterion: Criterion, why: string | null, evidence: Evidence[], epoch: string): Detected {
  const stepId = evidence[0]?.step_id ?? null;
  const index = run.steps.findIndex(({ id }) => id === stepId);
  return {
    detector: criterionDetector(criterion.slug),
    detector_version: String(criterion.version),
    polarity: criterion.polarity,
    severity: criterion.severity,
    step_id: stepId,
    what: criterion.name,
    why,
    where: whereOf(run, run.steps[index] ?? null, index),
    // Two readings of one definition are told apart by who read it.
    context: { ...contextOf(run), rubric: epoch },
    expected: null,
    recovered: false,
    evidence,
    about: { subject: null, text: null },
  };
}

/** The citations that hold, each place once. */
function evidenceOf(run: Run, citations: readonly ClaimedCitation[]): Evidence[] {
  const places = new Map<string, Evidence>();
  for (const claim of citations) {
    const evidence = placeOf(run, claim);
    if (evidence !== null) places.set(JSON.stringify([evidence.step_id, evidence.field, evidence.start, evidence.end]), evidence);
  }
  return [...places.values()];
}

/** Where the quote stands: in the field it names, else in another of the same step. */
export function placeOf(run: Run, { step_id: named, field, quote }: ClaimedCitation): Evidence | null {
  const index = named === null ? -1 : stepIndex(run, named);
  const step = run.steps[index] ?? null;
  if (named !== null && step === null) return null;
  const fields: EvidenceField[] = [field, ...evidenceFields.filter((other) => other !== field)];
  for (const at of fields) {
    const text = fieldText(run, step?.id ?? null, at);
    const range = text === null ? null : rangeOf(text, quote);
    if (range !== null) return cite(run, step?.id ?? null, at, range.start, range.end);
  }
  return null;
}

/** By the name that the rubric gave it, or by its id. */
function stepIndex(run: Run, named: string): number {
  const byName = run.steps.findIndex((step, index) => stepName(step, index) === named);
  return byName >= 0 ? byName : run.steps.findIndex(({ id }) => id === named);
}

/**
 * UTF-16 units from and to, of the first place where `quote` stands in `text`: as it is, as it was escaped for Claude, or as JSON writes
 * it; each first exactly, then with any white space for white space.
 */
export function rangeOf(text: string, quote: string): { start: number; end: number } | null {
  const plain = quote.trim();
  if (plain.length < shortestQuote && plain !== text.trim()) return null;
  if (plain === "") return null;
  const forms = new Set([plain, unescapeText(plain), JSON.stringify(plain).slice(1, -1)]);
  for (const form of forms) {
    const start = text.indexOf(form);
    if (start >= 0) return { start, end: start + form.length };
  }
  for (const form of forms) {
    const found = spaced(form).exec(text);
    if (found !== null) return { start: found.index, end: found.index + found[0].length };
  }
  return null;
}

/** The words of the quote with any white space between them. Words are literal, so nothing is tried twice. */
function spaced(quote: string): RegExp {
  const words = quote.split(/\s+/).filter((word) => word !== "");
  return new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("\\s+"));
}
