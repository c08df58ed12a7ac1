// A run as it is read: the stored record, with the scores that came apart from it, and its observations by the latest scores.
// Steps and texts are served as they were stored.
import { customDimensionsOf, type CustomDimensions } from "../../../d1/custom-dimensions.ts";
import { readSummary, summarise, type ObservedValue, type RunSummary } from "../../../d1/run-summary.ts";
import { labelsOf, noLabels, type RunLabels } from "../../../d1/run-labels.ts";
import type { RunRow } from "../../../d1/runs.ts";
import { scoresOfRuns } from "../../../d1/scores.ts";
import { observe } from "../../../domain/run/dimensions.ts";
import type { Run, Score } from "../../../domain/run/run.ts";
import { mergeScores } from "../../../domain/run/merge-scores.ts";
import { readStoredLine, readStoredLines } from "../../../queues/stored-line.ts";
import type { LinePlace, SegmentLine } from "../../../r2/segments.ts";
import type { Env } from "../env.ts";

export type RunView = Run & { observations: ObservedValue[] } & RunLabels;
/** The same without steps. */
export type ListedView = RunSummary & RunLabels;

const placeOf = (row: RunRow): LinePlace => ({ key: row.segmentKey, offset: row.segmentOffset, length: row.segmentLength });

export function segmentLineOf(env: Env, projectId: string, row: RunRow): Promise<SegmentLine | null> {
  return readStoredLine(env, projectId, row.id, placeOf(row));
}

/** null when its segment is gone. */
export async function readWholeRun(env: Env, projectId: string, row: RunRow): Promise<RunView | null> {
  const [line, scores, custom, labels] = await Promise.all([
    segmentLineOf(env, projectId, row),
    scoresOfRuns(env.INDEX, projectId, [row.id]),
    customDimensionsOf(env.INDEX, projectId),
    labelsOf(env.INDEX, projectId, [row.id]),
  ]);
  return line === null ? null : viewOf(line.run, custom, scores.get(row.id) ?? [], labels.get(row.id));
}

/** In the order of `rows`, one at a time; runs whose segment is gone are left out. */
export async function* readWholeRuns(
  env: Env,
  projectId: string,
  rows: readonly RunRow[],
  custom: CustomDimensions,
): AsyncGenerator<RunView> {
  const ids = rows.map((row) => row.id);
  const [scores, labels] = await Promise.all([scoresOfRuns(env.INDEX, projectId, ids), labelsOf(env.INDEX, projectId, ids)]);
  const places = rows.map((row) => ({ id: row.id, place: placeOf(row) }));
  for await (const line of readStoredLines(env, projectId, places))
    if (line !== null) yield viewOf(line.run, custom, scores.get(line.run.id) ?? [], labels.get(line.run.id));
}

function viewOf(run: Run, custom: CustomDimensions, scores: readonly Score[], labels: RunLabels = noLabels): RunView {
  return { ...withScores(summarise(run, custom.get(run.agent) ?? []), scores), ...labels, steps: run.steps };
}

/** In the order of `rows`; runs whose segment is gone are left out. */
export async function readListedRuns(env: Env, projectId: string, rows: readonly RunRow[]): Promise<ListedView[]> {
  const ids = rows.map((row) => row.id);
  const [scores, labels] = await Promise.all([scoresOfRuns(env.INDEX, projectId, ids), labelsOf(env.INDEX, projectId, ids)]);
  const long = await summariesOfLong(env, projectId, rows);
  const summaries = rows.map((row) => (row.summary === null ? (long.get(row.id) ?? null) : readSummary(row.summary)));
  return summaries
    .filter((summary) => summary !== null)
    .map((summary) => ({ ...withScores(summary, scores.get(summary.id) ?? []), ...(labels.get(summary.id) ?? noLabels) }));
}

/** Of those of `rows` that are too large for the index, by id. */
async function summariesOfLong(env: Env, projectId: string, rows: readonly RunRow[]): Promise<Map<string, RunSummary>> {
  const places = rows.filter(({ summary }) => summary === null).map((row) => ({ id: row.id, place: placeOf(row) }));
  const summaries = new Map<string, RunSummary>();
  for await (const line of readStoredLines(env, projectId, places)) if (line !== null) summaries.set(line.run.id, summarise(line.run, []));
  return summaries;
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
