// Canaries as an experiment: what is checked before one starts or is promoted, and how it is read. An agent has one at a
// time, since two would each be in the other's way.
import { ulid } from "ulidx";
import { canariesOf } from "../../../d1/canaries.ts";
import { moveExperiment } from "../../../d1/experiments.ts";
import { outcomesOf } from "../../../d1/outcomes.ts";
import { standingPolicies } from "../../../d1/policies.ts";
import { policyFor } from "../../../domain/artifact/policy.ts";
import { bento } from "../../../domain/audit/entry.ts";
import { withoutSecret } from "../../../domain/experiment/candidate.ts";
import { readHoldback } from "../../../domain/experiment/canary-holdback.ts";
import type { CanaryPlan } from "../../../domain/experiment/canary-plan.ts";
import { promotionProblem } from "../../../domain/experiment/canary-promotion.ts";
import type { UnitOutcome } from "../../../domain/experiment/canary-units.ts";
import type { Experiment, ExperimentAsked, ExperimentReading } from "../../../domain/experiment/experiment.ts";
import { evaluateCanary, readingOf } from "../../../queues/canary-evaluate.ts";
import { tellCanary } from "../../../queues/canary-news.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import type { AskedAction, Designed, ExperimentKind, ReadExperiment } from "./experiments-kinds.ts";

export const canaryKind: ExperimentKind = {
  design: async (_env, _projectId, asked) => design(asked),
  before,
  start,
  read,
  stop: async () => {},
  abort: tellCanary,
  promote: tellCanary,
};

function design(asked: ExperimentAsked): Designed {
  if (asked.kind !== "canary") throw new Error("not a canary");
  const { candidate } = withoutSecret(asked.candidate);
  return {
    design: { kind: "canary", candidate, baseline: asked.baseline?.config ?? null, plan: asked.plan },
    secret: null,
    total: 0,
    statements: () => [],
    preview: null,
  };
}

/** As it stands after a last reading, from which it may be moved. Throws Refusal. */
async function before(env: Env, projectId: string, experiment: Experiment, asked: AskedAction, nowMs: number): Promise<Experiment> {
  if (asked.action === "start") {
    const { running } = await canariesOf(env.INDEX, projectId, experiment.agent);
    if (running !== null && running.id !== experiment.id) throw alreadyRuns(running.id);
    return experiment;
  }
  const read = await evaluateCanary(env, projectId, experiment, nowMs);
  if (asked.action !== "promote" || read.status === "promoted") return read;
  const { by, override, reason } = asked;
  const policies = by === "person" ? [] : await standingPolicies(env.INDEX, projectId, experiment.agent);
  const policyId = policyFor(policies, "canary.promote", null, nowMs)?.id ?? null;
  const problem = promotionProblem(read.reading, { by, policyId, override, reason });
  if (problem !== null) throw new Refusal(problem.status, problem.message);
  return read;
}

const alreadyRuns = (id: string): Refusal => new Refusal(409, `The agent has a canary that runs, ${id}: end that one first.`);

/** Of two that were started at the same moment the second ends. */
async function start(env: Env, projectId: string, experiment: Experiment, nowMs: number): Promise<void> {
  const { running } = await canariesOf(env.INDEX, projectId, experiment.agent);
  if (running === null || running.id === experiment.id) return;
  const draft = {
    id: `aud_${ulid(nowMs)}`,
    at: new Date(nowMs).toISOString(),
    actor: bento,
    action: "experiment.failed" as const,
    object: experiment.id,
    before: { status: experiment.status },
    after: { status: "failed" },
    reason: "another canary of the agent runs",
  };
  await moveExperiment(
    env.INDEX,
    projectId,
    experiment,
    { status: "failed", error: "another canary of the agent was started first" },
    draft,
  );
  throw alreadyRuns(running.id);
}

async function read(env: Env, projectId: string, given: Experiment, nowMs: number): Promise<ReadExperiment> {
  const experiment = await evaluateCanary(env, projectId, given, nowMs);
  const {
    design: { kind },
    status,
    reading,
  } = experiment;
  const plan = experiment.design.kind === "canary" ? experiment.design.plan : null;
  if (plan === null) throw new Error(`not a canary but a ${kind}`);
  const shown = reading.canary === undefined ? await readingOf(env, projectId, experiment, plan, nowMs) : reading;
  return {
    experiment,
    reading: status === "promoted" ? await withHoldback(env, projectId, experiment, plan, shown) : shown,
    results: null,
    progress: null,
  };
}

async function withHoldback(
  env: Env,
  projectId: string,
  { id, updatedMs }: Experiment,
  plan: CanaryPlan,
  reading: ExperimentReading,
): Promise<ExperimentReading> {
  if (reading.canary === undefined || (plan.holdback ?? 0) === 0) return reading;
  const outcomes = new Map<string, readonly UnitOutcome[]>();
  // Nothing moves a promoted one, so it was touched last when it was promoted.
  for (const { name } of plan.metrics) outcomes.set(name, await outcomesOf(env.INDEX, projectId, id, name, null, updatedMs));
  return { ...reading, canary: { ...reading.canary, holdback: readHoldback(plan, outcomes) } };
}
