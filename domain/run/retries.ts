// How often a run did the same thing again: the same tool with the same arguments as an earlier call. A call without known
// arguments repeats an earlier one only when that one failed, because unknown arguments may differ.
import { canonicalJson } from "./fingerprint.ts";
import type { Step } from "./run.ts";

/** The number of tool calls of `steps` (in order) that repeat an earlier call. */
export function retriesOf(steps: readonly Step[]): number {
  const seen = new Set<string>();
  const failed = new Map<string, boolean>();
  let retries = 0;
  for (const step of steps) {
    if (step.type !== "tool") continue;
    const known = argumentsOf(step);
    const call = `${step.name}\u0000${known ?? ""}`;
    const isRepeat = known === null ? failed.get(step.name) === true : seen.has(call);
    if (isRepeat) retries += 1;
    if (known !== null) seen.add(call);
    failed.set(step.name, step.status === "error" || step.soft_error);
  }
  return retries;
}

function argumentsOf(step: Step): string | null {
  if (step.arguments !== null && step.arguments !== undefined) return canonicalJson(step.arguments);
  return step.arguments_raw;
}
