// Sends the message that a replay goes on. Rows first, message after: one that is lost is found again by the minute.
import type { ReplayMessage } from "./messages.ts";

/** @param afterMs not before so many milliseconds */
export async function sendReplay(
  { REPLAY_QUEUE }: { REPLAY_QUEUE: Queue },
  projectId: string,
  experimentId: string,
  afterMs = 0,
): Promise<void> {
  const message: ReplayMessage = { v: 1, kind: "replay", project_id: projectId, experiment_id: experimentId };
  await REPLAY_QUEUE.send(message, { delaySeconds: Math.ceil(afterMs / 1_000) });
}
