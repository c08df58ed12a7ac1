// One signal, for which Claude proposes a name, a definition or a merge. Money is reserved before every call, and every call is claimed, so
// that the same message twice, late or half done costs nothing twice. What comes of it is kept beside the signal and never applied here.
import { listFindings } from "../d1/findings.ts";
import { reserveSpend, settleSpend } from "../d1/model-spend.ts";
import { listPrices } from "../d1/prices.ts";
import { readProject, type ProjectRecord } from "../d1/project.ts";
import { moveProposal, takePending } from "../d1/signal-proposals.ts";
import { findSignal, knownClasses, signalsOfAgent, type SignalRow } from "../d1/signal-rows.ts";
import { callCostUsd, mostCostUsd } from "../domain/finding/reading-cost.ts";
import { dayIn } from "../domain/finding/reading-day.ts";
import { failureSentence, mostCalls, nextTry } from "../domain/finding/reading-retry.ts";
import type { ModelAsk } from "../domain/finding/rubric.ts";
import type { ModelReply } from "../domain/finding/rubric-answer.ts";
import { priceBookOf, type PriceBook } from "../domain/run/price.ts";
import { askForProposal, readProposal, shown, type ProposalMatter } from "../domain/signal/proposal.ts";
import type { Proposal } from "../domain/signal/said.ts";
import type { ProposeMessage } from "./messages.ts";
import type { Clock, Model } from "./reading-model.ts";
import { whyOff, type ComeAgainMs, type ReadingBindings } from "./reading-run.ts";

/** Longer than a call and the wait before the next one may last: who claimed it is gone by then. */
const heldMs = 4 * 60_000;
const mostResent = 100;

interface Desk {
  env: ReadingBindings;
  model: Model;
  clock: Clock;
  project: ProjectRecord;
  prices: PriceBook;
  signalId: string;
  matter: ProposalMatter;
  ask: ModelAsk;
}

/** @param model null where the instance has no key @returns when the message should come again; null when it is done */
export async function proposeForSignal(
  env: ReadingBindings,
  model: Model | null,
  clock: Clock,
  { project_id: projectId, signal_id: signalId }: Pick<ProposeMessage, "project_id" | "signal_id">,
): Promise<ComeAgainMs> {
  const [row, project] = await Promise.all([findSignal(env.INDEX, projectId, signalId), readProject(env.INDEX, projectId)]);
  const before = row?.said.proposal ?? null;
  if (row === null || project === null || before?.status !== "pending") return null;
  const heldForMs = (before.held_until_ms ?? 0) - clock.nowMs();
  if (heldForMs > 0) return heldForMs;
  const off = whyOff(model, project);
  if (model === null || off !== null) {
    await moveProposal(env.INDEX, projectId, signalId, before, { ...before, status: "off", error: off });
    return null;
  }
  const [matter, prices] = await Promise.all([matterOf(env, projectId, row), listPrices(env.INDEX, projectId)]);
  const desk = { env, model, clock, project, prices: priceBookOf(prices), signalId, matter, ask: askForProposal(matter) };
  return callUntilDone(desk, before);
}

async function matterOf(env: ReadingBindings, projectId: string, row: SignalRow): Promise<ProposalMatter> {
  const { agent, name, definition, polarity } = row.record;
  const [rows, classes, findings] = await Promise.all([
    signalsOfAgent(env.INDEX, projectId, agent),
    knownClasses(env.INDEX, projectId, agent),
    listFindings(env.INDEX, projectId, { agent, signalId: row.id }, { after: null, limit: shown.quotes }),
  ]);
  const ids = new Set([row.id, ...rows.flatMap(({ id, parentId }) => (parentId === row.id ? [id] : []))]);
  const own = classes
    .filter(({ signalId }) => signalId !== null && ids.has(signalId))
    .toSorted((a, b) => b.findings - a.findings || (a.key < b.key ? -1 : 1));
  const beside = rows.filter((one) => one.id !== row.id && one.parentId === row.parentId && one.record.polarity === polarity);
  const isLeaf = (one: SignalRow): boolean => !one.isDeclared && one.family === null;
  return {
    name,
    definition,
    family: own[0]?.family ?? null,
    classes: own.map(({ tokens, findings: count }) => ({ template: tokens.join(" "), findings: count })),
    quotes: findings.items
      .filter(({ label }) => label?.correct !== false)
      .flatMap(({ evidence }) => evidence.slice(0, 1).map(({ quote }) => quote)),
    siblings: beside
      .filter(({ said }) => !said.archived)
      .map((one) => ({
        slug: one.slug,
        name: one.record.name,
        definition: one.record.definition,
        isMergeable: isLeaf(row) && isLeaf(one),
      })),
  };
}

