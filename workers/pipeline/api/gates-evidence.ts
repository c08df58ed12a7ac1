// Where a gate's evidence comes from: an evaluation or a replay that is named and judged this very candidate, or a replay over the suite's cases
// that is started for it. Evidence is never taken over silently: behind the same address an agent may be another one today.
import { evaluatorsNamed } from "../../../d1/evaluators.ts";
import { findEvaluation, listEvaluations } from "../../../d1/evaluations.ts";
import { findExperiment, moveExperiment, putExperiment } from "../../../d1/experiments.ts";
import { namedRunsOf } from "../../../d1/replay-runs.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import { withoutSecret, type Candidate, type CandidateAsked } from "../../../domain/experiment/candidate.ts";
import type { GateEvidence } from "../../../domain/experiment/gate.ts";
import { expectedByRun, replayedAs } from "../../../domain/experiment/gate-evidence.ts";
import { replayPlan } from "../../../domain/experiment/replay-plan.ts";
import { namedRuns } from "../../../domain/experiment/sampling.ts";
import type { Suite, SuiteCase } from "../../../domain/experiment/suite.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import { canonicalJson } from "../../../domain/run/fingerprint.ts";
import { sendReplay } from "../../../queues/replay-message.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import type { Designed } from "./experiments-kinds.ts";
import { replayDesign } from "./experiments-replay.ts";
import type { GateAsked } from "./gates-schema.ts";
import { newExperiment } from "./new-experiment.ts";

const nothing: GateEvidence = { evaluationId: null, experimentId: null, evaluatorIds: [], leftOut: [], atMs: null };

/** What an evaluation was made of, where a gate may take it as evidence. Throws Refusal. */
export async function namedEvaluation(env: Env, projectId: string, suite: Suite, id: string, candidate: Candidate): Promise<GateEvidence> {
  const evaluation = await findEvaluation(env.INDEX, projectId, id);
  if (evaluation === null || evaluation.suiteId !== suite.id)
    throw new Refusal(404, "The suite has no such evaluation.", [{ path: "evaluation_id", message: "no such evaluation of the suite" }]);
  const judged = evaluation.plan.candidate;
  if (judged === null || !isSame(judged, candidate))
    throw notOfIt("evaluation_id", "the evaluation judged something else than this candidate");
  return { ...nothing, evaluationId: id, evaluatorIds: evaluation.plan.evaluators.map((one) => one.id) };
}

/** The same of a replay. Throws Refusal. */
export async function namedReplay(env: Env, projectId: string, suite: Suite, id: string, candidate: Candidate): Promise<GateEvidence> {
  const experiment = await findExperiment(env.INDEX, projectId, id);
  if (experiment === null || experiment.agent !== suite.agent || experiment.design.kind !== "replay")
    throw new Refusal(404, "The suite's agent has no such replay.", [{ path: "experiment_id", message: "no such replay of the agent" }]);
  if (experiment.status === "draft") throw notOfIt("experiment_id", "the replay has not been started");
  if (!isSame(experiment.design.candidate, candidate))
    throw notOfIt("experiment_id", "the replay tried something else than this candidate");
  return { ...nothing, experimentId: id, evaluatorIds: experiment.design.plan.evaluators ?? [] };
}

const isSame = (one: Candidate, other: Candidate): boolean => canonicalJson(one) === canonicalJson(other);
const notOfIt = (path: string, message: string): Refusal =>
  new Refusal(422, `That is no evidence for this gate: ${message}.`, [{ path, message }]);

export interface Started {
  evidence: GateEvidence;
  /** Signs calls of the candidate's webhook; null where none is called. */
  secret: string | null;
}

interface Asker {
  projectId: string;
  principal: Principal;
  /** Under which the candidate's agent reaches Bento's recorded tools. */
  origin: string;
  nowMs: number;
}

