// From a judge's replies to a result. Two answers are compared in both orders: a judge that goes by the place rather than by the answer
// contradicts itself, and then neither is better.
import type { ModelReply } from "../finding/rubric-answer.ts";
import { errored, reasonOf, type CheckResult } from "./check-result.ts";
import { thresholdOf, type Judge } from "./evaluator.ts";
import { readPair, readScore } from "./judge-reply.ts";

export function scoreVerdict(judge: Judge, reply: ModelReply): CheckResult {
  const read = readScore(reply, judge.scale);
  return read.kind === "unusable" ? errored(read.reason) : resultOf(judge, read.score, read.reason);
}

/**
 * @param forward the run's answer first
 * @param backward the baseline's answer first
 */
export function pairVerdict(judge: Judge, forward: ModelReply, backward: ModelReply): CheckResult {
  const [one, other] = [readPair(forward), readPair(backward)];
  if (one.kind === "unusable") return errored(one.reason);
  if (other.kind === "unusable") return errored(other.reason);
  const ahead = worth(one.better, "first");
  const behind = worth(other.better, "second");
  if (ahead === behind) return resultOf(judge, ahead, one.reason);
  return resultOf(judge, 0.5, "unstable: the judge's preference changed with the order of the two answers, so neither counts as better");
}

/** 1 where the run's answer is better, 0 where the baseline's is, a half where neither is. */
function worth(better: "first" | "second" | "tie", own: "first" | "second"): number {
  if (better === "tie") return 0.5;
  return better === own ? 1 : 0;
}

function resultOf(judge: Judge, score: number, reason: string | null): CheckResult {
  return { status: score >= thresholdOf(judge) ? "passed" : "failed", score, reason: reason === null ? null : reasonOf(reason) };
}
