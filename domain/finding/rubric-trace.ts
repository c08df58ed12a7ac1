// A run as text for Claude: one frame, the run's fields, its steps with their ids. What belongs to the frame is told from what the
// trace says by escaping, so no text of a trace can close it. It never grows beyond a budget: fields are cut in the middle and steps
// left out, in a stated way and marked.
import type { Run, Step } from "../run/run.ts";
import { fieldText } from "./field-text.ts";
import type { EvidenceField } from "./finding.ts";

/** Characters of the whole frame: about 30,000 tokens. */
export const traceBudget = 100_000;

/** How much is shown, most first: characters of a field, and steps. The first that fits the budget is taken; the last always fits. */
const cuts: readonly { field: number; steps: number }[] = [
  { field: 6_000, steps: 120 },
  { field: 3_000, steps: 120 },
  { field: 1_500, steps: 80 },
  { field: 600, steps: 80 },
  { field: 200, steps: 60 },
  { field: 60, steps: 40 },
  { field: 20, steps: 20 },
];
/** What an llm step was sent repeats most of what came before it: less of it is shown. */
const inputShare = 0.25;
/** Of a cut field, the begin; the rest is its end. */
const headShare = 0.6;
/** Of the steps that are shown, those from the begin and from the end; between them the ones that failed come first. */
const edgeShare = 0.3;
const longestName = 120;

const runFields: readonly EvidenceField[] = ["input", "output", "error", "score"];
const stepFields: readonly EvidenceField[] = ["input", "arguments", "result", "output", "error"];

/** The run inside `<trace>…</trace>`, of at most `traceBudget` characters. */
export function framedRun(run: Run): string {
  let text = "";
  for (const cut of cuts) {
    text = framed(run, cut);
    if (text.length <= traceBudget) break;
  }
  return text;
}

/** Text that cannot open or close an element. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The value of an attribute, with its quotes: one line. */
export function quotedAttribute(value: string): string {
  return `"${escapeText(value.replace(/\s+/g, " ")).replaceAll('"', "&quot;")}"`;
}

/** What Claude may have copied in its escaped form, as it was. */
export function unescapeText(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}

/** The name by which a step is spoken of: its own id, or its number where the id could be taken for something else. */
export function stepName(step: Step, index: number): string {
  return /^[\w.:/+=-]{1,80}$/.test(step.id) ? step.id : `#${index + 1}`;
}

function framed(run: Run, cut: { field: number; steps: number }): string {
  const about = attributes({
    agent: run.agent,
    version: run.agent_version,
    status: run.status,
    model: run.config.model,
    duration_ms: run.duration_ms === null ? null : String(run.duration_ms),
    steps: String(run.steps.length),
  });
  const fields = runFields.map((field) => element(field, fieldText(run, null, field), cut.field * 2));
  const lines = [`<trace>`, `<run${about}>`, ...fields, ...stepLines(run, cut), "</run>", "</trace>"];
  return lines.filter((line) => line !== "").join("\n");
}

function stepLines(run: Run, cut: { field: number; steps: number }): string[] {
  const shown = shownSteps(run.steps, cut.steps);
  const lines: string[] = [];
  let next = 0;
  for (const index of shown) {
    const step = run.steps[index];
    if (step === undefined) continue;
    if (index > next) lines.push(leftOut(next, index));
    lines.push(stepText(run, step, index, cut.field));
    next = index + 1;
  }
  if (next < run.steps.length) lines.push(leftOut(next, run.steps.length));
  return lines;
}

const leftOut = (from: number, to: number): string => `<left_out steps="${from + 1} to ${to}"/>`;

/** Places of the steps that are shown, in order: both ends, then the ones that failed, then from the begin on. */
function shownSteps(steps: readonly Step[], most: number): number[] {
  if (steps.length <= most) return steps.map((_, index) => index);
  const edge = Math.floor(most * edgeShare);
  const all = steps.map((_, index) => index);
  const failed = all.filter((index) => steps[index]?.status === "error" || steps[index]?.soft_error === true);
  const wanted = new Set<number>();
  for (const index of [...all.slice(0, edge), ...all.slice(-edge), ...failed, ...all]) if (wanted.size < most) wanted.add(index);
  return [...wanted].toSorted((a, b) => a - b);
}

function stepText(run: Run, step: Step, index: number, longest: number): string {
  const about = attributes({
    n: String(index + 1),
    id: stepName(step, index),
    type: step.type,
    name: step.name,
    model: step.model,
    status: step.status,
    within: parentName(run, step),
  });
  const fields = stepFields
    .map((field) => element(field, fieldText(run, step.id, field), field === "input" ? longest * inputShare : longest))
    .filter((line) => line !== "");
  return [`<step${about}>`, ...fields, "</step>"].join("\n");
}

function parentName(run: Run, { parent_id: parentId }: Step): string | null {
  const index = parentId === null ? -1 : run.steps.findIndex(({ id }) => id === parentId);
  const parent = run.steps[index];
  return parent === undefined ? null : stepName(parent, index);
}

function attributes(given: Record<string, string | null>): string {
  return Object.entries(given)
    .flatMap(([name, value]) => (value === null ? [] : [` ${name}=${quotedAttribute(cutMiddle(value, longestName))}`]))
    .join("");
}

function element(name: string, text: string | null, longest: number): string {
  return text === null || text === "" ? "" : `<${name}>${escapeText(cutMiddle(text, longest))}</${name}>`;
}

/** Begin and end of a text that is too long, with what is missing told between them. Half a character is never left over. */
export function cutMiddle(text: string, longest: number): string {
  const most = Math.max(8, Math.floor(longest));
  if (text.length <= most) return text.toWellFormed();
  const head = Math.ceil(most * headShare);
  const tail = most - head;
  const missing = text.length - most;
  return `${text.slice(0, head)} [… ${missing} characters left out …] ${text.slice(text.length - tail)}`.toWellFormed();
}
