// The notice queue: events of incidents, alerts, experiments and reports for whoever wants them. Each hook is its own delivery with its own
// tries, so one that is down does not repeat the others; who keeps the record is told when all have ended, and meanwhile when the next try is.
import type { Bindings } from "../durable-objects/bindings.ts";
import { findAlertRule } from "../d1/alert-rules.ts";
import { knownDeliveries, recordDelivery, type Delivery, type KnownDelivery } from "../d1/deliveries.ts";
import { hooksFor } from "../d1/webhooks.ts";
import { recordHash } from "../domain/audit/chain.ts";
import { noticeMessage, type NoticeMessage } from "./messages.ts";
import { bodyOf, toldOf } from "./notice-body.ts";
import { sourceOf } from "./notice-source.ts";
import { postSigned } from "./post-signed.ts";
import { retryLater } from "./settle.ts";

/** After these the delivery is recorded as failed; with the delays below that is about two and a half hours. */
const mostAttempts = 8;
const firstDelayMs = 2_000;
const delayFactor = 5;
const longestDelayMs = 60 * 60_000;

/** @param attempts calls so far */
export function nextTryMs(attempts: number, nowMs: number): number {
  return nowMs + Math.min(longestDelayMs, firstDelayMs * delayFactor ** (attempts - 1));
}

export async function consumeNotices(batch: MessageBatch, env: Bindings): Promise<void> {
  for (const message of batch.messages) {
    try {
      const waitMs = await deliver(noticeMessage.parse(message.body), env);
      if (waitMs === null) message.ack();
      else message.retry({ delaySeconds: Math.max(1, Math.ceil(waitMs / 1000)) });
    } catch (error) {
      retryLater(message, "notice", error);
    }
  }
}

/** One who is told: a webhook, or a Slack address that a rule brought itself. */
interface Receiver {
  id: string;
  url: string;
  secret: string | null;
  format: "standard" | "slack";
}

/** null when every receiver's delivery has ended, else how long until the next try. */
async function deliver(message: NoticeMessage, env: Bindings): Promise<number | null> {
  const { project_id: projectId, event_id: eventId } = message;
  const source = sourceOf(env, message);
  const notice = await source.read();
  // The project was deleted meanwhile.
  if (notice === null) return null;
  const receivers = await receiversOf(env, message);
  const known = await knownDeliveries(
    env.INDEX,
    projectId,
    receivers.map(({ id }) => `${eventId}.${id}`),
  );
  const next: number[] = [];
  for (const receiver of receivers) {
    const before = known.get(`${eventId}.${receiver.id}`) ?? null;
    if (before !== null && before.status !== "retrying") continue;
    // Another message of the same event is a little ahead.
    if (before !== null && before.nextMs !== null && before.nextMs > Date.now()) next.push(before.nextMs);
    else {
      const failure = await postSigned(receiver, eventId, bodyOf(message, notice, receiver.format));
      const made = deliveryOf(message, receiver, before, failure, toldOf(message, notice).title);
      await recordDelivery(env.INDEX, projectId, made);
      if (made.nextMs !== null) next.push(made.nextMs);
    }
  }
  if (next.length === 0) {
    await source.confirm(Date.now());
    return null;
  }
  await source.postponed(Math.min(...next));
  return Math.min(...next) - Date.now();
}

/** Webhooks that ask for the event, and whom its rule names; a rule that is gone names nobody. */
async function receiversOf(env: Bindings, { project_id: projectId, event, rule_id: ruleId }: NoticeMessage): Promise<Receiver[]> {
  const rule = ruleId === null ? null : await findAlertRule(env.INDEX, projectId, ruleId);
  const targets = rule?.targets ?? [];
  const named = targets.flatMap((target) => (target.type === "webhook" ? [target.webhook_id] : []));
  const addresses = new Set(targets.flatMap((target) => (target.type === "slack" ? [target.url] : [])));
  const hooks = await hooksFor(env.INDEX, projectId, event, named);
  return [
    ...hooks,
    // By a hash of the address: the row must not hold a secret.
    ...[...addresses].map((url): Receiver => ({ id: `slack_${recordHash(url).slice(0, 16)}`, url, secret: null, format: "slack" })),
  ];
}

function deliveryOf(
  message: NoticeMessage,
  receiver: Receiver,
  before: KnownDelivery | null,
  failure: string | null,
  about: string,
): Delivery {
  const nowMs = Date.now();
  const attempts = (before?.attempts ?? 0) + 1;
  const status = failure === null ? "delivered" : attempts >= mostAttempts ? "failed" : "retrying";
  return {
    id: `${message.event_id}.${receiver.id}`,
    webhookId: receiver.id,
    event: message.event,
    status,
    attempts,
    lastError: failure,
    createdMs: before?.createdMs ?? nowMs,
    updatedMs: nowMs,
    nextMs: status === "retrying" ? nextTryMs(attempts, nowMs) : null,
    agent: message.agent,
    ruleId: message.rule_id,
    host: URL.parse(receiver.url)?.hostname ?? null,
    about,
  };
}
