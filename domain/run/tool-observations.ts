// What a run shows of its tools: which were used and in what order, and for each one its errors, latency and arguments.
// Everything is once per run (a run is the unit), and bounded: a hostile trace cannot make thousands of dimensions.
import type { Observation } from "../drift/facts.ts";
import { category } from "./category.ts";
import { canonicalJson } from "./fingerprint.ts";
import { jsonShape } from "./output-shape.ts";
import type { Run, Step } from "./run.ts";

/** Tools of a run that get dimensions of their own; agents rarely have more, and the rest still counts in the mix. */
const mostTools = 24;
/** Names or pairs that one run adds to a mix. */
const mostCategories = 48;
/** Argument keys of a tool that are watched, in order of name, so that the choice does not depend on the call. */
const mostKeys = 12;
/** Values of one argument that one run adds. */
const mostValues = 8;
/** A longer text is content, not one of a few settings, and is not kept at all. */
const longestValue = 200;
/** Calls of a tool that are read in one run; a loop of thousands repeats itself. */
const mostCalls = 200;

/** Observations of tools.*, tool.<tool>.*, latency.tool.<tool>_ms and volume.repeats. */
export function toolObservations(run: Run): Observation[] {
  const calls = run.steps.filter((step) => step.type === "tool");
  const byTool = new Map<string, Step[]>();
  for (const call of calls) {
    const name = toolName(call);
    const known = byTool.get(name);
    if (known === undefined) byTool.set(name, [call]);
    else if (known.length < mostCalls) known.push(call);
  }
  const mix = [...byTool.keys()].sort();
  const observed: Observation[] = [
    { dimension: "tools.mix", kind: "categorical", value: mix.slice(0, mostCategories) },
    { dimension: "tools.order", kind: "categorical", value: bigrams(calls) },
    { dimension: "volume.repeats", kind: "count", value: repeats(calls) },
  ];
  for (const name of mix.slice(0, mostTools)) observed.push(...oneTool(name, byTool.get(name) ?? []));
  return observed;
}

/** The tool's name as it stands in a dimension's name: bounded and printable. */
export function toolName(step: Step): string {
  return category(step.name);
}

function bigrams(calls: readonly Step[]): string[] {
  const pairs = new Set<string>();
  for (let i = 1; i < calls.length && pairs.size < mostCategories; i++) {
    const from = calls[i - 1];
    const to = calls[i];
    if (from !== undefined && to !== undefined) pairs.add(category(`${from.name}>${to.name}`));
  }
  return [...pairs].sort();
}

/** Calls that say again what an earlier call of the run said: same tool, same arguments (retries and loops alike). */
function repeats(calls: readonly Step[]): number {
  const seen = new Set<string>();
  let count = 0;
  for (const call of calls) {
    const said = `${call.name}\n${call.arguments_raw ?? canonicalJson(call.arguments)}`;
    if (seen.has(said)) count++;
    seen.add(said);
  }
  return count;
}

function oneTool(name: string, calls: readonly Step[]): Observation[] {
  const failed = calls.filter(hasFailed);
  const observed: Observation[] = [
    { dimension: `tool.${name}.error_rate`, kind: "proportion", value: failed.length / calls.length, trials: calls.length },
    { dimension: `tool.${name}.error_code`, kind: "categorical", value: distinct(failed.map(errorCode)) },
  ];
  const timed = calls.flatMap((call) => (call.duration_ms === null ? [] : [call.duration_ms]));
  if (timed.length > 0)
    observed.push({ dimension: `latency.tool.${name}_ms`, kind: "duration", value: timed.reduce((a, b) => a + b, 0) / timed.length });
  const shapes = new Set<string>();
  const values = new Map<string, Set<string>>();
  for (const call of calls) {
    shapes.add(argumentsShape(call.arguments));
    if (typeof call.arguments !== "object" || call.arguments === null || Array.isArray(call.arguments)) continue;
    for (const [key, value] of Object.entries(call.arguments)) {
      const setting = settingOf(value);
      if (setting === null) continue;
      const known = values.get(key) ?? new Set<string>();
      if (known.size < mostValues) known.add(setting);
      values.set(key, known);
    }
  }
  observed.push({ dimension: `tool.${name}.args_shape`, kind: "categorical", value: [...shapes].sort().slice(0, mostValues) });
  for (const key of [...values.keys()].sort().slice(0, mostKeys)) {
    observed.push({ dimension: `tool.${name}.arg.${category(key)}`, kind: "categorical", value: [...(values.get(key) ?? [])].sort() });
  }
  return observed;
}

function hasFailed(call: Step): boolean {
  return call.status === "error" || call.soft_error;
}

/** The sender's error type; without one, a status code named in the message; a failed result under an ok record is `soft_error`. */
function errorCode(call: Step): string {
  if (call.error?.type) return category(call.error.type);
  const code = /\b(?:HTTP[ _/-]?)?([45]\d\d)\b/.exec(call.error?.message ?? "")?.[1];
  if (code !== undefined) return `HTTP_${code}`;
  return call.status === "error" ? "error" : "soft_error";
}

/** `{city,limit}` for a record (its keys, not their values), the type's name for anything else. */
function argumentsShape(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return category(jsonShape(value));
  const keys = Object.keys(value).sort();
  return keys.length > 64 ? "{*}" : category(`{${keys.join(",")}}`);
}

/** A setting (a flag, a number, a short text) as a category; null for records and long texts. */
function settingOf(value: unknown): string | null {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? category(String(value)) : null;
  if (typeof value !== "string" || value.length > longestValue || value.includes("\n")) return null;
  return category(value);
}

function distinct(categories: readonly string[]): string[] {
  return [...new Set(categories)].sort().slice(0, mostCategories);
}
