// The read queue: runs that Claude is to read, drafts that it is to better, and signals that it is to propose a name for. Several at a time, each message on its own; what a message means stands in the reading's
// row, so one that comes too often or never again is harmless (the minute finds rows that nobody works at).
import { endReading } from "../d1/readings.ts";
import { failureWords } from "./failure-words.ts";
import { draftWithModel } from "./draft-with-model.ts";
import { draftMessage, proposeMessage, readMessage, type ProposeMessage } from "./messages.ts";
import { leaveProposal, proposeForSignal } from "./propose-for-signal.ts";
import type { Clock, Model } from "./reading-model.ts";
import { readRun, type ComeAgainMs, type ReadingBindings } from "./reading-run.ts";
import { retryLater } from "./settle.ts";

/** The longest delay that a queue knows. */
const longestDelaySeconds = 12 * 60 * 60;
/** A fault of ours, not of the model's, that stays for so many deliveries is told and left; one less than the queue's own limit. */
const mostDeliveries = 6;

/** @param model null where the instance has no key */
export async function consumeReadings(batch: MessageBatch, env: ReadingBindings, model: Model | null, clock: Clock): Promise<void> {
  await Promise.all(batch.messages.map((message) => consumeOne(message, env, model, clock)));
}

async function consumeOne(message: Message, env: ReadingBindings, model: Model | null, clock: Clock): Promise<void> {
  const draft = draftMessage.safeParse(message.body);
  if (draft.success) return consumeDraft(message, () => draftWithModel(env, model, clock, draft.data));
  const propose = proposeMessage.safeParse(message.body);
  if (propose.success) return consumeProposal(message, env, model, clock, propose.data);
  const parsed = readMessage.safeParse(message.body);
  if (!parsed.success) {
    console.error(JSON.stringify({ level: "error", where: "read", reason: "a message that names no run" }));
    message.ack();
    return;
  }
  const { project_id: projectId, run_id: runId } = parsed.data;
  try {
    const comeAgainMs = await readRun(env, model, clock, { projectId, runId });
    settle(message, comeAgainMs);
  } catch (error) {
    if (message.attempts >= mostDeliveries) await leave(env, projectId, runId, error, clock.nowMs());
    retryLater(message, "read", error);
  }
}

/** A draft that fails for a fault of ours is found again by the minute, by its row. */
async function consumeDraft(message: Message, draft: () => Promise<ComeAgainMs>): Promise<void> {
  try {
    settle(message, await draft());
  } catch (error) {
    retryLater(message, "draft", error);
  }
}

async function consumeProposal(
  message: Message,
  env: ReadingBindings,
  model: Model | null,
  clock: Clock,
  asked: ProposeMessage,
): Promise<void> {
  try {
    settle(message, await proposeForSignal(env, model, clock, asked));
  } catch (error) {
    if (message.attempts >= mostDeliveries) await leaveProposal(env, asked, failureWords(error));
    retryLater(message, "propose", error);
  }
}

function settle(message: Message, comeAgainMs: ComeAgainMs): void {
  if (comeAgainMs === null) message.ack();
  else message.retry({ delaySeconds: Math.min(longestDelaySeconds, Math.max(1, Math.ceil(comeAgainMs / 1_000))) });
}

async function leave(env: ReadingBindings, projectId: string, runId: string, error: unknown, nowMs: number): Promise<void> {
  const failed = { status: "failed", error: failureWords(error), findings: null, contentHash: null, epoch: null, costUsd: 0 } as const;
  try {
    await endReading(env.INDEX, projectId, runId, { ...failed, updatedMs: nowMs });
  } catch {
    // The index itself is what fails: the row stays pending, and the minute finds it.
  }
}
