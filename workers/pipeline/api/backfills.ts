// Backfills: what one would do, making one, how far it is, and holding it up or going on. Making it only writes down what is to be done
// and who wants it; the work is done from the queue.
import * as z from "zod";
import { ulid } from "ulidx";
import { historyHashes, historySize } from "../../../d1/backfill-runs.ts";
import { findBackfill, listBackfills, moveBackfill, putBackfill } from "../../../d1/backfills.ts";
import type { AgentRow } from "../../../d1/agents.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import type { Backfill, BackfillPlan, BackfillTarget } from "../../../domain/backfill/backfill.ts";
import { emptyTally } from "../../../domain/backfill/report.ts";
import { chooseSample } from "../../../domain/backfill/sample.ts";
import { transition, type BackfillAction } from "../../../domain/backfill/transition.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import { openTarget } from "../../../queues/backfill-target.ts";
import { sendTurn } from "../../../queues/backfill-turn.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { requireAgent } from "./agents.ts";
import { audited } from "./audited.ts";
import { backfillAsked, backfillSchema, backfillStatus, backfillView, previewSchema, previewView } from "./backfill-schema.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, namePosition, openList } from "./list.ts";
import { boundsOf } from "./time-filter.ts";

const tag = "Backfill";
const params = z.strictObject({ id: pathText });
/** Under way or paused at once in a project: they take turns, so that more would only wait. */
const mostLive = 20;
/** Somebody else moved it at the same moment; looked at again that often, it stands still or somebody plays with it. */
const mostLooks = 5;

const actions = [
  { action: "pause", done: "backfill.paused", summary: "Hold a backfill up where it is" },
  { action: "resume", done: "backfill.resumed", summary: "Go on with a backfill that was paused" },
  { action: "cancel", done: "backfill.cancelled", summary: "End a backfill; what it found stays" },
] as const satisfies readonly { action: BackfillAction; done: string; summary: string }[];

export function addBackfills(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/backfills",
      audience: "write",
      tag,
      summary: "Scan an agent's history for a signal, a detector's findings or a dimension",
      description:
        "With `preview: true` nothing is made: the answer (200) says which runs would be read, how much that is and what it costs.",
      body: backfillAsked,
      status: 201,
      answer: z.union([backfillSchema, previewSchema]),
      refusals: {
        404: "The key's project has no such agent, signal or dimension.",
        409: `${mostLive} backfills are under way.`,
        422: "It cannot be looked for in history, or would cost more than `max_cost_usd`.",
      },
    },
    async ({ env, principal, body, nowMs }) => {
      const job = await jobOf(env, principal.projectId, body, nowMs);
      if (body.preview) return Response.json(previewView(job));
      const { costUsd, maxCostUsd } = job.plan;
      if (maxCostUsd !== null && costUsd > maxCostUsd)
        throw new Refusal(
          422,
          `It would cost about ${costUsd.toFixed(2)} USD, more than \`max_cost_usd\`: raise that, or take a smaller \`sample\`.`,
        );
      await start(env, principal, job, nowMs);
      return backfillView(job);
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/backfills",
      audience: "read",
      tag,
      summary: "List backfills, newest first",
      query: listQuery({ agent: exactly, status: backfillStatus.optional() }),
      status: 200,
      answer: listAnswer(backfillSchema, "Backfills."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/backfills", query, namePosition);
      const page = await listBackfills(env.INDEX, projectId, query, list.request);
      return list.answer({ ...page, items: page.items.map(backfillView) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/backfills/{id}",
      audience: "read",
      tag,
      summary: "One backfill: how far it is, and what history adds",
      params,
      status: 200,
      answer: backfillSchema,
    },
    async ({ env, projectId, params: { id } }) => backfillView(await requireBackfill(env, projectId, id)),
  );
  for (const one of actions) addAction(api, one);
}

function addAction(api: Api, { action, done, summary }: (typeof actions)[number]): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: `/v1/backfills/{id}/${action}`,
      audience: "write",
      tag,
      summary,
      description: "Where it is so already, nothing changes.",
      params,
      body: z.strictObject({}),
      status: 200,
      answer: backfillSchema,
      refusals: { 409: "Its status does not allow it; the message says why." },
    },
    async ({ env, principal, params: { id }, nowMs }) => {
      for (let look = 0; look < mostLooks; look++) {
        const job = await requireBackfill(env, principal.projectId, id);
        const step = transition(job.status, action);
        if (step.kind === "refused") throw new Refusal(409, `The backfill cannot be moved: ${step.reason}.`);
        if (step.kind === "same") return backfillView(job);
        const draft = audited(principal, nowMs, {
          action: done,
          object: id,
          before: { status: job.status },
          after: { status: step.status },
        });
        if (!(await moveBackfill(env.INDEX, principal.projectId, job, step.status, draft))) continue;
        const moved = await requireBackfill(env, principal.projectId, id);
        if (step.status === "queued") await sendTurn(env, principal.projectId, id, moved.cursor.turn);
        return backfillView(moved);
      }
      throw new Refusal(409, "The backfill is being moved by somebody else; look at it again.");
    },
  );
}

