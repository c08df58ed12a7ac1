// One item before the judge: money is set aside before each call and settled after it, a call that fails in passing is made again a few
// times, and what comes back is read strictly. Whatever happens on the way is no judgement and is never counted as one.
import { countAttempt } from "../d1/evaluation-items.ts";
import { costOfReplays } from "../d1/evaluation-replays.ts";
import { reserveEvaluationUsd, settleEvaluationUsd } from "../d1/evaluations.ts";
import { reserveSpend, settleSpend } from "../d1/model-spend.ts";
import { errored, skipped, type CheckResult, type Subject } from "../domain/experiment/check-result.ts";
import { replaysOf, type EvaluationItem } from "../domain/experiment/evaluation.ts";
import type { Judge } from "../domain/experiment/evaluator.ts";
import { askForBetter, askForScore } from "../domain/experiment/judge.ts";
import { pairVerdict, scoreVerdict } from "../domain/experiment/judge-verdict.ts";
import { callCostUsd, mostCostUsd } from "../domain/finding/reading-cost.ts";
import { dayIn } from "../domain/finding/reading-day.ts";
import { failureSentence, nextTry, type CallLimits } from "../domain/finding/reading-retry.ts";
import type { ModelAsk } from "../domain/finding/rubric.ts";
import type { ModelReply } from "../domain/finding/rubric-answer.ts";
import { outcomeOf, type EvaluationDesk, type Outcome } from "./evaluate-desk.ts";
import type { Model } from "./reading-model.ts";

/** Calls for one question: an outage of seconds is outlived, and three broken items of ten end within two minutes. */
const limits: CallLimits = { atOnce: 2, ever: 4 };
/** Longer than a call and its wait last. */
const claimMs = 3 * 60_000;

export async function judgeItem(desk: EvaluationDesk, judge: Judge, item: EvaluationItem, subject: Subject): Promise<Outcome> {
  const { model, project, evaluation } = desk;
  if (model === null) return outcomeOf(skipped("no model key is set (ANTHROPIC_API_KEY)"));
  if (project.settings.model_budget_usd_day === 0)
    return outcomeOf(skipped("the project's model budget is $0 a day (model_budget_usd_day)"));
  const began = evaluation.plan.model;
  if (began !== null && began !== model.name)
    return outcomeOf(errored(`the judge is ${model.name} now; this evaluation began with ${began}, and the two are never mixed`));
  const asks = asksOf(judge, subject);
  return "status" in asks ? outcomeOf(asks) : answersTo({ desk, model, item, asks, judge }, subject);
}

/** The questions, in their order; or a result where there is nothing to ask. */
function asksOf(judge: Judge, subject: Subject): ModelAsk[] | CheckResult {
  if (judge.against === "rubric") return [askForScore(judge, subject)];
  const { run, baseline } = subject;
  if (baseline === null) return skipped("there is no baseline's answer to compare with");
  return [askForBetter(judge, subject, run, baseline), askForBetter(judge, subject, baseline, run)];
}

interface Hearing {
  desk: EvaluationDesk;
  model: Model;
  item: EvaluationItem;
  asks: readonly ModelAsk[];
  judge: Judge;
}

async function answersTo(hearing: Hearing, subject: Subject): Promise<Outcome> {
  const { asks, judge, item } = hearing;
  const most = { ...limits, ever: limits.ever * asks.length };
  const replies: ModelReply[] = [];
  const spent = { usd: 0, calls: item.attempts };
  for (const ask of asks) {
    const heard = await callUntilAnswered(hearing, ask, most, spent);
    if (!("reply" in heard)) return heard;
    replies.push(heard.reply);
  }
  const [forward, backward] = replies;
  if (forward === undefined) throw new Error("a judge was asked nothing");
  const verdict =
    subject.baseline !== null && backward !== undefined ? pairVerdict(judge, forward, backward) : scoreVerdict(judge, forward);
  return outcomeOf(verdict, spent.usd);
}

/** @param spent is kept: what the calls cost, and how many were made for this item */
async function callUntilAnswered(
  { desk, model, item }: Hearing,
  ask: ModelAsk,
  most: CallLimits,
  spent: { usd: number; calls: number },
): Promise<{ reply: ModelReply } | Outcome> {
  const { env, clock, project, prices, evaluation } = desk;
  for (let callsNow = 1; ; callsNow++) {
    if (spent.calls >= most.ever) return outcomeOf(errored(`the judge was asked ${spent.calls} times in vain`), spent.usd);
    const reserved = await reserve(desk, model, ask);
    if ("result" in reserved) return { ...reserved, costUsd: spent.usd };
    await countAttempt(env.INDEX, project.id, evaluation.id, item, clock.nowMs() + claimMs);
    spent.calls += 1;
    const called = await model.call(ask);
    const usd = called.tokens === null ? 0 : (callCostUsd(model.name, called.tokens, clock.nowMs(), prices) ?? 0);
    spent.usd += usd;
    await settle(desk, reserved, usd);
    if (called.ok) return { reply: called.reply };
    const next = nextTry(called.failure, callsNow, spent.calls, clock.jitter(), most);
    const said = `${failureSentence(called.failure)}${spent.calls === 1 ? "" : `; asked ${spent.calls} times`}`;
    if (next.do === "give_up") return outcomeOf(errored(said), spent.usd);
    if (next.do === "later") return { laterMs: next.waitMs, reason: said, costUsd: spent.usd };
    await clock.wait(next.waitMs);
  }
}

interface Reserved {
  day: string;
  usd: number;
}

/** Money of the evaluation and of the project's day for one call; a result where there is not enough. */
async function reserve(
  { env, clock, project, prices, evaluation, replays }: EvaluationDesk,
  model: Model,
  ask: ModelAsk,
): Promise<Reserved | { result: CheckResult }> {
  const nowMs = clock.nowMs();
  const usd = mostCostUsd(model.name, ask, nowMs, prices);
  if (usd === null) return { result: skipped(`no price is known for ${model.name}: set one with PUT /v1/prices`) };
  const cap = evaluation.plan.maxCostUsd;
  // What the replays cost, all of them over by now, is the evaluation's, too.
  const left = cap === null ? null : cap - costOfReplays(replays, replaysOf(evaluation.plan));
  if (!(await reserveEvaluationUsd(env.INDEX, project.id, evaluation.id, usd, left)))
    return { result: skipped(`the evaluation's limit of ${inUsd(cap ?? 0)} would be passed`) };
  const day = dayIn(project.timezone, nowMs);
  const daily = project.settings.model_budget_usd_day;
  if (await reserveSpend(env.INDEX, project.id, day, usd, daily)) return { day, usd };
  await settleEvaluationUsd(env.INDEX, project.id, evaluation.id, usd, 0);
  return { result: skipped(`the day's model budget of ${inUsd(daily ?? 0)} is spent`) };
}

async function settle({ env, project, evaluation }: EvaluationDesk, { day, usd }: Reserved, actualUsd: number): Promise<void> {
  await settleEvaluationUsd(env.INDEX, project.id, evaluation.id, usd, actualUsd);
  await settleSpend(env.INDEX, project.id, day, usd, actualUsd);
}

const inUsd = (usd: number): string => `$${usd < 0.01 ? usd.toPrecision(2) : usd.toFixed(2)}`;