/** Starts a replay over the cases, or names no evidence where none of them can be replayed. Throws Refusal. */
export async function startReplay(env: Env, asker: Asker, suite: Suite, cases: readonly SuiteCase[], asked: GateAsked): Promise<Started> {
  const { projectId, nowMs } = asker;
  const { names, leftOut } = await evaluatorsOf(env, projectId, suite, asked);
  const ids = await replayable(env, projectId, suite, cases);
  if (ids.length === 0) return { evidence: nothing, secret: null };
  const { candidate, repeats, max_cost_usd } = asked;
  const plan = replayPlan.parse({
    runs: ids,
    repeats,
    expected: expectedByRun(cases),
    ...(names.length === 0 ? {} : { evaluators: names }),
    ...(max_cost_usd === undefined ? {} : { max_cost_usd }),
  });
  const replay = { kind: "replay", agent: suite.agent, candidate, plan } as const;
  const made = await replayDesign(env, projectId, replay, { ids, sampling: namedRuns(ids.length), suiteId: suite.id }, nowMs);
  const experimentId = await putStarted(env, asker, suite, made);
  const evaluatorIds = made.design.kind === "replay" ? (made.design.plan.evaluators ?? []) : [];
  return { evidence: { ...nothing, experimentId, evaluatorIds, leftOut }, secret: made.secret };
}

/** @returns the experiment's id */
async function putStarted(
  env: Env,
  { projectId, principal, origin, nowMs }: Asker,
  { id: suite, agent }: Suite,
  { design, secret, total, statements }: Designed,
): Promise<string> {
  const experiment = newExperiment({ design, secret, total }, { agent, origin, nowMs });
  const { id } = experiment;
  const after = { kind: "replay", agent: recordHash(agent), candidate: recordHash(design.candidate), suite, cases: total };
  await putExperiment(
    env.INDEX,
    projectId,
    experiment,
    audited(principal, nowMs, { action: "experiment.made", object: id, after }),
    statements(id),
  );
  const moved = { action: "experiment.started", object: id, before: { status: "draft" }, after: { status: "running" } } as const;
  await moveExperiment(env.INDEX, projectId, experiment, { status: "running" }, audited(principal, nowMs, moved));
  await sendReplay(env, projectId, id);
  return id;
}

/** Those that were named, or those of the suite's newest evaluation that are code. */
async function evaluatorsOf(
  env: Env,
  projectId: string,
  suite: Suite,
  { evaluators }: GateAsked,
): Promise<{ names: readonly string[]; leftOut: string[] }> {
  if (evaluators !== undefined) return { names: evaluators, leftOut: [] };
  const { items } = await listEvaluations(env.INDEX, projectId, { suiteId: suite.id }, { after: null, limit: 1 });
  const planned = items[0]?.plan.evaluators.map(({ id }) => id) ?? [];
  const found = (await evaluatorsNamed(env.INDEX, projectId, suite.agent, planned)).filter((one) => one !== undefined);
  const isCode = (type: string): boolean => type !== "judge" && type !== "webhook";
  return {
    names: found.filter(({ definition }) => isCode(definition.type)).map(({ id }) => id),
    leftOut: found.filter(({ definition }) => !isCode(definition.type)).map(({ id }) => id),
  };
}

/** Names under which the cases are replayed, each once; without those whose run is not whole. */
export async function replayable(
  env: Env,
  projectId: string,
  { agent }: Pick<Suite, "agent">,
  cases: readonly SuiteCase[],
): Promise<string[]> {
  const recorded = cases.flatMap(({ runId }) => runId ?? []);
  const whole = new Set((await namedRunsOf(env.INDEX, projectId, agent, recorded)).ids);
  return [...new Set(cases.filter(({ runId }) => runId === null || whole.has(runId)).map(replayedAs))];
}

/** The candidate as it is kept, without its secret. */
export const keptCandidate = (asked: CandidateAsked): Candidate => withoutSecret(asked).candidate;
