// Stores scores, and folds the runs they are about again: a label that comes late corrects the behaviour of its run's own day.
import { runIdOf } from "../domain/run/run-id.ts";
import { customDimensionsOf } from "../d1/custom-dimensions.ts";
import { scoresOf, standingRuns, withoutAliases } from "../d1/read-for-store.ts";
import { writeScores, type StoredScore } from "../d1/write-scores.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import type { ReadRequest } from "./read-request.ts";
import { foldRuns } from "./fold-runs.ts";
import { readStoredLine } from "./stored-line.ts";

export async function storeScores(env: Bindings, projectId: string, requests: readonly ReadRequest[], nowMs: number): Promise<void> {
  const given = requests.flatMap(({ scores, entry }) =>
    scores.map((score) => ({ ...score, run_id: runIdOf(score.run_id), receipt: entry.receipt })),
  );
  if (given.length === 0) return;
  const runIds = await withoutAliases(env.INDEX, projectId, [...new Set(given.map(({ run_id }) => run_id))]);
  const stored = given.map(({ run_id, name, value, source, comment, receipt }): StoredScore => {
    return { runId: runIds.get(run_id) ?? run_id, name, value, source: source ?? null, comment: comment ?? null, version: receipt };
  });
  await writeScores(env.INDEX, projectId, stored);
  const ids = [...new Set(stored.map(({ runId }) => runId))];
  const standing = (await standingRuns(env.INDEX, projectId, ids)).filter(({ isOpen }) => !isOpen);
  const lines = await Promise.all(
    standing.map(async ({ id, place, version }) => ({ version, line: await readStoredLine(env, projectId, id, place) })),
  );
  const runs = lines.flatMap(({ version, line }) => (line === null ? [] : [{ run: line.run, version }]));
  if (runs.length === 0) return;
  const [scores, custom] = await Promise.all([scoresOf(env.INDEX, projectId, ids), customDimensionsOf(env.INDEX, projectId)]);
  await foldRuns(env, projectId, runs, scores, custom, nowMs);
}
