// How a run came out, as far as findings need to know: whether it failed, and how bad a failure in it is for that.
import type { Severity } from "../drift/drift.ts";
import { hasSucceeded } from "../run/dimensions.ts";
import type { Failure, Run } from "../run/run.ts";

/** The run ended in an error or was scored as no success. A run that was stopped or never ended has not failed by that. */
export const hasFailed = (run: Run): boolean => run.status === "error" || hasSucceeded(run) === false;

/**
 * What the run got over is low; what it did not is medium, and high where the run failed by its status or score. Nothing a detector sees
 * is critical: how much harm a failure does is known to people.
 */
export function severityOf(run: Run, recovered: boolean): Severity {
  if (recovered) return "low";
  return hasFailed(run) ? "high" : "medium";
}

const stopWord =
  /^(?:the )?(?:run|request|operation|stream|task)? ?(?:was )?(?:cancell?ed|aborted)\b|^(?:asyncio\.)?cancell?ed_?error$|^abort_?error$/i;

/** Someone stopped it: a wish, and no failure of the agent. */
export const isStop = (failure: Failure | null): boolean =>
  failure !== null && (stopWord.test(failure.type ?? "") || stopWord.test(failure.message ?? ""));
