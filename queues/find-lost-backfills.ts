// Backfills whose message was lost, or whose worker was killed: they are under way and nothing moves. Each gets a new turn, which makes
// whatever message may still come of the old one void.
import { liveBackfills, passTurn } from "../d1/backfills.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { sendTurn } from "./backfill-turn.ts";

/** A page takes a moment, and waits at most seconds for requests to pass. */
const lostAfterMs = 45_000;
/** One job's turn, for which each of the others waits. */
const turnMs = 30_000;
/** More than are ever under way at once in a minute. */
const jobsAtATime = 100;

export async function findLostBackfills(env: Bindings, nowMs: number): Promise<void> {
  const live = await liveBackfills(env.INDEX, jobsAtATime);
  const lostMs = nowMs - lostAfterMs - (live.length - 1) * turnMs;
  for (const { projectId, job } of live) {
    if (job.updatedMs > lostMs) continue;
    const turn = await passTurn(env.INDEX, projectId, job, Date.now());
    if (turn !== null) await sendTurn(env, projectId, job.id, turn);
  }
}
