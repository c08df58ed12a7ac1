// Calls that say again what an earlier call said and got the same answer again. Failed calls are left out: repeating them is the failing
// tool's story. Calls whose arguments are unknown repeat nothing, because unknown arguments may differ.
import { canonicalJson } from "../run/fingerprint.ts";
import type { Run, Step } from "../run/run.ts";
import { isCall, isFailedCall } from "./failed-calls.ts";

export interface Call {
  step: Step;
  /** Position in the run's steps, from 0. */
  index: number;
  /** The same for the same tool, arguments and result; null for a call that can repeat nothing. */
  same: number | null;
}

/** Different answers of one call that are told apart; a call with more of them is polling something that changes. */
const mostAnswers = 8;
/** UTF-16 units of records that are compared in one run; beyond them, calls count as different. */
const mostCompared = 2_000_000;

/** The run's tool calls in order. */
export function callsOf(run: Run): Call[] {
  const known = new Map<string, { answer: unknown; same: number }[]>();
  let next = 0;
  let left = mostCompared;
  return run.steps.flatMap((step, index): Call[] => {
    if (!isCall(step)) return [];
    const said = step.arguments_raw ?? (step.arguments === null || step.arguments === undefined ? null : canonicalJson(step.arguments));
    if (said === null || isFailedCall(step) || left <= 0) return [{ step, index, same: null }];
    const key = `${step.name}\u0000${said}`;
    const answers = known.get(key);
    if (answers === undefined) {
      known.set(key, [{ answer: step.result, same: next }]);
      return [{ step, index, same: next++ }];
    }
    // Records are written out only once a call repeats, and then each once.
    const written = answers.map((one) => (one.answer = comparable(one.answer)));
    const answer = comparable(step.result);
    if (typeof step.result === "object" && typeof answer === "string") left -= answer.length;
    const before = answers[written.indexOf(answer)];
    if (before !== undefined) return [{ step, index, same: before.same }];
    if (answers.length < mostAnswers) answers.push({ answer, same: next });
    return [{ step, index, same: next++ }];
  });
}

/** Texts and records as texts; a text is never equal to a record's. */
const comparable = (result: unknown): unknown =>
  typeof result === "object" && result !== null ? `\u0000${canonicalJson(result)}` : (result ?? null);

export interface Cycle {
  /** One round of it. */
  round: Call[];
  /** The call after the last of the cycle, as a position among the calls. */
  end: number;
  times: number;
}

/** Calls in one round of a cycle. Longer rounds are work on a list. */
const longestRound = 3;
/** Rounds that make a loop: four of one call, three of a longer round, as the stuck detector of OpenHands counts them. */
const leastTimes = (length: number): number => (length === 1 ? 4 : 3);

/** Cycles in which the same round of calls got the same answers again and again; they do not overlap, shortest rounds first. */
export function cyclesOf(calls: readonly Call[]): Cycle[] {
  const found: Cycle[] = [];
  const taken = new Set<number>();
  for (let length = 1; length <= longestRound; length += 1) {
    let start = 0;
    for (let at = length; at <= calls.length; at += 1) {
      if (at < calls.length && isSameCall(calls[at], calls[at - length])) continue;
      const times = Math.floor((at - start) / length);
      const isFree = !taken.has(start) && !taken.has(at - 1);
      if (times >= leastTimes(length) && isFree) {
        found.push({ round: calls.slice(start, start + length), end: start + times * length, times });
        for (let i = start; i < at; i += 1) taken.add(i);
      }
      start = at - length + 1;
    }
  }
  return found.sort((a, b) => a.end - b.end);
}

const isSameCall = (a: Call | undefined, b: Call | undefined): boolean => a?.same !== null && a?.same !== undefined && a.same === b?.same;
