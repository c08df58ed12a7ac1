// The behaviour queue: agents whose evaluation is not in the index yet.
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf } from "../durable-objects/names.ts";
import { evaluatedMessage } from "./messages.ts";
import { publish } from "./publish.ts";
import { retryLater } from "./settle.ts";

export async function consumeBehaviour(batch: MessageBatch, env: Bindings): Promise<void> {
  for (const message of batch.messages) {
    try {
      const { project_id, agent } = evaluatedMessage.parse(message.body);
      const publication = await behaviourOf(env, project_id, agent).publication();
      if (publication !== null) await publish(env, project_id, agent, publication);
      message.ack();
    } catch (error) {
      retryLater(message, "behaviour", error);
    }
  }
}
