// Sends a job's next message. The turn that it names stands in the job's row by then.
import type { Bindings } from "../durable-objects/bindings.ts";
import type { BackfillMessage } from "./messages.ts";

/** Row first, message after: one that is lost is found again by upkeep. */
export async function sendTurn(env: Bindings, projectId: string, backfillId: string, turn: number): Promise<void> {
  const message: BackfillMessage = { v: 1, kind: "backfill", project_id: projectId, backfill_id: backfillId, turn };
  await env.BACKFILL_QUEUE.send(message);
}
