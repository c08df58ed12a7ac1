// Which calls of tools failed in a run and which of them it got over. A failed call is recovered when the same tool answered well
// afterwards, the rule by which a run is flagged `soft_failure` (domain/run/finish.ts).
import type { Run, Step } from "../run/run.ts";
import { mostFindings } from "./detector.ts";

/** A step that shows something, and whether the run got over it. */
export interface Placed {
  step: Step;
  /** Position in the run's steps, from 0. */
  index: number;
  recovered: boolean;
}

/** A call of a tool or a retrieval. */
export const isCall = ({ type }: Step): boolean => type === "tool" || type === "retrieval";

/** By its record, or by what its result says of itself. */
export const isFailedCall = (step: Step): boolean => isCall(step) && (step.status === "error" || step.soft_error);

/** Failed calls in order of the run. */
export function failedCalls(run: Run): Placed[] {
  const lastGood = new Map<string, number>();
  for (const [index, step] of run.steps.entries()) if (isCall(step) && !isFailedCall(step)) lastGood.set(step.name, index);
  return run.steps.flatMap((step, index) =>
    isFailedCall(step) ? [{ step, index, recovered: (lastGood.get(step.name) ?? -1) > index }] : [],
  );
}

/** At most `mostFindings`, in order: what the run did not get over before what it did, earlier before later. */
export function bounded<T extends { recovered: boolean; index: number }>(found: readonly T[]): T[] {
  if (found.length <= mostFindings) return [...found];
  const kept = [...found.filter((one) => !one.recovered), ...found.filter((one) => one.recovered)].slice(0, mostFindings);
  return kept.sort((a, b) => a.index - b.index);
}
