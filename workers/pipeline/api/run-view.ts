// A run as it is read: the stored record, with the scores that came apart from it, and its observations by the latest scores.
// Steps and texts are served as they were stored.
import { customDimensionsOf } from "../../../d1/custom-dimensions.ts";
import { readSummary, summarise, type ObservedValue, type RunSummary } from "../../../d1/run-summary.ts";
import type { RunRow } from "../../../d1/runs.ts";
import { scoresOfRuns } from "../../../d1/scores.ts";
import { observe } from "../../../domain/run/dimensions.ts";
import type { Run, Score } from "../../../domain/run/run.ts";
import { mergeScores } from "../../../queues/store-runs.ts";
import { readStoredLine } from "../../../queues/stored-line.ts";
import type { SegmentLine } from "../../../r2/segments.ts";
import type { Env } from "../env.ts";

export type RunView = Run & { observations: ObservedValue[] };

/** Segments read at a time: a Worker has six connections. */
const mostReads = 6;

export function segmentLineOf(env: Env, projectId: string, row: RunRow): Promise<SegmentLine | null> {
  return readStoredLine(env, projectId, row.id, { key: row.segmentKey, offset: row.segmentOffset, length: row.segmentLength });
}

/** null when its segment is gone. */
export async function readWholeRun(env: Env, projectId: string, row: RunRow): Promise<RunView | null> {
  const [line, scores, custom] = await Promise.all([
    segmentLineOf(env, projectId, row),
    scoresOfRuns(env.INDEX, projectId, [row.id]),
    customDimensionsOf(env.INDEX, projectId),
  ]);
  if (line === null) return null;
  const { steps } = line.run;
  return { ...withScores(summarise(line.run, custom.get(row.agent) ?? []), scores.get(row.id) ?? []), steps };
}

/** In the order of `rows`; runs whose segment is gone are left out. */
export async function readListedRuns(env: Env, projectId: string, rows: readonly RunRow[]): Promise<RunSummary[]> {
  const scores = await scoresOfRuns(
    env.INDEX,
    projectId,
    rows.map((row) => row.id),
  );
  const summaries: RunSummary[] = [];
  for (let i = 0; i < rows.length; i += mostReads) {
    const some = await Promise.all(rows.slice(i, i + mostReads).map((row) => summaryOf(env, projectId, row)));
    summaries.push(...some.filter((summary) => summary !== null));
  }
  return summaries.map((summary) => withScores(summary, scores.get(summary.id) ?? []));
}

async function summaryOf(env: Env, projectId: string, row: RunRow): Promise<RunSummary | null> {
  if (row.summary !== null) return readSummary(row.summary);
  const line = await segmentLineOf(env, projectId, row);
  return line === null ? null : summarise(line.run, []);
}

const isOfScores = (dimension: string): boolean => dimension === "outcome.success" || dimension.startsWith("score.");

/** Only dimensions made from scores change with them; the others need the steps, which a summary no longer has. */
export function withScores(summary: RunSummary, later: readonly Score[]): RunSummary {
  if (later.length === 0) return summary;
  const scores = mergeScores(summary.scores, later);
  const ofScores = observe({ ...summary, scores, steps: [] }).filter(({ dimension }) => isOfScores(dimension));
  const kept = summary.observations.filter(({ dimension }) => !isOfScores(dimension));
  return { ...summary, scores, observations: [...kept, ...ofScores.map(({ dimension, value }) => ({ dimension, value }))] };
}
