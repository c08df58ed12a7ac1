// Sends the sample through the public door, as any sender would: the declared changes, the runs oldest first, the scores that
// came late, then a flush. It may be broken off and started again with the same scenario; the same ids make that harmless.
import * as z from "zod";
import type { NativeRun } from "./native-run.ts";
import { type Door, openDoor } from "./door.ts";
import { lateScores, sampleChanges, sampleRuns } from "./sample-runs.ts";
import type { Scenario } from "./scenario.ts";

export type SampleStage = "changes" | "runs" | "scores" | "processing";

export interface SampleProgress {
  stage: SampleStage;
  done: number;
  total: number;
}

export interface SendSampleOptions {
  /** Where Bento serves, without a trailing slash. */
  url: string;
  /** A key of the sample's project with every scope. */
  key: string;
  /** The same scenario sends the same runs; keep its end to go on after a break. */
  scenario: Scenario;
  onProgress?: (progress: SampleProgress) => void;
  fetch?: typeof fetch;
}

export interface SampleReceipt {
  runs: number;
  changes: number;
  scores: number;
  /** Runs that Bento refused, with its reasons; empty when all is well. */
  rejected: { id: string | null; message: string }[];
}

/** Runs a request: about 0.7 MB, well below the door's limit, and quick enough to show progress. */
const batchSize = 150;
/** Late scores go one by one; this many wait for their answers at a time. */
const scoresAtOnce = 8;
/** Processing is asked for this often, and given up on after this long without any progress. */
const pollMs = 250;
const stuckAfterMs = 120_000;

const accepted = z.object({ accepted: z.int(), rejected: z.array(z.object({ id: z.string().nullish(), message: z.string() })) });
const ingestStatus = z.object({ pending: z.int() });

/** Sends the whole scenario and waits until all of it can be read. Throws where Bento refuses a request for good. */
export async function sendSample({
  url,
  key,
  scenario,
  onProgress = () => {},
  fetch: send = fetch,
}: SendSampleOptions): Promise<SampleReceipt> {
  const door = openDoor(url, key, send);
  const changes = await sendChanges(door, scenario, onProgress);
  const { runs, rejected } = await sendRuns(door, scenario, onProgress);
  const scores = await sendScores(door, scenario, onProgress);
  await untilProcessed(door, onProgress);
  await door.post(`/v1/agents/${encodeURIComponent(scenario.agent)}/flush`, {});
  await untilProcessed(door, onProgress);
  return { runs, changes, scores, rejected };
}

/** A change declared again with the same time is the same change, so a second sending declares nothing new. */
async function sendChanges(door: Door, scenario: Scenario, onProgress: (progress: SampleProgress) => void): Promise<number> {
  const changes = sampleChanges(scenario);
  for (const [done, change] of changes.entries()) {
    onProgress({ stage: "changes", done, total: changes.length });
    await door.post("/v1/changes", change);
  }
  onProgress({ stage: "changes", done: changes.length, total: changes.length });
  return changes.length;
}

async function sendRuns(
  door: Door,
  scenario: Scenario,
  onProgress: (progress: SampleProgress) => void,
): Promise<Pick<SampleReceipt, "runs" | "rejected">> {
  const all: NativeRun[] = [...sampleRuns(scenario)];
  const rejected: SampleReceipt["rejected"] = [];
  for (let from = 0; from < all.length; from += batchSize) {
    onProgress({ stage: "runs", done: from, total: all.length });
    const answer = accepted.parse(await door.post("/v1/runs", { runs: all.slice(from, from + batchSize) }));
    rejected.push(...answer.rejected.map(({ id, message }) => ({ id: id ?? null, message })));
  }
  onProgress({ stage: "runs", done: all.length, total: all.length });
  return { runs: all.length, rejected };
}

async function sendScores(door: Door, scenario: Scenario, onProgress: (progress: SampleProgress) => void): Promise<number> {
  const scores = lateScores(scenario);
  for (let from = 0; from < scores.length; from += scoresAtOnce) {
    onProgress({ stage: "scores", done: from, total: scores.length });
    await Promise.all(scores.slice(from, from + scoresAtOnce).map((score) => door.post("/v1/scores", score)));
  }
  onProgress({ stage: "scores", done: scores.length, total: scores.length });
  return scores.length;
}

/** Waits until everything acknowledged is visible to reads. */
async function untilProcessed(door: Door, onProgress: (progress: SampleProgress) => void): Promise<void> {
  let most = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let waitedMs = 0; waitedMs < stuckAfterMs; waitedMs += pollMs) {
    const { pending } = ingestStatus.parse(await door.get("/v1/ingest/status"));
    most = Math.max(most, pending);
    onProgress({ stage: "processing", done: most - pending, total: most });
    if (pending === 0) return;
    if (pending < least) waitedMs = 0;
    least = Math.min(least, pending);
    await door.pause(pollMs);
  }
  throw new Error(`Bento has ${least} accepted records still to process and got no further for ${stuckAfterMs / 1000} s; see its log`);
}
