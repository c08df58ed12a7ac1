// Stores scores, and folds the runs they are about again: a label that comes late corrects the behaviour of its run's own day.
import { runIdOf } from "../domain/run/run-id.ts";
import { scoresOf, standingRuns } from "../d1/read-for-store.ts";
import { writeScores, type StoredScore } from "../d1/write-scores.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { readSegmentLine } from "../r2/segments.ts";
import type { ReadRequest } from "./read-request.ts";
import { foldFacts } from "./store-runs.ts";

export async function storeScores(env: Bindings, projectId: string, requests: readonly ReadRequest[], nowMs: number): Promise<void> {
  const stored = requests.flatMap(({ scores, entry }) =>
    scores.map((score): StoredScore => ({
      runId: runIdOf(score.run_id),
      name: score.name,
      value: score.value,
      source: score.source ?? null,
      comment: score.comment ?? null,
      version: entry.receipt,
    })),
  );
  await writeScores(env.INDEX, projectId, stored, requests.map(({ receipt }) => receipt), nowMs);
  const ids = [...new Set(stored.map(({ runId }) => runId))];
  const standing = (await standingRuns(env.INDEX, projectId, ids)).filter(({ isOpen }) => !isOpen);
  const lines = await Promise.all(standing.map(async ({ place, version }) => ({ version, line: await readSegmentLine(env.ARCHIVE, place) })));
  const runs = lines.flatMap(({ version, line }) => (line === null ? [] : [{ run: line.run, version }]));
  if (runs.length === 0) return;
  await foldFacts(env, projectId, runs, await scoresOf(env.INDEX, projectId, ids), nowMs);
}
