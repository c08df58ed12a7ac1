// What an item is about: the run whose output is judged, what its case expects, and the answer that it is compared with. The one place
// where recorded outputs and those of a candidate meet; what cannot be had is a result with its reason.
import { standingRuns } from "../d1/read-for-store.ts";
import { skipped, type CheckResult, type Subject } from "../domain/experiment/check-result.ts";
import type { EvaluationItem } from "../domain/experiment/evaluation.ts";
import type { SuiteCase } from "../domain/experiment/suite.ts";
import { runIdOf } from "../domain/run/run-id.ts";
import type { Run } from "../domain/run/run.ts";
import type { EvaluationBindings } from "./evaluate-desk.ts";
import { readStoredLine } from "./stored-line.ts";

/** @param known the item's case; null over recorded runs */
export async function outputOf(
  env: EvaluationBindings,
  projectId: string,
  item: EvaluationItem,
  known: SuiteCase | null,
): Promise<Subject | CheckResult> {
  if (item.caseId !== null && known === null) return skipped("the case is gone");
  const runId = item.runId ?? known?.runId ?? null;
  if (runId === null) return skipped("the case was written by hand and has no recorded output");
  const run = await storedRun(env, projectId, runId);
  if (run === null) return skipped("the run is gone");
  const baseline = run.shadow_of === null ? null : await storedRun(env, projectId, runIdOf(run.shadow_of));
  return { run, expected: known?.expected ?? null, baseline };
}

async function storedRun(env: EvaluationBindings, projectId: string, runId: string): Promise<Run | null> {
  const [standing] = await standingRuns(env.INDEX, projectId, [runId]);
  if (standing === undefined) return null;
  return (await readStoredLine(env, projectId, runId, standing.place))?.run ?? null;
}