async function callUntilDone(desk: Desk, before: Proposal): Promise<ComeAgainMs> {
  const { env, model, clock, project, prices, signalId, ask } = desk;
  let standing = before;
  for (let callsNow = 1; ; callsNow++) {
    const day = dayIn(project.timezone, clock.nowMs());
    const reserved = await reserve(desk, day, standing);
    if (typeof reserved === "string") return end(desk, standing, { status: "failed", error: reserved });
    const claimed = { ...standing, calls: standing.calls + 1, held_until_ms: clock.nowMs() + heldMs, error: null };
    if (!(await moveProposal(env.INDEX, project.id, signalId, standing, claimed))) {
      await settleSpend(env.INDEX, project.id, day, reserved, 0);
      return null;
    }
    const result = await model.call(ask);
    const costUsd = result.tokens === null ? 0 : (callCostUsd(model.name, result.tokens, clock.nowMs(), prices) ?? 0);
    await settleSpend(env.INDEX, project.id, day, reserved, costUsd);
    if (result.ok) return end(desk, claimed, outcomeOf(desk, result.reply));
    const next = nextTry(result.failure, callsNow, claimed.calls, clock.jitter());
    const error = failureSentence(result.failure);
    if (next.do === "give_up") return end(desk, claimed, { status: "failed", error });
    const heldUntilMs = clock.nowMs() + (next.do === "later" ? next.waitMs : heldMs);
    standing = { ...claimed, error, held_until_ms: heldUntilMs };
    if (!(await moveProposal(env.INDEX, project.id, signalId, claimed, standing))) return null;
    if (next.do === "later") return next.waitMs;
    await clock.wait(next.waitMs);
  }
}

/** USD that were set aside for one call, or why none may be made. A person asked and waits: a day's end is told, not waited for. */
async function reserve({ env, model, clock, project, prices, ask }: Desk, day: string, { calls }: Proposal): Promise<number | string> {
  if (calls >= mostCalls) return `Claude was asked ${mostCalls} times in vain`;
  const usd = mostCostUsd(model.name, ask, clock.nowMs(), prices);
  if (usd === null) return `no price is known for ${model.name}: set one with PUT /v1/prices`;
  const isFree = await reserveSpend(env.INDEX, project.id, day, usd, project.settings.model_budget_usd_day);
  return isFree ? usd : "the rest of the day's model budget does not suffice; ask again tomorrow, or raise it (model_budget_usd_day)";
}

function outcomeOf({ model, matter }: Desk, reply: ModelReply): Partial<Proposal> {
  const answer = readProposal(reply, matter);
  if (answer.kind === "unusable") return { status: "failed", error: answer.reason };
  const { name, definition, mergeInto, reason } = answer;
  return { status: "ready", error: null, name, definition, merge_into: mergeInto, reason, model: model.name };
}

async function end({ env, project, signalId }: Desk, from: Proposal, given: Partial<Proposal>): Promise<null> {
  await moveProposal(env.INDEX, project.id, signalId, from, { ...from, held_until_ms: null, ...given });
  return null;
}

/** A fault of ours that stays is told. @param error in words of ours */
export async function leaveProposal(env: ReadingBindings, asked: ProposeMessage, error: string): Promise<void> {
  try {
    const before = (await findSignal(env.INDEX, asked.project_id, asked.signal_id))?.said.proposal ?? null;
    if (before?.status !== "pending") return;
    await moveProposal(env.INDEX, asked.project_id, asked.signal_id, before, { ...before, status: "failed", error });
  } catch {
    // The index itself is what fails: it stays pending until somebody asks again, or the next start.
  }
}

/** At a start nothing is in flight: whatever is pending has lost its message, and its call. */
export async function resendProposals(env: ReadingBindings, nowMs: number): Promise<void> {
  const waiting = await takePending(env.INDEX, nowMs + heldMs, mostResent);
  for (const { projectId, signalId } of waiting) await sendProposal(env, projectId, signalId);
}

export async function sendProposal(
  { READ_QUEUE }: Pick<ReadingBindings, "READ_QUEUE">,
  projectId: string,
  signalId: string,
): Promise<void> {
  const message: ProposeMessage = { v: 1, kind: "propose", project_id: projectId, signal_id: signalId };
  await READ_QUEUE.send(message);
}
