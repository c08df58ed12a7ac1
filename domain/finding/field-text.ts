// The text that evidence refers to, and citations of it: a quote is always a substring of a field, character for character, so that a
// reader can be shown the place. A field without text cannot be cited.
import type { Failure, Run, Step } from "../run/run.ts";
import type { Evidence, EvidenceField } from "./finding.ts";

/** UTF-16 units of a quote: enough to recognise the place; the whole text stands in the run. */
export const quoteChars = 300;

/**
 * The text of a field: strings as they stand, failures as "type: message", scores as lines "name: value", other values as JSON.
 * @param stepId null for the run itself; then `name` is the agent
 * @returns null where the field is empty, does not exist there, or nests too deep to be written
 */
export function fieldText(run: Run, stepId: string | null, field: EvidenceField): string | null {
  if (stepId === null) return runText(run, field);
  const step = stepOf(run, stepId);
  return step === null ? null : stepText(step, field);
}

/** Cites `start`–`end` of a field, cut to `maxChars` and never inside a character; null where there is no such text. */
export function cite(
  run: Run,
  stepId: string | null,
  field: EvidenceField,
  start = 0,
  end = Number.POSITIVE_INFINITY,
  maxChars = quoteChars,
): Evidence | null {
  const text = fieldText(run, stepId, field);
  return text === null ? null : citeText(text, stepId, field, start, Math.min(end, start + maxChars));
}

/**
 * Cites the first place where `wanted` stands in the field, as it is or as JSON writes it; the field's beginning where it stands nowhere.
 * A `wanted` longer than `maxChars` is cited from its beginning.
 */
export function citeMatch(run: Run, stepId: string | null, field: EvidenceField, wanted: string, maxChars = quoteChars): Evidence | null {
  const text = fieldText(run, stepId, field);
  if (text === null) return null;
  const written = JSON.stringify(wanted).slice(1, -1);
  for (const form of new Set([wanted, written, JSON.stringify(written).slice(1, -1)])) {
    const at = form === "" ? -1 : text.indexOf(form);
    if (at >= 0) return citeText(text, stepId, field, at, at + Math.min(form.length, maxChars));
  }
  return citeText(text, stepId, field, 0, maxChars);
}

/** The first `maxChars` of `text`, never cut inside a character. */
export const opening = (text: string, maxChars: number): string => text.slice(0, boundary(text, maxChars));

/** "type: message", or the part that there is; null for neither. */
export function failureText(failure: Failure | null): string | null {
  if (failure === null) return null;
  const parts = [failure.type, failure.message].filter((part) => part !== null && part !== "");
  return parts.length === 0 ? null : parts.join(": ");
}

function citeText(text: string, stepId: string | null, field: EvidenceField, start: number, end: number): Evidence | null {
  const from = boundary(text, start);
  const to = boundary(text, end);
  return to <= from ? null : { step_id: stepId, field, quote: text.slice(from, to), start: from, end: to };
}

/** The nearest place at or before `at` that is not between the halves of a surrogate pair. */
function boundary(text: string, at: number): number {
  const place = Math.max(0, Math.min(at, text.length));
  const isInside = place > 0 && place < text.length && /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(place - 1, place + 1));
  return isInside ? place - 1 : place;
}

function runText(run: Run, field: EvidenceField): string | null {
  switch (field) {
    case "error":
      return failureText(run.error);
    case "input":
      return textOf(run.input);
    case "output":
      return textOf(run.output);
    case "name":
      return textOf(run.agent);
    case "status":
      return run.status;
    case "score":
      return textOf(run.scores.map(({ name, value }) => `${name}: ${String(value)}`).join("\n"));
    case "arguments":
    case "result":
      return null;
  }
}

function stepText(step: Step, field: EvidenceField): string | null {
  switch (field) {
    case "error":
      return failureText(step.error);
    case "arguments":
      return textOf(step.arguments_raw ?? step.arguments);
    case "result":
      return textOf(step.result);
    case "input":
      return textOf(step.input);
    case "output":
      return textOf(step.output);
    case "name":
      return textOf(step.name);
    case "status":
      return step.status;
    case "score":
      return null;
  }
}

function textOf(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : value;
  if (value === null || value === undefined) return null;
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null; // nesting that the writer cannot survive
  }
}

/** A run is never changed once it is finished, and every citation asks for a step by its id. */
const indexes = new WeakMap<Run, ReadonlyMap<string, Step>>();

function stepOf(run: Run, stepId: string): Step | null {
  const known = indexes.get(run) ?? new Map(run.steps.toReversed().map((step) => [step.id, step]));
  indexes.set(run, known);
  return known.get(stepId) ?? null;
}
