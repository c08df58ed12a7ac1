// The dead-letter queue: messages that failed again and again without an end that their consumer could give them (it was killed each
// time, or the stores were down). An inbox body is set aside; other messages need no grave: their objects announce them again.
import type { Bindings } from "../durable-objects/bindings.ts";
import { parseInboxKey } from "../r2/keys.ts";
import { bury } from "./bury.ts";
import { inboxMessage } from "./messages.ts";
import { retryLater } from "./settle.ts";

const reason = "every try ended without an answer: it took more memory or time than there is, or the stores were down";

export async function consumeDead(batch: MessageBatch, env: Bindings): Promise<void> {
  for (const message of batch.messages) {
    try {
      const parsed = inboxMessage.safeParse(message.body);
      const entry = parsed.success ? parseInboxKey(parsed.data.key) : null;
      if (entry !== null) await bury(env, entry, reason, Date.now());
      message.ack();
    } catch (error) {
      retryLater(message, "dead", error);
    }
  }
}
