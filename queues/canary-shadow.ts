// Brings the candidate's runs of a shadow together with the live runs that they stand beside, whichever came first, and again when either is
// revised or scored. A live run that is not here yet is waited for.
import type { CustomDimensions } from "../d1/custom-dimensions.ts";
import { candidatesBeside, runOutcomeStatements, type NewOutcome, type ShownByRun } from "../d1/outcomes.ts";
import { scoresOf, standingRuns, withoutAliases } from "../d1/read-for-store.ts";
import type { ArmName } from "../domain/experiment/assignment.ts";
import type { Experiment } from "../domain/experiment/experiment.ts";
import { compareRuns, pairMetrics } from "../domain/experiment/shadow-pair.ts";
import { shadowMetricNames } from "../domain/experiment/shadow-reading.ts";
import { runIdOf } from "../domain/run/run-id.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { measuresOf, type MeasuredRun } from "./canary-measures.ts";
import { mergeScores } from "../domain/run/merge-scores.ts";
import { readStoredLine } from "./stored-line.ts";

/** Of a statement. */
const pairsAtATime = 100;

interface Pair {
  liveId: string;
  live: MeasuredRun | null;
  candidate: MeasuredRun;
}

export async function pairShadows(
  env: Bindings,
  projectId: string,
  experiment: Experiment,
  runs: readonly MeasuredRun[],
  custom: CustomDimensions,
  nowMs: number,
): Promise<void> {
  const { id, agent, design } = experiment;
  if (design.kind !== "shadow" || experiment.status !== "running") return;
  const pairs = await pairsAmong(
    env,
    projectId,
    id,
    runs.filter((one) => isOf(one, id, agent)),
    runs,
  );
  if (pairs.length === 0) return;
  const metrics = new Set(shadowMetricNames(design.plan));
  for (let i = 0; i < pairs.length; i += pairsAtATime) {
    const shown = new Map<string, ShownByRun>();
    for (const pair of pairs.slice(i, i + pairsAtATime))
      for (const one of shownBy(pair, metrics, custom))
        shown.set(one.id, { ...one, outcomes: [...(shown.get(one.id)?.outcomes ?? []), ...one.outcomes] });
    await env.INDEX.batch(runOutcomeStatements(env.INDEX, projectId, id, [...shown.values()], nowMs));
  }
}

/** A run that names another experiment is that one's. */
function isOf({ run }: MeasuredRun, id: string, agent: string): boolean {
  return run.shadow_of !== null && (run.experiment === null ? run.agent === agent : run.experiment.id === id);
}

/** Of candidates that came now, and of live runs that came now and for which candidates wait. */
async function pairsAmong(
  env: Bindings,
  projectId: string,
  experimentId: string,
  candidates: readonly MeasuredRun[],
  runs: readonly MeasuredRun[],
): Promise<Pair[]> {
  const here = new Map(runs.map((one) => [one.run.id, one]));
  const named = await withoutAliases(env.INDEX, projectId, [...new Set(candidates.map(({ run }) => runIdOf(run.shadow_of ?? "")))]);
  const asked = candidates.map((candidate) => {
    const name = runIdOf(candidate.run.shadow_of ?? "");
    return { liveId: named.get(name) ?? name, candidateId: candidate.run.id };
  });
  const beside = await candidatesBeside(env.INDEX, projectId, experimentId, [...here.keys()]);
  const wanted = new Map(
    [...beside.map(({ live, candidate }) => ({ liveId: live, candidateId: candidate })), ...asked].map((one) => [
      `${one.liveId}\u0000${one.candidateId}`,
      one,
    ]),
  );
  const known = await storedRuns(
    env,
    projectId,
    [...wanted.values()].flatMap(({ liveId, candidateId }) => [liveId, candidateId]),
    here,
  );
  return [...wanted.values()].flatMap(({ liveId, candidateId }) => {
    const candidate = known.get(candidateId);
    return candidate === undefined ? [] : [{ liveId, live: known.get(liveId) ?? null, candidate }];
  });
}

/** Those of `ids` that are closed, with their scores; runs that are here already are not read again. */
async function storedRuns(
  env: Bindings,
  projectId: string,
  ids: readonly string[],
  here: ReadonlyMap<string, MeasuredRun>,
): Promise<Map<string, MeasuredRun>> {
  const missing = [...new Set(ids)].filter((id) => !here.has(id));
  const known = new Map(here);
  if (missing.length === 0) return known;
  const standing = (await standingRuns(env.INDEX, projectId, missing)).filter(({ isOpen }) => !isOpen);
  const scores = Map.groupBy(await scoresOf(env.INDEX, projectId, missing), ({ runId }) => runId);
  for (const { id, version, place } of standing) {
    const line = await readStoredLine(env, projectId, id, place);
    if (line !== null) known.set(id, { run: { ...line.run, scores: mergeScores(line.run.scores, scores.get(id) ?? []) }, version });
  }
  return known;
}

/** What each of the two runs shows, and the pair under the candidate's. */
function shownBy({ liveId: unit, live, candidate }: Pair, metrics: ReadonlySet<string>, custom: CustomDimensions): ShownByRun[] {
  const side = ({ run, version }: MeasuredRun, arm: ArmName, compared: Record<string, number>): ShownByRun => {
    const values = [
      ...measuresOf(run, metrics, custom.get(run.agent) ?? []),
      ...Object.entries(compared).map(([metric, value]) => ({ metric, value })),
    ];
    return { id: run.id, version, outcomes: values.map((one): NewOutcome => ({ unit, arm, runId: run.id, cohort: "{}", ...one })) };
  };
  if (live === null) return [side(candidate, "candidate", { [pairMetrics.seen]: 1 })];
  const { sameOutput, sameShape, toolDistance } = compareRuns(live.run, candidate.run);
  const compared = {
    [pairMetrics.seen]: 1,
    [pairMetrics.sameOutput]: sameOutput ? 1 : 0,
    [pairMetrics.sameShape]: sameShape ? 1 : 0,
    [pairMetrics.toolDistance]: toolDistance,
  };
  return [side(live, "baseline", {}), side(candidate, "candidate", compared)];
}
