// Which steps other than tool calls failed: model calls, sub-agents, guardrails and the rest. Records repeat a failure on every level
// above it, so a step is left out where a step inside it says the same, and a step that merely contains a failure where one inside failed.
import type { Run, Step } from "../run/run.ts";
import { isCall, isFailedCall } from "./failed-calls.ts";
import { failureText } from "./field-text.ts";
import { isStop } from "./outcome.ts";

export interface FailedStep {
  step: Step;
  /** Position in the run's steps, from 0. */
  index: number;
  /** A later step of its kind, of the same name unless it is a model call, went well. */
  recovered: boolean;
  text: string | null;
}

/** Levels that a failure is followed upwards; deeper nesting is not told apart. */
const mostLevels = 64;

/** Failed steps that are no tool calls, in order of the run. What was stopped by someone is not among them. */
export function failedSteps(run: Run): FailedStep[] {
  const containing = containersOf(run);
  const lastGood = new Map<string, number>();
  for (const [index, step] of run.steps.entries()) if (!isCall(step) && step.status === "ok") lastGood.set(kindOf(step), index);
  return run.steps.flatMap((step, index): FailedStep[] => {
    if (isCall(step) || step.status !== "error" || isStop(step.error)) return [];
    const text = failureText(step.error);
    const inside = containing.get(step.id);
    const isContainer = step.type === "agent" || step.type === "other";
    if (inside !== undefined && (isContainer || inside.has(text ?? ""))) return [];
    return [{ step, index, recovered: (lastGood.get(kindOf(step)) ?? -1) > index, text }];
  });
}

/** Whether a failed tool call only repeats what a step inside it says. */
export function repeatsInside(run: Run): (step: Step) => boolean {
  const containing = containersOf(run);
  return (step) => containing.get(step.id)?.has(failureText(step.error) ?? "") ?? false;
}

const kindOf = (step: Step): string => (step.type === "llm" ? "llm" : `${step.type}\u0000${step.name}`);

/** For each step with failures inside it, their texts. */
function containersOf(run: Run): Map<string, Set<string>> {
  const byId = new Map(run.steps.map((step) => [step.id, step]));
  const containing = new Map<string, Set<string>>();
  for (const step of run.steps) {
    if (step.status !== "error" && !isFailedCall(step)) continue;
    const text = failureText(step.error) ?? "";
    let above = step.parent_id;
    for (let level = 0; level < mostLevels && above !== null; level += 1) {
      const texts = containing.get(above) ?? new Set();
      containing.set(above, texts.add(text));
      above = byId.get(above)?.parent_id ?? null;
    }
  }
  return containing;
}
