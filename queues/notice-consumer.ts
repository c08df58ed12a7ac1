// The notice queue: events of incidents for the project's webhooks. Each hook is its own delivery with its own record, so one
// that is down does not repeat the others; the desk is told when all have ended, well or ill.
import type { Bindings } from "../durable-objects/bindings.ts";
import type { Incident } from "../domain/incident/incident.ts";
import { incidentDeskOf } from "../durable-objects/names.ts";
import { endedDeliveries, recordDelivery } from "../d1/deliveries.ts";
import { hooksFor } from "../d1/webhooks.ts";
import { noticeMessage } from "./messages.ts";
import { postSigned } from "./post-signed.ts";
import { retryLater } from "./settle.ts";

/** After these the delivery is recorded as failed; about half an hour of growing delays. */
const mostAttempts = 8;

export async function consumeNotices(batch: MessageBatch, env: Bindings): Promise<void> {
  for (const message of batch.messages) {
    try {
      if (await deliver(message, env)) message.ack();
      else retryLater(message, "notice", new Error("a webhook did not take its notice"));
    } catch (error) {
      retryLater(message, "notice", error);
    }
  }
}

/** Whether every hook's delivery has ended. */
async function deliver(message: Message, env: Bindings): Promise<boolean> {
  const notice = noticeMessage.parse(message.body);
  const desk = incidentDeskOf(env, notice.project_id, notice.agent);
  const incident = await desk.notice(notice.event_id);
  // The project was deleted meanwhile.
  if (incident === null) return true;
  const hooks = await hooksFor(env.INDEX, notice.project_id, notice.event);
  const ended = await endedDeliveries(
    env.INDEX,
    notice.project_id,
    hooks.map(({ id }) => `${notice.event_id}.${id}`),
  );
  let allEnded = true;
  for (const hook of hooks) {
    const id = `${notice.event_id}.${hook.id}`;
    if (ended.has(id)) continue;
    const body = JSON.stringify({
      type: notice.event,
      timestamp: notice.at,
      text: slackText(incident, notice.event),
      data: incident,
    });
    const failure = await postSigned(hook, notice.event_id, body);
    const isLast = message.attempts >= mostAttempts;
    const status = failure === null ? "delivered" : isLast ? "failed" : "retrying";
    if (status === "retrying") allEnded = false;
    await recordDelivery(env.INDEX, {
      projectId: notice.project_id,
      id,
      webhookId: hook.id,
      event: notice.event,
      status,
      attempts: message.attempts,
      lastError: failure,
      nowMs: Date.now(),
    });
  }
  if (allEnded) await desk.confirm(notice.event_id, Date.now());
  return allEnded;
}

/** Slack and its kin show `text`; the rest of the body is for programs. */
const slackText = ({ title, severity }: Incident, event: string): string => `${event}: [${severity}] ${title}`;
