// Evaluations: started, read, listed, stopped, and tried again where something could not be judged. Starting one only writes down what is
// to be done; the work is done from the queue.
import * as z from "zod";
import { countsOf, itemsOf } from "../../../d1/evaluation-items.ts";
import { costOfReplays, standingReplays } from "../../../d1/evaluation-replays.ts";
import { cancelEvaluation, findEvaluation, listEvaluations, retryEvaluation } from "../../../d1/evaluations.ts";
import { candidateRunIds } from "../../../d1/runs.ts";
import { withoutAliases } from "../../../d1/read-for-store.ts";
import { replaysOf, type Evaluation } from "../../../domain/experiment/evaluation.ts";
import type { Counts, Summary } from "../../../domain/experiment/evaluation-summary.ts";
import { sendEvaluation } from "../../../queues/evaluate-consumer.ts";
import { mostLive, recordedAnswers, startEvaluation, type Started, type ToReplay } from "../../../queues/evaluate-start.ts";
import { sendReplay } from "../../../queues/replay-message.ts";
import type { Env } from "../env.ts";
import { Refusal, type RefusalStatus } from "../refusal.ts";
import { audited, auditActorOf } from "./audited.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { candidateReplays, type CandidateReplays } from "./evaluations-candidate.ts";
import {
  evaluationAsked,
  evaluationSchema,
  evaluationStatus,
  evaluationView,
  headView,
  listedEvaluation,
  madeEvaluation,
} from "./evaluations-schema.ts";
import { evaluationTag } from "./evaluators.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";
import { boundsOf } from "./time-filter.ts";

const params = z.strictObject({ id: pathText });

export function addEvaluations(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/evaluations",
      audience: "write",
      tag: evaluationTag,
      summary: "Evaluate a suite, or recorded runs",
      description:
        "Without a suite the agent's recorded runs are evaluated, newest first, the newest 200 where nothing else is said. With a candidate a replay is started, and its answers are judged.",
      body: evaluationAsked,
      status: 201,
      answer: madeEvaluation,
      refusals: {
        404: "The agent has no such evaluator or suite.",
        409: `${mostLive} evaluations are under way.`,
        422: "There is nothing to evaluate, or too much, or the candidate cannot be replayed so.",
      },
    },
    async ({ env, principal, projectId, body, nowMs, origin }) => {
      const asked = await askedOf(env, projectId, body);
      const { candidate } = body;
      let secrets: CandidateReplays["secrets"] = { candidate: null, baseline: null };
      const planReplays = async (over: ToReplay) => {
        if (candidate === undefined) return recordedAnswers;
        const planned = await candidateReplays({ env, projectId, principal, origin, nowMs }, body, candidate, over);
        ({ secrets } = planned);
        return planned;
      };
      const started = await startEvaluation(env, projectId, asked, nowMs, auditActorOf(principal), planReplays);
      if (!started.ok) throw refusalOf(started);
      for (const id of replaysOf(started.evaluation.plan)) await sendReplay(env, projectId, id);
      const view = await viewOf(env, projectId, started.evaluation);
      return { ...view, driver_secret: secrets.candidate, baseline_driver_secret: secrets.baseline };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/evaluations",
      audience: "read",
      tag: evaluationTag,
      summary: "List evaluations, newest first",
      query: listQuery({ agent: exactly, suite_id: exactly, status: evaluationStatus.optional() }),
      status: 200,
      answer: listAnswer(listedEvaluation, "Evaluations."),
    },
    async ({ env, projectId, query }) => {
      const list = openList<[number, string]>("/v1/evaluations", query, timePosition);
      const { agent, suite_id: suiteId, status } = query;
      const page = await listEvaluations(env.INDEX, projectId, { agent, suiteId, status }, list.request);
      const counted = await countsOf(
        env.INDEX,
        projectId,
        page.items.map(({ id }) => id),
      );
      const replays = await standingReplays(
        env.INDEX,
        projectId,
        page.items.flatMap(({ plan }) => replaysOf(plan)),
      );
      const viewed = (one: Evaluation) => listedView(one, counted.get(one.id) ?? [], costOfReplays(replays, replaysOf(one.plan)));
      return list.answer({ ...page, items: page.items.map(viewed) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/evaluations/{id}",
      audience: "read",
      tag: evaluationTag,
      summary: "One evaluation: how far it is, and what it found",
      params,
      status: 200,
      answer: evaluationSchema,
    },
    async ({ env, projectId, params: { id } }) => viewOf(env, projectId, await requireEvaluation(env, projectId, id)),
  );
  addActions(api);
}

