// One item before somebody's own evaluator: a signed POST with the run's input, output and what is expected, answered by a score, a
// verdict, or both. A webhook that is away is asked a few times; what it answers otherwise is its word or an error, never a guess.
import { countAttempt } from "../d1/evaluation-items.ts";
import { errored, reasonOf, type CheckResult, type Subject } from "../domain/experiment/check-result.ts";
import type { EvaluationItem } from "../domain/experiment/evaluation.ts";
import type { WebhookCheck } from "../domain/experiment/evaluator.ts";
import { nextTry, type CallLimits } from "../domain/finding/reading-retry.ts";
import { isRecord } from "../domain/run/rebuild-json.ts";
import { askSigned } from "./ask-signed.ts";
import { outcomeOf, type EvaluationDesk, type Outcome } from "./evaluate-desk.ts";

const limits: CallLimits = { atOnce: 2, ever: 4 };
const claimMs = 3 * 60_000;
const mostBodyBytes = 4_000_000;

export async function askWebhook(
  { env, clock, project, evaluation }: EvaluationDesk,
  { url, threshold }: WebhookCheck,
  secret: string | null,
  item: EvaluationItem,
  { run, expected }: Subject,
): Promise<Outcome> {
  const body = JSON.stringify({ run_id: run.id, case_id: item.caseId, input: run.input, output: run.output, expected });
  if (body.length > mostBodyBytes) return outcomeOf(errored("the run is too large to be sent"));
  // The same item is the same message, however often it is sent.
  const id = `${evaluation.id}.${item.n}.${item.evaluatorId}`;
  for (let callsNow = 1, callsEver = item.attempts + 1; ; callsNow++, callsEver++) {
    await countAttempt(env.INDEX, project.id, evaluation.id, item, clock.nowMs() + claimMs);
    const answer = await askSigned({ url, secret }, id, body);
    if (answer.ok) return outcomeOf(verdictIn(answer.json, threshold));
    const failure = { status: answer.isPassing ? 503 : 400, type: null, retryAfterMs: null };
    const next = nextTry(failure, callsNow, callsEver, clock.jitter(), limits);
    const said = `${answer.reason}${callsEver === 1 ? "" : `; asked ${callsEver} times`}`;
    if (next.do === "give_up") return outcomeOf(errored(said));
    if (next.do === "later") return { laterMs: next.waitMs, reason: said, costUsd: 0 };
    await clock.wait(next.waitMs);
  }
}

/** `{passed?, score?, reason?}`: its verdict, or its score held against the threshold. */
export function verdictIn(json: unknown, threshold: number): CheckResult {
  if (!isRecord(json)) return errored("the webhook's answer is no object");
  const { passed, score, reason } = json;
  const said = typeof reason === "string" && reason.trim() !== "" ? reasonOf(reason) : null;
  const hasScore = score !== undefined && score !== null;
  if (hasScore && (typeof score !== "number" || !Number.isFinite(score))) return errored("the webhook's score is no number");
  const value = typeof score === "number" ? score : null;
  if (typeof passed === "boolean") return { status: passed ? "passed" : "failed", score: value ?? Number(passed), reason: said };
  if (passed !== undefined && passed !== null) return errored("the webhook's `passed` is neither true nor false");
  if (value === null) return errored("the webhook's answer has neither `passed` nor `score`");
  return { status: value >= threshold ? "passed" : "failed", score: value, reason: said };
}
