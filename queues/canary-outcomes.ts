// What closed runs say of the experiments that measure their agent: outcomes of canaries, by the unit and arm that a run names, and pairs of
// shadows. Done again whenever a revision or a score comes; each replaces what stood before. A run whose arm or unit is not known says nothing.
import { measuringNow, type Measuring } from "../d1/canaries.ts";
import type { CustomDimensions } from "../d1/custom-dimensions.ts";
import { findExperiment } from "../d1/experiments.ts";
import { exposeUnknown, type NewExposure } from "../d1/exposures.ts";
import { runOutcomeStatements, type NewOutcome, type ShownByRun } from "../d1/outcomes.ts";
import { armNames, unitKey } from "../domain/experiment/assignment.ts";
import type { Experiment } from "../domain/experiment/experiment.ts";
import { cohortOf } from "../domain/run/dimensions.ts";
import type { CustomDimension } from "../domain/run/custom-dimension.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { evaluateCanary } from "./canary-evaluate.ts";
import { measuresOf, type MeasuredRun } from "./canary-measures.ts";
import { failureWords } from "./failure-words.ts";
import { pairShadows } from "./canary-shadow.ts";

/** A canary that was read this little time ago waits for the minute. */
const readAgainMs = 5_000;
/** Of a statement. */
const runsAtATime = 200;

export async function outcomesOfRuns(
  env: Bindings,
  projectId: string,
  runs: readonly MeasuredRun[],
  custom: CustomDimensions,
  nowMs: number,
): Promise<void> {
  const agents = [...new Set(runs.map(({ run }) => run.agent))];
  const named = [...new Set(runs.flatMap(({ run }) => run.experiment?.id ?? []))];
  for (const measuring of await measuringNow(env.INDEX, projectId, agents, named)) {
    const experiment = await findExperiment(env.INDEX, projectId, measuring.id);
    if (experiment === null) continue;
    if (measuring.kind === "shadow") await pairShadows(env, projectId, experiment, runs, custom, nowMs);
    else await canaryOutcomes(env, projectId, experiment, measuring, runs, custom, nowMs);
  }
}

async function canaryOutcomes(
  env: Bindings,
  projectId: string,
  experiment: Experiment,
  { id, agent }: Measuring,
  runs: readonly MeasuredRun[],
  custom: CustomDimensions,
  nowMs: number,
): Promise<void> {
  const ofAgent = runs.filter(({ run }) => run.agent === agent);
  for (let i = 0; i < ofAgent.length; i += runsAtATime) {
    const { shown, exposures } = read(experiment, ofAgent.slice(i, i + runsAtATime), custom.get(agent) ?? [], nowMs);
    await env.INDEX.batch([
      exposeUnknown(env.INDEX, projectId, id, exposures),
      // A run that left the canary in its revision takes back what it said.
      ...runOutcomeStatements(env.INDEX, projectId, id, shown, nowMs),
    ]);
  }
  if (!ofAgent.some(({ run }) => run.experiment?.id === id)) return;
  if (experiment.status !== "running" || experiment.updatedMs > nowMs - readAgainMs) return;
  try {
    await evaluateCanary(env, projectId, experiment, nowMs);
  } catch (error) {
    // The outcomes stand, and the minute reads them; the runs must not come again for this.
    console.error(JSON.stringify({ level: "error", where: "canary", reason: failureWords(error) }));
  }
}

function read(
  { id, design, salt, startedMs }: Experiment,
  runs: readonly MeasuredRun[],
  custom: readonly CustomDimension[],
  nowMs: number,
): { shown: ShownByRun[]; exposures: NewExposure[] } {
  const exposures: NewExposure[] = [];
  const metrics = new Set(design.kind === "canary" ? design.plan.metrics.map(({ name }) => name) : []);
  const shown = runs.map(({ run, version }): ShownByRun => {
    const said = run.experiment?.id === id ? run.experiment : null;
    const arm = armNames.find((one) => one === said?.arm);
    const unit = unitKey(salt, said?.unit ?? null);
    if (arm === undefined || unit === null) return { id: run.id, version, outcomes: [] };
    exposures.push({ unit, arm, atMs: Math.min(nowMs, Math.max(startedMs ?? 0, Date.parse(run.started_at))) });
    const cohort = JSON.stringify(cohortOf(run));
    const outcomes = measuresOf(run, metrics, custom).map((one): NewOutcome => ({ unit, arm, runId: run.id, cohort, ...one }));
    return { id: run.id, version, outcomes };
  });
  return { shown, exposures };
}
