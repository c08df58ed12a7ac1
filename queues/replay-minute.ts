// Replays that run and at which nobody works: their message was lost, or their worker was killed. Each gets a new message.
import { liveExperiments } from "../d1/experiments.ts";
import { freeItems } from "../d1/replay-items.ts";
import type { ReplayBindings } from "./replay-item.ts";
import { sendReplay } from "./replay-message.ts";

/** Longer than one turn with the run that it ends with; what waits longer for a reason is only looked at. */
const lostAfterMs = 10 * 60_000;
const replaysAtATime = 50;

/** @param isStart nothing is in flight: whoever worked at a run is gone */
export async function replaysOfTheMinute(env: ReplayBindings, nowMs: number, isStart: boolean): Promise<void> {
  for (const { projectId, id } of await liveExperiments(env.INDEX, "replay", isStart ? nowMs : nowMs - lostAfterMs, replaysAtATime)) {
    if (isStart) await freeItems(env.INDEX, projectId, id, nowMs);
    await sendReplay(env, projectId, id);
  }
}
