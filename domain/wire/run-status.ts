// How a run ended. The record of the agent decides when it says something; an unset status says nothing, and the root's alone
// misleads in several dialects, so the last model call has the next word. A failed tool alone never fails a run.
import type { Failure, RunStatus } from "../run/run.ts";
import { messageText } from "./messages.ts";
import { compareNs } from "./nanoseconds.ts";
import type { Observation } from "./observation.ts";

export interface Outcome {
  status: RunStatus;
  error: Failure | null;
}

const cancelledWord =
  /^(cancell?ed|aborted|abort(ed)?error|cancell?ed_?error|asyncio\.cancellederror)$|^(the )?(run|request|operation|stream)? ?(was )?(cancell?ed|aborted)\b/i;
const finalReasons: ReadonlySet<string> = new Set([
  "stop",
  "end_turn",
  "stop_sequence",
  "end",
  "completed",
  "content_filter",
  "refusal",
  "length",
  "max_tokens",
]);

/**
 * @param leads the outermost agents in order of start, else the roots
 * @param steps model calls, tools and retrievals in order of start
 */
export function outcomeOf(leads: readonly Observation[], steps: readonly Observation[], isOver: boolean, hasEndedRoot: boolean): Outcome {
  if (!isOver) return { status: "incomplete", error: null };
  const lead = leads.at(-1);
  const last = steps.at(-1);
  if (lead?.failure != null) {
    const error = explained(lead.failure, steps);
    return { status: isCancelled(lead.failure) ? "cancelled" : "error", error };
  }
  if (last?.kind === "llm" && last.failure !== null)
    return { status: isCancelled(last.failure) ? "cancelled" : "error", error: last.failure };
  return { status: hasEndedRoot || hasFinalAnswer(steps) ? "ok" : "incomplete", error: null };
}

const isCancelled = ({ type, message }: Failure): boolean => cancelledWord.test(type ?? "") || cancelledWord.test(message ?? "");

/** A failure without words takes those of the last step that failed. */
function explained(failure: Failure, steps: readonly Observation[]): Failure {
  if (failure.message !== null) return failure;
  const cause = steps.findLast((step) => step.failure?.message != null)?.failure;
  return { type: failure.type ?? cause?.type ?? null, message: cause?.message ?? null };
}

/** The last model call came after every tool and answered without asking for more. */
function hasFinalAnswer(steps: readonly Observation[]): boolean {
  const last = steps.findLast((step) => step.kind === "llm");
  if (last === undefined || last.failure !== null) return false;
  if (steps.some((step) => step.kind !== "llm" && compareNs(step.startNs, last.startNs) > 0)) return false;
  if (last.outputMessages?.some((message) => (message.tool_calls?.length ?? 0) > 0) === true) return false;
  return (
    last.finishReasons.some((reason) => finalReasons.has(reason)) ||
    last.outputMessages?.some((message) => messageText(message) !== null) === true
  );
}
