// Tools that answer from the record: a call of a replayed run gets what the recorded run got, each record once, and a call that was not
// recorded gets nothing. No tool is ever called for real.
import { canonicalJson } from "../run/fingerprint.ts";
import type { Failure, Run, Step } from "../run/run.ts";
import type { Matching } from "./replay-plan.ts";

/** One call of the recorded run, and what came of it. */
export interface RecordedCall {
  name: string;
  arguments: unknown;
  result: unknown;
  error: Failure | null;
  /** A search of the agent's own beside its tools: a model that never asks for it has left nothing out. */
  isRetrieval: boolean;
}

/** One call of the candidate, and which record answered it; null for none. */
export interface ServedCall {
  name: string;
  arguments: unknown;
  record: number | null;
}

export interface CallSummary {
  calls: number;
  /** Not one by one the calls of the record. */
  diverged: boolean;
  /** Calls that no record answered. */
  missing: Call[];
  /** Those of them to tools that the recorded run never used. */
  unexpected: Call[];
  /** Recorded calls that nobody asked for. */
  unused: number;
}

export interface Call {
  name: string;
  arguments: unknown;
}

/** In the order in which they were made. Calls that a tool made itself are inside of it and are not offered. */
export function recordedCalls({ steps }: Pick<Run, "steps">): RecordedCall[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  return steps
    .filter((step) => isCall(step) && !isInsideCall(step, byId))
    .map((step) => ({
      name: step.name,
      arguments: argumentsOf(step),
      result: step.result,
      error: step.error,
      isRetrieval: step.type === "retrieval",
    }));
}

/**
 * Which record answers a call, after those in `served` were answered: strict, the first unused one of that name and those arguments;
 * fifo, the first unused one of that name. null: it is not in the record.
 */
export function recordFor(recorded: readonly RecordedCall[], served: readonly ServedCall[], call: Call, matching: Matching): number | null {
  const used = new Set(served.map(({ record }) => record));
  const wanted = canonicalArguments(call.arguments);
  const found = recorded.findIndex(
    (one, i) => !used.has(i) && one.name === call.name && (matching === "fifo" || canonicalArguments(one.arguments) === wanted),
  );
  return found === -1 ? null : found;
}

/** @param made the candidate's calls in their order */
export function callSummary(recorded: readonly RecordedCall[], made: readonly ServedCall[]): CallSummary {
  const names = new Set(recorded.map(({ name }) => name));
  const asked = new Set(made.map(({ name }) => name));
  const expected = recorded.filter(({ isRetrieval, name }) => !isRetrieval || asked.has(name));
  const missing = made.filter(({ record }) => record === null).map(callOf);
  return {
    calls: made.length,
    diverged: expected.length !== made.length || expected.some((one, i) => identity(one) !== identity(made[i])),
    missing,
    unexpected: missing.filter(({ name }) => !names.has(name)),
    unused: expected.length - made.filter(({ record }) => record !== null).length,
  };
}

/** What a tool's caller reads: texts as they stand, data as JSON; of a call that failed, how. */
export function servedText({ result, error }: RecordedCall): { text: string; isError: boolean } {
  const hasResult = result !== null && result !== undefined && result !== "";
  if (hasResult || error === null)
    return { text: typeof result === "string" ? result : (JSON.stringify(result) ?? "null"), isError: error !== null };
  const words = [error.type, error.message].filter((part) => part !== null && part !== "").join(": ");
  return { text: words === "" ? "the call failed" : words, isError: true };
}

/** What the caller reads of a call that is not in the record. */
export function missText({ name }: Call): string {
  return `This call of ${name} was not recorded, so there is no result for it. Nothing was done. Only calls that the recorded run made have results here.`;
}

const callOf = ({ name, arguments: given }: Call): Call => ({ name, arguments: given });
const identity = (call: Call | undefined): string | null =>
  call === undefined ? null : `${call.name} ${canonicalArguments(call.arguments)}`;

/** No arguments, in whatever spelling, are the same. */
const canonicalArguments = (given: unknown): string => canonicalJson(given === null || given === undefined || given === "" ? {} : given);

const isCall = ({ type }: Step): boolean => type === "tool" || type === "retrieval";

function isInsideCall(step: Step, byId: ReadonlyMap<string, Step>): boolean {
  const seen = new Set<string>();
  for (let id = step.parent_id; id !== null && !seen.has(id);) {
    seen.add(id);
    const parent = byId.get(id);
    if (parent === undefined) return false;
    if (isCall(parent)) return true;
    id = parent.parent_id;
  }
  return false;
}

/** Text that holds JSON is what it holds. */
function argumentsOf({ arguments: given, arguments_raw: raw, input }: Step): unknown {
  const value = given ?? raw ?? input;
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
