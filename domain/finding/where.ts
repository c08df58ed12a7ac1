// Where in a run something happened and under which config and cohort, in words that hold no text of the trace.
import { cohortOf } from "../run/dimensions.ts";
import type { Run, Step } from "../run/run.ts";

/** "tool lookup_order, step 3 of 7"; null for the run as a whole. `index` counts from 0. */
export function whereOf(run: Run, step: Step | null, index = step === null ? -1 : run.steps.indexOf(step)): string | null {
  if (step === null) return null;
  const kind = step.type === "other" ? "step" : step.type === "llm" ? "model call" : step.type;
  const name = step.name === "" ? kind : `${kind} ${shortName(step.name)}`;
  return index < 0 ? name : `${name}, step ${index + 1} of ${run.steps.length}`;
}

/** A name as it stands in a sentence: one line, at most 80 characters. */
export function shortName(name: string): string {
  const line = name.replace(/\s+/g, " ").trim();
  return line.length <= 80 ? line : `${line.slice(0, 79).replace(/\p{Cs}$/u, "")}…`;
}

/** Model, prompt, version and cohort: what a breakdown of findings is made by. */
export function contextOf(run: Run): Record<string, string> {
  const { model, prompt } = run.config;
  const version = prompt?.version ?? prompt?.hash ?? null;
  const promptName = prompt === null ? null : version === null ? prompt.name : prompt.name === null ? version : `${prompt.name}@${version}`;
  const named = { model, prompt: promptName, agent_version: run.agent_version };
  const known = Object.entries(named).flatMap(([name, value]) => (value === null ? [] : [[name, shortName(value)]]));
  return { ...cohortOf(run), ...Object.fromEntries(known) };
}
