// What the plan's evaluators say of one run, recorded or made by the candidate: checks at once, judges and webhooks by a call out. What cannot
// be asked (no key, no money, no answer) is errored with its reason, which is no judgement.
import { check } from "../domain/experiment/check.ts";
import { errored, type CheckResult, type Subject } from "../domain/experiment/check-result.ts";
import type { Evaluator, Judge } from "../domain/experiment/evaluator.ts";
import { askForScore } from "../domain/experiment/judge.ts";
import { scoreVerdict } from "../domain/experiment/judge-verdict.ts";
import type { NamedResult } from "../domain/experiment/replay-judge.ts";
import { callCostUsd, mostCostUsd } from "../domain/finding/reading-cost.ts";
import { failureSentence, nextTry } from "../domain/finding/reading-retry.ts";
import type { PriceBook } from "../domain/run/price.ts";
import { askSigned } from "./ask-signed.ts";
import { verdictIn } from "./evaluate-webhook.ts";
import type { Model } from "./reading-model.ts";
import { reserve, settle, type Purse } from "./replay-purse.ts";

export interface VerdictDesk {
  /** null where the instance has no key. */
  model: Model | null;
  prices: PriceBook;
  purse: Purse;
}

/** @param id makes the same question the same message, however often it is sent */
export async function verdictsOn(
  desk: VerdictDesk,
  evaluators: readonly Evaluator[],
  subject: Subject,
  id: string,
): Promise<NamedResult[]> {
  return Promise.all(
    evaluators.map(async (evaluator) => ({
      name: evaluator.name,
      ...(await verdictOf(desk, evaluator, subject, `${id}.${evaluator.id}`)),
    })),
  );
}

async function verdictOf(desk: VerdictDesk, { definition, secret }: Evaluator, subject: Subject, id: string): Promise<CheckResult> {
  if (definition.type === "judge") return judge(desk, definition, subject);
  if (definition.type !== "webhook") return check(definition, subject);
  const { run, expected } = subject;
  const body = JSON.stringify({ run_id: run.id, case_id: null, input: run.input, output: run.output, expected });
  const { clock } = desk.purse;
  for (let calls = 1; ; calls++) {
    const answer = await askSigned({ url: definition.url, secret }, id, body);
    if (answer.ok) return verdictIn(answer.json, definition.threshold);
    const next = nextTry({ status: answer.isPassing ? 503 : 400, type: null, retryAfterMs: null }, calls, calls, clock.jitter());
    if (next.do !== "again") return errored(answer.reason);
    await clock.wait(next.waitMs);
  }
}

async function judge({ model, prices, purse }: VerdictDesk, definition: Judge, subject: Subject): Promise<CheckResult> {
  if (model === null) return errored("no model key is set (ANTHROPIC_API_KEY)");
  const { clock } = purse;
  const ask = askForScore(definition, subject);
  for (let calls = 1; ; calls++) {
    const reserved = await reserve(purse, model.name, mostCostUsd(model.name, ask, clock.nowMs(), prices));
    if (reserved.kind !== "reserved")
      return errored(reserved.kind === "refused" ? reserved.reason : "there is no money left to ask the judge");
    const called = await model.call(ask);
    const usd = called.tokens === null ? 0 : (callCostUsd(model.name, called.tokens, clock.nowMs(), prices) ?? 0);
    await settle(purse, reserved, usd);
    if (called.ok) return scoreVerdict(definition, called.reply);
    const next = nextTry(called.failure, calls, calls, clock.jitter());
    if (next.do !== "again") return errored(`of the judge: ${failureSentence(called.failure)}`);
    await clock.wait(next.waitMs);
  }
}