async function requireBackfill(env: Env, projectId: string, id: string): Promise<Backfill> {
  const job = await findBackfill(env.INDEX, projectId, id);
  if (job === null) throw new Refusal(404, "There is no such backfill in this key's project.");
  return job;
}

/** What was asked for, as a job that nobody has written down yet. Throws Refusal for what cannot be looked for. */
async function jobOf(env: Env, projectId: string, asked: z.output<typeof backfillAsked>, nowMs: number): Promise<Backfill> {
  const { agent, target: name } = asked;
  const bounds = boundsOf(asked);
  const row = await requireAgent(env, projectId, agent);
  const opened = await openTarget(env, { projectId, agent, ...name });
  if (!opened.ok) {
    const [first = "", ...rest] = opened.reason;
    throw new Refusal(opened.isMissing ? 404 : 422, `${first.toUpperCase()}${rest.join("")}.`, [
      { path: "target", message: opened.reason },
    ]);
  }
  const target: BackfillTarget = { ...name, version: opened.scan.version };
  const plan = await planOf(env, projectId, row, bounds, asked);
  return {
    id: `bkf_${ulid(nowMs)}`,
    agent,
    target,
    status: "queued",
    plan,
    cursor: { turn: 1, after: null, workedMs: 0 },
    scanned: 0,
    total: plan.runs,
    matched: 0,
    errors: 0,
    costUsd: 0,
    tally: emptyTally,
    error: null,
    createdMs: nowMs,
    startedMs: null,
    updatedMs: nowMs,
  };
}

async function planOf(
  env: Env,
  projectId: string,
  { name, firstRunMs, lastRunMs }: AgentRow,
  { fromMs = firstRunMs, toMs = lastRunMs + 1 }: ReturnType<typeof boundsOf>,
  { sample = null, max_cost_usd = null }: { sample?: number | null | undefined; max_cost_usd?: number | null | undefined },
): Promise<BackfillPlan> {
  const range = { agent: name, fromMs, toMs };
  const { runs: inRange, meanBytes } = await historySize(env.INDEX, projectId, range);
  const chosen =
    sample === null ? { below: null, runs: inRange } : chooseSample(sample, await historyHashes(env.INDEX, projectId, range, inRange));
  return {
    fromMs,
    toMs,
    sample,
    ...chosen,
    inRange,
    bytes: Math.round((meanBytes ?? 0) * chosen.runs),
    costUsd: 0,
    maxCostUsd: max_cost_usd,
  };
}

async function start(env: Env, principal: Principal, job: Backfill, nowMs: number): Promise<void> {
  const { target, plan } = job;
  const after = {
    agent: recordHash(job.agent),
    target: target.kind,
    ref: recordHash(target.ref),
    version: target.version,
    from: new Date(plan.fromMs).toISOString(),
    to: new Date(plan.toMs).toISOString(),
    runs: plan.runs,
  };
  const draft = audited(principal, nowMs, { action: "backfill.made", object: job.id, after });
  if (!(await putBackfill(env.INDEX, principal.projectId, job, draft, mostLive)))
    throw new Refusal(409, `${mostLive} backfills of this project are under way or paused. Wait for one, or cancel one.`);
  await sendTurn(env, principal.projectId, job.id, job.cursor.turn);
}
