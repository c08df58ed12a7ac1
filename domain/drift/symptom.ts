// A tool that behaves differently is a candidate cause though no definition changed: a new error code, or a latency, error rate or
// argument drift that stays within one tool. Where several tools move alike nothing is localised, and no tool is accused.
import { newCategoryLogBayesFactor } from "../statistics/unseen.ts";
import type { Detection } from "./detection.ts";
import type { RunFacts } from "./facts.ts";

export type SymptomSign = "error_code" | "latency" | "error_rate" | "arguments";

export interface Symptom {
  tool: string;
  sign: SymptomSign;
  /** When it began: the first run with the new code, null where only the drift's own onset tells. */
  atMs: number | null;
  /** The new error code. */
  value: string | null;
  /** A sign that many causes leave: an error rate, arguments, or a latency while the agent itself also acts differently. */
  isMere: boolean;
}

/** Evidence from which an error code is new (statistics.md 1.6), and runs with it from which one run's oddity is excluded. */
const newCodeEvidence = 4;
const leastCodeRuns = 3;
/** Share of all runs (and of runs after its first) that must show a new code, or it explains no drift. */
const leastCodeShare = 0.02;

/** Symptoms among the drifts of a group and the error codes that came up between `fromMs` and `untilMs`. */
export function symptomsOf(detections: readonly Detection[], facts: readonly RunFacts[], fromMs: number, untilMs: number): Symptom[] {
  const drifted: Symptom[] = [];
  for (const { dimension } of detections) {
    const part = toolPart(dimension);
    if (part !== null) drifted.push({ ...part, atMs: null, value: null, isMere: part.sign !== "latency" || actsDifferently(detections) });
  }
  return [...newErrorCodes(facts, fromMs, untilMs), ...localised(drifted)];
}

/** A slow tool delays runs; it does not change what the agent does, says or achieves. */
function actsDifferently(detections: readonly Detection[]): boolean {
  return detections.some(({ dimension }) => /^(volume\.(steps|llm_calls|tool_calls)|tokens\.|tools\.|output\.)/.test(dimension));
}

/** The tool and sign that a dimension's name speaks of; null for a dimension of the whole agent. */
export function toolPart(dimension: string): { tool: string; sign: SymptomSign } | null {
  const latency = /^latency\.tool\.(.+)_ms$/.exec(dimension);
  if (latency?.[1] !== undefined) return { tool: latency[1], sign: "latency" };
  const own = /^tool\.(.+)\.(error_rate|error_code|args_shape)$/.exec(dimension);
  if (own?.[1] !== undefined) return { tool: own[1], sign: own[2] === "args_shape" ? "arguments" : "error_rate" };
  const argument = /^tool\.(.+?)\.arg\./.exec(dimension);
  return argument?.[1] === undefined ? null : { tool: argument[1], sign: "arguments" };
}

/** Signs that only one tool shows. */
function localised(symptoms: readonly Symptom[]): Symptom[] {
  const kept = new Map<string, Symptom>();
  for (const symptom of symptoms) {
    const tools = new Set(symptoms.filter((other) => other.sign === symptom.sign).map((other) => other.tool));
    if (tools.size === 1) kept.set(`${symptom.sign}\n${symptom.tool}`, symptom);
  }
  return [...kept.values()];
}

interface Seen {
  firstMs: number;
  runs: number;
  callersBefore: number;
}

/** Error codes of a tool that appear inside the interval and go on appearing. `facts` sorted by time. */
function newErrorCodes(facts: readonly RunFacts[], fromMs: number, untilMs: number): Symptom[] {
  const callers = new Map<string, number>();
  const codes = new Map<string, Map<string, Seen>>();
  for (const run of facts) {
    if (run.atMs > untilMs) break;
    for (const { dimension, value } of run.observations) {
      if (!dimension.endsWith(".error_code") || !Array.isArray(value)) continue;
      const before = callers.get(dimension) ?? 0;
      callers.set(dimension, before + 1);
      const known = codes.get(dimension) ?? new Map<string, Seen>();
      codes.set(dimension, known);
      for (const code of value) {
        const seen = known.get(code);
        if (seen === undefined) known.set(code, { firstMs: run.atMs, runs: 1, callersBefore: before });
        else seen.runs++;
      }
    }
  }
  const symptoms: Symptom[] = [];
  for (const [dimension, known] of codes) {
    const tool = toolPart(dimension)?.tool;
    for (const [code, seen] of known) {
      const since = (callers.get(dimension) ?? 0) - seen.callersBefore;
      if (tool === undefined || seen.firstMs < fromMs || seen.runs < leastCodeRuns || seen.runs < leastCodeShare * since) continue;
      if (newCategoryLogBayesFactor(seen.runs, since, seen.callersBefore) < newCodeEvidence) continue;
      symptoms.push({ tool, sign: "error_code", atMs: seen.firstMs, value: code, isMere: false });
    }
  }
  return symptoms;
}
