// Stores runs that were read: whole runs into one R2 segment, rows into the index, facts into the behaviour objects. Every
// step may run twice and stop half way: rows and facts are replaced by version, so doing it again ends the same.
import { factsOf } from "../domain/drift/facts-of.ts";
import type { RunFacts } from "../domain/drift/facts.ts";
import type { Run, Score } from "../domain/run/run.ts";
import { readProject } from "../d1/project.ts";
import type { Erasure } from "../d1/erasures.ts";
import { beginStore, scoresOf, type IndexedScore } from "../d1/read-for-store.ts";
import type { Receipt } from "../d1/receipts.ts";
import { writeRuns } from "../d1/write-runs.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf } from "../durable-objects/names.ts";
import { segmentStem } from "../r2/keys.ts";
import { writeSegment } from "../r2/segments.ts";
import { forgetRuns } from "./forget.ts";
import { userKeyOf } from "./user-key.ts";

interface KnownRun {
  agent: string;
  version: string;
}

export interface ReadRun {
  run: Run;
  /** Orders revisions: receipt of a native run, number of parts of a trace. */
  version: string;
  /** A trace that may still grow is listed, and moves no baseline yet. */
  isOpen: boolean;
  /** As the sender sent it, redacted. */
  raw: unknown;
  /** Other ids under which the sender speaks of it, in the form of run ids. */
  aliases: readonly string[];
  /** When the newest of it was received, epoch milliseconds: what a deletion since then must take away again. */
  receivedMs: number;
}

/** @param name of the segment: the same delivery must give the same name */
export async function storeRuns(
  env: Bindings,
  projectId: string,
  name: string,
  read: readonly ReadRun[],
  receipts: readonly Receipt[],
  nowMs: number,
): Promise<void> {
  const runs = newestOnly(read);
  const ids = runs.map(({ run }) => run.id);
  const stem = segmentStem(projectId, runs[0]?.receivedMs ?? nowMs, name);
  const before = ids.length > 0 ? await beginStore(env.INDEX, projectId, stem, ids, nowMs) : new Map<string, KnownRun>();
  const places = runs.length > 0 ? await writeSegment(env.ARCHIVE, stem, runs) : [];
  const stored = runs.flatMap((one, i) => {
    const place = places[i];
    return place === undefined ? [] : [{ ...one, place }];
  });
  const erasures = await writeRuns(env.INDEX, projectId, stored, receipts, stem, nowMs);
  const gone = await forgetErased(env, projectId, runs, erasures);
  const closed = runs.filter(({ isOpen, run }) => !isOpen && !gone.has(run.id));
  if (closed.length === 0) return;
  const scores = await scoresOf(
    env.INDEX,
    projectId,
    closed.map(({ run }) => run.id),
  );
  await foldFacts(env, projectId, closed, scores, nowMs);
  await forgetMoved(env, projectId, closed, before, nowMs);
}

/** Facts of `runs` with the scores of the index, into the behaviour object of each agent. */
export async function foldFacts(
  env: Bindings,
  projectId: string,
  runs: readonly Pick<ReadRun, "run" | "version">[],
  scores: readonly IndexedScore[],
  nowMs: number,
): Promise<void> {
  const project = await readProject(env.INDEX, projectId);
  if (project === null) return;
  const byAgent = Map.groupBy(runs, ({ run }) => run.agent);
  for (const [agent, ofAgent] of byAgent) {
    const facts = ofAgent.map((one): RunFacts => {
      const late = scores.filter(({ runId }) => runId === one.run.id);
      return factsOf({ ...one.run, scores: mergeScores(one.run.scores, late) }, `${one.version}~${late.at(-1)?.version ?? ""}`);
    });
    const subject = { projectId, agent, falseAlarmBudgetDays: project.settings.false_alarm_budget_days };
    await behaviourOf(env, projectId, agent).fold(subject, facts, nowMs);
  }
}

/** The run's own scores, replaced by later ones of the same name and source. */
export function mergeScores(own: readonly Score[], late: readonly Score[]): Score[] {
  const merged = new Map<string, Score>();
  for (const { name, value, source, comment } of [...own, ...late])
    merged.set(JSON.stringify([name, source]), { name, value, source, comment });
  return [...merged.values()];
}

/** A later part can name another agent: the run must not stay in the behaviour of the first. */
async function forgetMoved(
  env: Bindings,
  projectId: string,
  runs: readonly ReadRun[],
  before: ReadonlyMap<string, KnownRun>,
  nowMs: number,
): Promise<void> {
  const moved = runs.flatMap(({ run, version }) => {
    const known = before.get(run.id);
    return known !== undefined && known.agent !== run.agent && known.version <= version ? [{ id: run.id, agent: known.agent }] : [];
  });
  for (const [agent, ofAgent] of Map.groupBy(moved, (one) => one.agent)) {
    await behaviourOf(env, projectId, agent).forget(
      ofAgent.map(({ id }) => id),
      nowMs,
    );
  }
}

/** Takes away again what was received before its deletion and stored after it. Ids of those runs. */
async function forgetErased(
  env: Bindings,
  projectId: string,
  runs: readonly ReadRun[],
  erasures: readonly Erasure[],
): Promise<Set<string>> {
  const erased = new Map<string, { id: string; agent: string; atMs: number }>();
  for (const { kind, key, atMs } of erasures) {
    for (const { run, receivedMs } of runs) {
      const isIt = kind === "run" ? run.id === key : run.user_id !== null && userKeyOf(env, projectId, run.user_id) === key;
      if (isIt && receivedMs <= atMs) erased.set(run.id, { id: run.id, agent: run.agent, atMs });
    }
  }
  for (const [atMs, together] of Map.groupBy(erased.values(), (one) => one.atMs)) await forgetRuns(env, projectId, together, atMs, null);
  return new Set(erased.keys());
}

/** One entry a run: of several revisions in one delivery the newest. */
function newestOnly(read: readonly ReadRun[]): ReadRun[] {
  const newest = new Map<string, ReadRun>();
  for (const one of read) {
    const known = newest.get(one.run.id);
    if (known === undefined || one.version >= known.version) newest.set(one.run.id, one);
  }
  return [...newest.values()];
}
