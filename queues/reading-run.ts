// One run, read by Claude: from its line to findings in the index. The row of the reading says how far it is; money is reserved before
// every call, and every call is claimed, so that the same message twice, late or half done costs nothing twice and loses nothing.
import { reserveSpend, settleSpend } from "../d1/model-spend.ts";
import { listPrices } from "../d1/prices.ts";
import { readProject, type ProjectRecord } from "../d1/project.ts";
import { standingRuns } from "../d1/read-for-store.ts";
import { askReading, claimCall, criteriaOf, dropReading, endReading, findReading, type Reading } from "../d1/readings.ts";
import { callCostUsd, mostCostUsd, type CallTokens } from "../domain/finding/reading-cost.ts";
import { dayIn, nextDayMs } from "../domain/finding/reading-day.ts";
import { failureSentence, mostCalls, nextTry, type CallFailure } from "../domain/finding/reading-retry.ts";
import { askAbout, type Criterion, type ReadingAsk } from "../domain/finding/rubric.ts";
import type { ModelReply } from "../domain/finding/rubric-answer.ts";
import { priceBookOf, type PriceBook } from "../domain/run/price.ts";
import type { Run } from "../domain/run/run.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { keepAnswer } from "./reading-answer.ts";
import type { Clock, Model } from "./reading-model.ts";
import { readStoredLine } from "./stored-line.ts";

export type ReadingBindings = Pick<Bindings, "ARCHIVE" | "INDEX" | "READ_QUEUE">;

/** null: nothing is left to do for this message; else when it should come again. */
export type ComeAgainMs = number | null;

/** What one reading works with. */
interface Desk {
  env: ReadingBindings;
  model: Model;
  clock: Clock;
  project: ProjectRecord;
  prices: PriceBook;
  run: Run;
  criteria: Criterion[];
  ask: ReadingAsk;
}

/** @param model null where the instance has no key */
export async function readRun(
  env: ReadingBindings,
  model: Model | null,
  clock: Clock,
  { projectId, runId }: { projectId: string; runId: string },
): Promise<ComeAgainMs> {
  const reading = await readingToDo(env, projectId, runId, clock);
  const project = await readProject(env.INDEX, projectId);
  const run = await storedRun(env, projectId, runId);
  if (project === null || run === null) {
    await dropReading(env.INDEX, projectId, runId);
    return null;
  }
  const off = whyOff(model, project);
  if (model === null || off !== null) {
    if (reading.status === "pending") await end(env, project.id, runId, clock, { status: "off", error: off });
    return null;
  }
  const criteria = await criteriaOf(env.INDEX, projectId, run.agent);
  const ask = askAbout(run, criteria, model.name);
  if (reading.status !== "pending" && (reading.status !== "ok" || isSame(reading, ask))) return null;
  const prices = priceBookOf(await listPrices(env.INDEX, projectId));
  return callUntilDone({ env, model, clock, project, prices, run, criteria, ask }, reading);
}

/** A message is as good as a row: one that was lost, or is not there yet, is made. */
async function readingToDo(env: ReadingBindings, projectId: string, runId: string, clock: Clock): Promise<Reading> {
  const known = await findReading(env.INDEX, projectId, runId);
  if (known !== null) return known;
  await askReading(env.INDEX, projectId, runId, clock.nowMs());
  const made = await findReading(env.INDEX, projectId, runId);
  if (made === null) throw new Error("a reading that was just asked for is not there");
  return made;
}

async function storedRun(env: ReadingBindings, projectId: string, runId: string): Promise<Run | null> {
  const [standing] = await standingRuns(env.INDEX, projectId, [runId]);
  if (standing === undefined) return null;
  return (await readStoredLine(env, projectId, runId, standing.place))?.run ?? null;
}

/** Why nothing is asked of a model for this project, in a sentence; null where it may be. */
export function whyOff(model: Model | null, { settings }: ProjectRecord): string | null {
  if (model === null) return "no model key is set (ANTHROPIC_API_KEY)";
  return settings.model_budget_usd_day === 0 ? "the project's model budget is $0 a day (model_budget_usd_day)" : null;
}

const isSame = ({ contentHash, epoch }: Reading, ask: ReadingAsk): boolean => contentHash === ask.contentHash && epoch === ask.epoch;

