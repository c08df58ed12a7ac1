// Makes an evaluation: whose word is asked, over which cases or runs, and a row for each. The API and the clock start them alike; what
// cannot be started is a reason in words, and nothing is written.
import { ulid } from "ulidx";
import { chooseRuns } from "../d1/evaluation-items.ts";
import type { EvaluationReplay } from "../d1/evaluation-replays.ts";
import { putEvaluation, type ItemTarget } from "../d1/evaluations.ts";
import { evaluatorsNamed } from "../d1/evaluators.ts";
import { casesOf, findSuite } from "../d1/suites.ts";
import { recordHash } from "../domain/audit/chain.ts";
import { bento, type AuditActor } from "../domain/audit/entry.ts";
import { mostItems, type ChosenRuns, type Evaluation, type EvaluationPlan } from "../domain/experiment/evaluation.ts";
import type { Evaluator } from "../domain/experiment/evaluator.ts";
import type { SuiteCase } from "../domain/experiment/suite.ts";
import type { EvaluationBindings } from "./evaluate-desk.ts";
import { sendEvaluation } from "./evaluate-consumer.ts";

/** Under way at once in a project: they take turns. */
export const mostLive = 20;

export interface AskedEvaluation {
  agent: string;
  suiteId: string | null;
  /** The suite as it was then; null: as it is. */
  suiteVersion: number | null;
  /** Over recorded runs. */
  runs: Omit<ChosenRuns, "matching"> & { runIds: readonly string[] | null };
  /** Names or ids. */
  evaluators: readonly string[];
  repeats: number;
  maxCostUsd: number | null;
  scheduleId: string | null;
}

/** Cases or runs that were chosen, for whoever lets candidates answer them. */
export interface ToReplay {
  targets: readonly ItemTarget[];
  /** null over recorded runs. */
  cases: readonly SuiteCase[] | null;
  evaluators: readonly Evaluator[];
}

/** Replays that make the answers that are judged. */
export interface PlannedReplays {
  plan: Pick<EvaluationPlan, "candidate" | "baseline" | "experimentId" | "baselineExperimentId">;
  replays: readonly EvaluationReplay[];
}

/** Without a candidate. */
export const recordedAnswers: PlannedReplays = {
  plan: { candidate: null, baseline: null, experimentId: null, baselineExperimentId: null },
  replays: [],
};

export type Started =
  | { ok: true; evaluation: Evaluation }
  | { ok: false; kind: "missing" | "empty" | "too_large" | "busy"; path: string; reason: string };

/**
 * @param actor who asks; Bento where the clock does
 * @param planReplays of candidates; without it recorded answers are judged. What it throws ends the start, with nothing written
 */
export async function startEvaluation(
  env: EvaluationBindings,
  projectId: string,
  asked: AskedEvaluation,
  nowMs: number,
  actor: AuditActor = bento,
  planReplays: (over: ToReplay) => Promise<PlannedReplays> = async () => recordedAnswers,
): Promise<Started> {
  const evaluators = await evaluatorsNamed(env.INDEX, projectId, asked.agent, asked.evaluators);
  const missing = asked.evaluators.find((_, i) => evaluators[i] === undefined);
  if (missing !== undefined) return no("missing", "evaluators", "the agent has no such evaluator");
  const chosen = await targetsOf(env, projectId, asked);
  if (!("targets" in chosen)) return chosen;
  const unique = [...new Map(evaluators.filter((one) => one !== undefined).map((one) => [one.id, one])).values()];
  const total = chosen.targets.length * asked.repeats * unique.length;
  if (total > mostItems)
    return no("too_large", "repeats", `it would have ${total} items and may have ${mostItems}: take fewer runs, repeats or evaluators`);
  const { plan, replays } = await planReplays({ targets: chosen.targets, cases: chosen.cases, evaluators: unique });
  const evaluation = evaluationOf(asked, unique, chosen, plan, total, nowMs);
  const draft = {
    id: `aud_${ulid(nowMs)}`,
    at: new Date(nowMs).toISOString(),
    actor,
    action: "evaluation.made",
    object: evaluation.id,
    before: null,
    after: { agent: recordHash(asked.agent), suite: asked.suiteId, suite_version: evaluation.suiteVersion, items: evaluation.total },
    reason: null,
  } as const;
  if (!(await putEvaluation(env.INDEX, projectId, evaluation, { targets: chosen.targets, replays }, draft, mostLive)))
    return no("busy", "agent", `${mostLive} evaluations of this project are under way: wait for one, or cancel one`);
  await sendEvaluation(env, projectId, evaluation.id);
  return { ok: true, evaluation };
}

type Refused = Extract<Started, { ok: false }>;
const no = (kind: Refused["kind"], path: string, reason: string): Refused => ({ ok: false, kind, path, reason });

interface Chosen {
  targets: ItemTarget[];
  cases: SuiteCase[] | null;
  runs: ChosenRuns | null;
  suiteVersion: number | null;
}

async function targetsOf(
  env: EvaluationBindings,
  projectId: string,
  { agent, suiteId, suiteVersion, runs }: AskedEvaluation,
): Promise<Chosen | Refused> {
  if (suiteId === null) {
    const { runIds, ...filter } = runs;
    const { ids, matching } = await chooseRuns(env.INDEX, projectId, agent, { ...filter, runIds }, filter.limit);
    if (ids.length === 0) return no("empty", "filter", "the agent has no whole run that the filter holds");
    return { targets: ids.map((runId) => ({ runId, caseId: null })), cases: null, runs: { ...filter, matching }, suiteVersion: null };
  }
  const suite = await findSuite(env.INDEX, projectId, suiteId);
  if (suite === null || suite.agent !== agent) return no("missing", "suite_id", "the agent has no such suite");
  const version = suiteVersion ?? suite.version;
  if (version > suite.version) return no("missing", "suite_version", "the suite has no such version yet");
  const cases = await casesOf(env.INDEX, projectId, suiteId, version);
  if (cases.length === 0) return no("empty", "suite_id", "the suite has no case in that version");
  return { targets: cases.map(({ id, runId }) => ({ runId, caseId: id })), cases, runs: null, suiteVersion: version };
}

function evaluationOf(
  asked: AskedEvaluation,
  evaluators: readonly Evaluator[],
  { runs, suiteVersion }: Chosen,
  replayed: PlannedReplays["plan"],
  total: number,
  nowMs: number,
): Evaluation {
  const plan: EvaluationPlan = {
    evaluators: evaluators.map(({ id, name, epoch, definition }) => ({ id, name, type: definition.type, epoch })),
    runs,
    ...replayed,
    repeats: asked.repeats,
    maxCostUsd: asked.maxCostUsd,
    model: null,
    scheduleId: asked.scheduleId,
  };
  return {
    id: `evl_${ulid(nowMs)}`,
    agent: asked.agent,
    suiteId: asked.suiteId,
    suiteVersion,
    status: "queued",
    plan,
    total,
    reservedUsd: 0,
    error: null,
    createdMs: nowMs,
    updatedMs: nowMs,
  };
}
