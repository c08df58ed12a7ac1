// What becomes of a run once it is stored: rules look for findings on it, and its facts go into the behaviour of its agent, with the
// classes of what was found. Done again whenever a revision or a score comes: both replace what stood before.
import { detectFindings } from "../domain/finding/detect.ts";
import { keptFindings } from "../domain/finding/kept-finding.ts";
import { factsOf } from "../domain/drift/facts-of.ts";
import { packFacts } from "../domain/drift/packed-facts.ts";
import { mergeScores } from "../domain/run/merge-scores.ts";
import type { Run } from "../domain/run/run.ts";
import type { CustomDimensions } from "../d1/custom-dimensions.ts";
import { expectationsOf } from "../d1/expectations.ts";
import { readProject } from "../d1/project.ts";
import type { IndexedScore } from "../d1/read-for-store.ts";
import { writeFindings } from "../d1/write-findings.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf } from "../durable-objects/names.ts";
import { outcomesOfRuns } from "./canary-outcomes.ts";

/** A closed run and its revision. */
export interface ClosedRun {
  run: Run;
  version: string;
}

/** With the scores of the index. Findings, outcomes of experiments and facts are written side by side: each stands for itself. */
export async function foldRuns(
  env: Bindings,
  projectId: string,
  runs: readonly ClosedRun[],
  scores: readonly IndexedScore[],
  custom: CustomDimensions,
  nowMs: number,
): Promise<void> {
  const [project, expectations] = await Promise.all([readProject(env.INDEX, projectId), expectationsOf(env.INDEX, projectId)]);
  if (project === null) return;
  const lateOf = Map.groupBy(scores, ({ runId }) => runId);
  const read = runs.map(({ run: stored, version }) => {
    const late = lateOf.get(stored.id) ?? [];
    const run = late.length === 0 ? stored : { ...stored, scores: mergeScores(stored.scores, late) };
    // a shadow is no traffic: what it shows is for its experiment
    const found = run.shadow_of === null ? keptFindings(run, detectFindings(run, expectations.get(run.agent) ?? []), "rule") : [];
    return { run, version, newestScore: late.at(-1)?.version ?? "", found };
  });
  const traffic = read.filter(({ run }) => run.shadow_of === null);
  const folds = [...Map.groupBy(traffic, ({ run }) => run.agent)].map(([agent, ofAgent]) => {
    const facts = ofAgent.map(({ run, version, newestScore, found }) =>
      packFacts(
        factsOf(
          run,
          `${version}~${newestScore}`,
          custom.get(agent),
          found.map((one) => one.class.key),
        ),
      ),
    );
    const subject = { projectId, agent, falseAlarmBudgetDays: project.settings.false_alarm_budget_days };
    return behaviourOf(env, projectId, agent).fold(subject, facts, nowMs);
  });
  await Promise.all([writeFindings(env.INDEX, projectId, read, nowMs), outcomesOfRuns(env, projectId, read, custom, nowMs), ...folds]);
}