async function callUntilDone(desk: Desk, reading: Reading): Promise<ComeAgainMs> {
  const { env, model, clock, project, run, ask } = desk;
  let before: Pick<Reading, "status" | "attempts"> = reading;
  for (let callsNow = 1; ; callsNow++) {
    if (before.status === "pending" && before.attempts >= mostCalls) return giveUp(desk, `Claude was asked ${mostCalls} times in vain`);
    const day = dayIn(project.timezone, clock.nowMs());
    const reservedUsd = await reserve(desk, day);
    if (reservedUsd === null) return null;
    if (!(await claimCall(env.INDEX, project.id, run.id, before, clock.nowMs()))) {
      await settleSpend(env.INDEX, project.id, day, reservedUsd, 0);
      return null;
    }
    const callsEver = (before.status === "pending" ? before.attempts : 0) + 1;
    before = { status: "pending", attempts: callsEver };
    const result = await model.call(ask);
    const costUsd = costOf(desk, result.tokens);
    await settleSpend(env.INDEX, project.id, day, reservedUsd, costUsd);
    if (result.ok) return finish(desk, result.reply, costUsd);
    const next = nextTry(result.failure, callsNow, callsEver, clock.jitter());
    const said = sentenceOf(result.failure, callsEver);
    if (next.do === "give_up") return giveUp(desk, said, costUsd);
    await end(env, project.id, run.id, clock, { status: "pending", error: said, costUsd, afterMs: next.waitMs });
    if (next.do === "later") return next.waitMs;
    await clock.wait(next.waitMs);
  }
}

/** USD that were set aside for one call; null when there is not enough left, which is told and waited for. */
async function reserve({ env, model, clock, project, prices, run, ask }: Desk, day: string): Promise<number | null> {
  const cap = project.settings.model_budget_usd_day;
  const usd = mostCostUsd(model.name, ask, clock.nowMs(), prices);
  if (usd === null || (cap !== null && usd > cap)) {
    const error =
      usd === null
        ? `no price is known for ${model.name}: set one with PUT /v1/prices`
        : `reading this run may cost ${inUsd(usd)}, more than the day's model budget of ${inUsd(cap ?? 0)}`;
    await end(env, project.id, run.id, clock, { status: "failed", error });
    return null;
  }
  if (await reserveSpend(env.INDEX, project.id, day, usd, cap)) return usd;
  const error = `the day's model budget of ${inUsd(cap ?? 0)} is spent; reading goes on tomorrow`;
  const nowMs = clock.nowMs();
  await end(env, project.id, run.id, clock, { status: "pending", error, afterMs: nextDayMs(project.timezone, nowMs) - nowMs });
  return null;
}

async function finish(desk: Desk, reply: ModelReply, costUsd: number): Promise<ComeAgainMs> {
  const { env, clock, project, run, criteria, ask } = desk;
  const kept = await keepAnswer(env, project.id, run, criteria, ask.epoch, reply, clock.nowMs());
  const { contentHash, epoch } = ask;
  await end(env, project.id, run.id, clock, { ...kept, costUsd, contentHash, epoch });
  return null;
}

async function giveUp({ env, clock, project, run, ask }: Desk, error: string, costUsd = 0): Promise<ComeAgainMs> {
  const { contentHash, epoch } = ask;
  await end(env, project.id, run.id, clock, { status: "failed", error, costUsd, contentHash, epoch });
  return null;
}

interface End {
  status: Reading["status"];
  error: string | null;
  findings?: number;
  costUsd?: number;
  contentHash?: string;
  epoch?: string;
  /** How long it has to wait before it goes on. */
  afterMs?: number;
}

async function end(env: ReadingBindings, projectId: string, runId: string, clock: Clock, given: End): Promise<void> {
  await endReading(env.INDEX, projectId, runId, {
    status: given.status,
    error: given.error,
    findings: given.findings ?? null,
    contentHash: given.contentHash ?? null,
    epoch: given.epoch ?? null,
    costUsd: given.costUsd ?? 0,
    updatedMs: clock.nowMs() + (given.afterMs ?? 0),
  });
}

/** A model without a price is never called, so its cost is known. */
function costOf({ model, clock, prices }: Desk, tokens: CallTokens | null): number {
  return tokens === null ? 0 : (callCostUsd(model.name, tokens, clock.nowMs(), prices) ?? 0);
}

const sentenceOf = (failure: CallFailure, calls: number): string =>
  `${failureSentence(failure)}${calls === 1 ? "" : `; asked ${calls} times`}`;

const inUsd = (usd: number): string => `$${usd < 0.01 ? usd.toPrecision(2) : usd.toFixed(2)}`;
