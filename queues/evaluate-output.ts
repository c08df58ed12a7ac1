// What an item is about: the run whose output is judged, what its case expects, and the answer that it is compared with. The one place
// where recorded outputs and those of a candidate meet; what cannot be had is a result with its reason.
import { standingRuns } from "../d1/read-for-store.ts";
import { findItem } from "../d1/replay-items.ts";
import type { Candidate } from "../domain/experiment/candidate.ts";
import { skipped, type CheckResult, type Subject } from "../domain/experiment/check-result.ts";
import type { EvaluationItem } from "../domain/experiment/evaluation.ts";
import { replayedRun } from "../domain/experiment/evaluation-replayed.ts";
import type { SuiteCase } from "../domain/experiment/suite.ts";
import { isWrittenCase, runOfCase } from "../domain/experiment/written-case.ts";
import { runIdOf } from "../domain/run/run-id.ts";
import type { Run } from "../domain/run/run.ts";
import type { EvaluationBindings, EvaluationDesk } from "./evaluate-desk.ts";
import { readStoredLine } from "./stored-line.ts";

/** What evaluators are shown, and why there is no baseline for those that compare; null where there is one, or none was asked for. */
export interface Output extends Subject {
  noBaseline: CheckResult | null;
}

/** @param known the item's case; null over recorded runs */
export async function outputOf(desk: EvaluationDesk, item: EvaluationItem, known: SuiteCase | null): Promise<Output | CheckResult> {
  const { env, project, evaluation } = desk;
  if (item.caseId !== null && known === null) return skipped("the case is gone");
  const runId = item.runId ?? known?.runId ?? null;
  const isReplayed = evaluation.plan.candidate !== null;
  const written = isReplayed && known !== null ? runOfCase(known, evaluation.agent) : null;
  if (runId === null && written === null) return skipped("the case was written by hand and has no recorded output");
  const run = runId === null ? written : await storedRun(env, project.id, runId);
  if (run === null) return skipped("the run is gone");
  const expected = known?.expected ?? null;
  if (isReplayed) return candidateOutput(desk, item, run, expected);
  const baseline = run.shadow_of === null ? null : await storedRun(env, project.id, runIdOf(run.shadow_of));
  return { run, expected, baseline, noBaseline: null };
}

/** @param recorded what the candidate was given: a recorded run, or a case that a person wrote */
async function candidateOutput(
  desk: EvaluationDesk,
  item: EvaluationItem,
  recorded: Run,
  expected: unknown,
): Promise<Output | CheckResult> {
  const { candidate, baseline: other, experimentId, baselineExperimentId } = desk.evaluation.plan;
  const run = await answerTo(desk, item, recorded, candidate, experimentId);
  if (run === null) throw new Error("an evaluation of a candidate has no replay");
  if (!("steps" in run)) return run;
  if (other === null) return { run, expected, baseline: isWrittenCase(recorded.id) ? null : recorded, noBaseline: null };
  const baseline = await answerTo(desk, item, recorded, other, baselineExperimentId);
  if (baseline === null || "steps" in baseline) return { run, expected, baseline, noBaseline: null };
  return { run, expected, baseline: null, noBaseline: { ...baseline, reason: `of the baseline: ${baseline.reason}` } };
}

/** null where nobody replayed it. */
async function answerTo(
  { env, project, evaluation, replays }: EvaluationDesk,
  { n }: EvaluationItem,
  recorded: Run,
  candidate: Candidate | null,
  experimentId: string | null,
): Promise<Run | CheckResult | null> {
  if (candidate === null || experimentId === null) return null;
  const nth = n % evaluation.plan.repeats;
  const found = await findItem(env.INDEX, { projectId: project.id, experimentId, runId: recorded.id, nth });
  return replayedRun(recorded, candidate, found, replays.get(experimentId)?.error ?? null);
}

async function storedRun(env: EvaluationBindings, projectId: string, runId: string): Promise<Run | null> {
  const [standing] = await standingRuns(env.INDEX, projectId, [runId]);
  if (standing === undefined) return null;
  return (await readStoredLine(env, projectId, runId, standing.place))?.run ?? null;
}