function addActions(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/evaluations/{id}/cancel",
      audience: "write",
      tag: evaluationTag,
      summary: "Stop an evaluation and its replays; what was judged stays, the rest is skipped",
      params,
      body: z.strictObject({}).optional(),
      status: 200,
      answer: evaluationSchema,
      refusals: { 409: "It is over." },
    },
    async ({ env, principal, projectId, params: { id }, nowMs }) => {
      const { status, plan } = await requireEvaluation(env, projectId, id);
      const draft = audited(principal, nowMs, {
        action: "evaluation.cancelled",
        object: id,
        before: { status },
        after: { status: "cancelled" },
      });
      const stopped = { before: { status: "running" }, after: { status: "stopped" } };
      const stops = replaysOf(plan).map((object) => audited(principal, nowMs, { action: "experiment.stopped", object, ...stopped }));
      if (!(await cancelEvaluation(env.INDEX, projectId, id, draft, stops))) throw new Refusal(409, "The evaluation is over already.");
      return viewOf(env, projectId, await requireEvaluation(env, projectId, id));
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/evaluations/{id}/retry",
      audience: "write",
      tag: evaluationTag,
      summary: "Try once more what was errored or skipped",
      params,
      body: z.strictObject({}).optional(),
      status: 202,
      answer: evaluationSchema,
      refusals: { 409: "It is under way, or everything has been judged." },
    },
    async ({ env, principal, projectId, params: { id }, nowMs }) => {
      const { status } = await requireEvaluation(env, projectId, id);
      const draft = audited(principal, nowMs, {
        action: "evaluation.retried",
        object: id,
        before: { status },
        after: { status: "queued" },
      });
      if (!(await retryEvaluation(env.INDEX, projectId, id, draft)))
        throw new Refusal(409, "The evaluation is under way, or all of it has been judged.");
      await sendEvaluation(env, projectId, id);
      return viewOf(env, projectId, await requireEvaluation(env, projectId, id));
    },
  );
}

async function askedOf(env: Env, projectId: string, body: z.output<typeof evaluationAsked>) {
  const { agent, suite_id: suiteId = null, suite_version: suiteVersion = null, evaluators, repeats, max_cost_usd: maxCostUsd } = body;
  const filter = body.filter ?? evaluationAsked.shape.filter.unwrap().parse({});
  const { fromMs = null, toMs = null } = boundsOf(filter);
  const { status = null, signal_id: signalId = null, limit, run_ids: named } = filter;
  const runIds = named === undefined ? null : await knownIds(env, projectId, named);
  return {
    agent,
    suiteId,
    suiteVersion,
    runs: { fromMs, toMs, status, signalId, limit: Math.max(limit, named?.length ?? 0), runIds },
    evaluators,
    repeats,
    maxCostUsd,
    scheduleId: null,
  };
}

/** Bento's ids or the senders'. */
async function knownIds(env: Env, projectId: string, named: readonly string[]): Promise<string[]> {
  const candidates = named.flatMap(candidateRunIds);
  return [...new Set((await withoutAliases(env.INDEX, projectId, candidates)).values())];
}

const statuses = { missing: 404, empty: 422, too_large: 422, busy: 409 } as const satisfies Record<string, RefusalStatus>;

function refusalOf({ kind, path, reason }: Extract<Started, { ok: false }>): Refusal {
  const [first = "", ...rest] = reason;
  return new Refusal(statuses[kind], `${first.toUpperCase()}${rest.join("")}.`, [{ path, message: reason }]);
}

async function requireEvaluation(env: Env, projectId: string, id: string): Promise<Evaluation> {
  const evaluation = await findEvaluation(env.INDEX, projectId, id);
  if (evaluation === null) throw new Refusal(404, "There is no such evaluation in this key's project.");
  return evaluation;
}

async function viewOf(env: Env, projectId: string, evaluation: Evaluation) {
  const ids = replaysOf(evaluation.plan);
  const replays = await standingReplays(env.INDEX, projectId, ids);
  return evaluationView(evaluation, await itemsOf(env.INDEX, projectId, evaluation.id, evaluation.suiteId), costOfReplays(replays, ids));
}

function listedView(evaluation: Evaluation, counted: readonly { status: string; n: number; usd: number }[], replayUsd: number) {
  const of = (status: keyof Counts) => counted.find((row) => row.status === status)?.n ?? 0;
  const counts: Counts = {
    passed: of("passed"),
    failed: of("failed"),
    errored: of("errored"),
    skipped: of("skipped"),
    pending: of("pending"),
  };
  const judged = counts.passed + counts.failed;
  const total = counted.reduce((sum, { n }) => sum + n, 0);
  const summary: Summary = {
    counts,
    passRate: judged === 0 ? null : counts.passed / judged,
    coverage: total === 0 ? null : judged / total,
  };
  return headView(
    evaluation,
    summary,
    counted.reduce((sum, { usd }) => sum + usd, replayUsd),
  );
}
