// An evaluation of a candidate: the replays that make the answers to be judged, over the suite's cases or the chosen runs. They begin in the
// evaluation's own transaction. What cannot be replayed at all is refused, and then nothing is written.
import type { EvaluationReplay } from "../../../d1/evaluation-replays.ts";
import { namedRunsOf } from "../../../d1/replay-runs.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import { withoutSecret, type CandidateAsked } from "../../../domain/experiment/candidate.ts";
import { callsOut, type Evaluator } from "../../../domain/experiment/evaluator.ts";
import { expectedByRun } from "../../../domain/experiment/gate-evidence.ts";
import { replayPlan } from "../../../domain/experiment/replay-plan.ts";
import { namedRuns } from "../../../domain/experiment/sampling.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import type { PlannedReplays, ToReplay } from "../../../queues/evaluate-start.ts";
import type { Env } from "../env.ts";
import { audited } from "./audited.ts";
import type { EvaluationAsked } from "./evaluations-schema.ts";
import { replayDesign } from "./experiments-replay.ts";
import { replayable } from "./gates-evidence.ts";
import { newExperiment } from "./new-experiment.ts";

export interface ReplayAsker {
  env: Env;
  projectId: string;
  principal: Principal;
  /** Under which the candidate's agent reaches Bento's recorded tools. */
  origin: string;
  nowMs: number;
}

export interface CandidateReplays extends PlannedReplays {
  /** Sign calls to the webhooks of the candidate and of the baseline; null where none is called. */
  secrets: { candidate: string | null; baseline: string | null };
}

/** Throws Refusal for what cannot be replayed. */
export async function candidateReplays(
  asker: ReplayAsker,
  asked: EvaluationAsked,
  candidate: CandidateAsked,
  over: ToReplay,
): Promise<CandidateReplays> {
  const { baseline } = asked;
  const other = baseline === undefined || baseline === "recorded" ? null : baseline;
  // An answer that nobody looks at is not paid for.
  const isCompared = over.evaluators.some(({ definition }) => definition.type === "judge" && definition.against === "baseline");
  const tried = other === null || !isCompared ? [candidate] : [candidate, other];
  const ids = await replayedIds(asker, asked, over);
  const begun: EvaluationReplay[] = [];
  for (const one of tried) begun.push(await begunReplay(asker, asked, one, { ids, over, shares: tried.length }));
  const [own, others] = begun;
  return {
    plan: {
      candidate: withoutSecret(candidate).candidate,
      baseline: other === null ? null : withoutSecret(other).candidate,
      experimentId: own?.experiment.id ?? null,
      baselineExperimentId: others?.experiment.id ?? null,
    },
    replays: begun,
    secrets: { candidate: own?.experiment.secret ?? null, baseline: others?.experiment.secret ?? null },
  };
}

async function replayedIds({ env, projectId }: ReplayAsker, { agent }: EvaluationAsked, { cases, targets }: ToReplay): Promise<string[]> {
  if (cases !== null) return replayable(env, projectId, { agent }, cases);
  const chosen = targets.flatMap(({ runId }) => runId ?? []);
  return (await namedRunsOf(env.INDEX, projectId, agent, chosen)).ids;
}

interface Share {
  ids: readonly string[];
  over: ToReplay;
  /** Replays that share the evaluation's money. */
  shares: number;
}

async function begunReplay(
  { env, projectId, principal, origin, nowMs }: ReplayAsker,
  { agent, suite_id: suiteId, repeats, max_cost_usd: capUsd }: EvaluationAsked,
  candidate: CandidateAsked,
  { ids, over, shares }: Share,
): Promise<EvaluationReplay> {
  const checks = over.evaluators.filter(({ definition }) => !callsOut(definition)).map(({ id }: Evaluator) => id);
  const plan = replayPlan.parse({
    // The schema wants a name; a replay without runs is refused below in words.
    ...(ids.length === 0 ? { sample: "all" } : { runs: ids }),
    repeats,
    ...(over.cases === null ? {} : { expected: expectedByRun(over.cases) }),
    ...(checks.length === 0 ? {} : { evaluators: checks }),
    ...(capUsd === null ? {} : { max_cost_usd: capUsd / shares }),
  });
  const runs = { ids, sampling: namedRuns(ids.length), keepsAnswers: true, ...(suiteId === undefined ? {} : { suiteId }) } as const;
  const made = await replayDesign(env, projectId, { kind: "replay", agent, candidate, plan }, runs, nowMs);
  const experiment = newExperiment(made, { agent, origin, nowMs, isRunning: true });
  const after = {
    kind: "replay",
    agent: recordHash(agent),
    candidate: recordHash(made.design.candidate),
    suite: suiteId ?? null,
    cases: made.total,
  };
  const moved = { before: { status: "draft" }, after: { status: "running" } };
  const drafts = [
    audited(principal, nowMs, { action: "experiment.made", object: experiment.id, after }),
    audited(principal, nowMs, { action: "experiment.started", object: experiment.id, ...moved }),
  ];
  return { experiment, drafts, items: made.statements(experiment.id) };
}
