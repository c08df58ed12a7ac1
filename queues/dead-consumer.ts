// The dead-letter queue: messages that failed again and again. An inbox body moves to `dead/`, still encrypted, with a row that
// says why, so it is counted and can be driven again. Other messages need no grave: their objects announce them again.
import { writeDeadLetter } from "../d1/dead-letters.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { moveToDead } from "../r2/inbox.ts";
import { deadKey, parseInboxKey } from "../r2/keys.ts";
import { inboxMessage } from "./messages.ts";
import { retryLater } from "./settle.ts";

export async function consumeDead(batch: MessageBatch, env: Bindings): Promise<void> {
  for (const message of batch.messages) {
    try {
      const parsed = inboxMessage.safeParse(message.body);
      const entry = parsed.success ? parseInboxKey(parsed.data.key) : null;
      if (entry !== null && (await moveToDead(env.ARCHIVE, entry))) {
        const reason = "could not be processed after several tries; see the log of that time, then drive it again";
        await writeDeadLetter(env.INDEX, { projectId: entry.projectId, id: entry.receipt, door: entry.door, reason, key: deadKey(entry), nowMs: Date.now() });
      }
      message.ack();
    } catch (error) {
      retryLater(message, "dead", error);
    }
  }
}
