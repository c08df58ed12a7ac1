// What an alert rule would have told over stored history: for a rule that is not made yet, or for one that is. Nothing is sent.
import * as z from "zod";
import { findAgent, listAgents, type AgentRow } from "../../../d1/agents.ts";
import { incidentsBetween } from "../../../d1/incidents.ts";
import { runGaps } from "../../../d1/run-gaps.ts";
import { incidentMoments, silenceMoments, thresholdMoments, type Window } from "../../../domain/incident/alert-history.ts";
import { preview, type AgentHistory, type Moment } from "../../../domain/incident/alert-preview.ts";
import { bucketMs } from "../../../domain/incident/alert-reading.ts";
import type { AlertRule } from "../../../domain/incident/alert-rule.ts";
import { behaviourOf } from "../../../durable-objects/names.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { alertSchema, ruleSaid } from "./alert-rule-schema.ts";
import { alertRuleParams, alertTag, checkTargets, requireAlertRule } from "./alert-rule-access.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { boundsOf, timeBounds } from "./time-filter.ts";

const dayMs = 24 * 60 * 60_000;
const usualDays = 30;
/** Facts of runs are kept for six weeks, incidents for longer. */
const mostDays = 90;
/** Agents that a rule on all of them is tried on: those that sent a run last. */
const mostAgents = 20;
/** A listing of agents by name, to choose from. */
const mostListed = 200;
/** An agent whose newest run is older than this is an import: its history ends with it. */
const liveMs = 7 * dayMs;

export const previewSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    agents: z.array(z.string()).meta({ description: "That the rule was tried on." }),
    agents_left_out: z.number(),
    fired: z.number(),
    escalated: z.number(),
    renotified: z.number(),
    resolved: z.number(),
    no_data: z.number(),
    held: z.number().meta({ description: "Held back by the cool-down until they were over." }),
    standing: z.number().meta({ description: "Still firing at the end." }),
    notices: z.number(),
    told: z.array(alertSchema).meta({ description: "Oldest first, 500 at most." }),
  })
  .meta({ id: "AlertPreview", description: "What the rule would have told." });

export function addAlertPreview(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/alert-rules/preview",
      audience: "read",
      tag: alertTag,
      summary: "Try a rule on history",
      description:
        "Thirty days up to now, or up to the newest run of an agent that was imported, unless `from` and `to` say otherwise. In event time; nothing is kept or sent.",
      body: ruleSaid.extend({ ...timeBounds, name: ruleSaid.shape.name.default("preview") }),
      status: 200,
      answer: previewSchema,
      refusals: { 422: "A target is no webhook of the project, or an address that Bento does not send to." },
    },
    async ({ env, projectId, body: { from, to, ...said }, nowMs }) => {
      await checkTargets(env, projectId, said.targets);
      const at = new Date(nowMs).toISOString();
      return previewOf(env, projectId, { id: "preview", ...said, created_at: at, updated_at: at, watching_since: at }, { from, to }, nowMs);
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/alert-rules/{id}/preview",
      audience: "read",
      tag: alertTag,
      summary: "Try a rule that is there on history",
      params: alertRuleParams,
      body: z.strictObject(timeBounds),
      status: 200,
      answer: previewSchema,
    },
    async ({ env, projectId, params, body, nowMs }) =>
      previewOf(env, projectId, await requireAlertRule(env, projectId, params.id), body, nowMs),
  );
}

/** @param asked epoch milliseconds. Throws Refusal 400 for an empty or too long time. */
export async function previewOf(
  env: Env,
  projectId: string,
  rule: AlertRule,
  asked: { from?: number | undefined; to?: number | undefined },
  nowMs: number,
): Promise<z.input<typeof previewSchema>> {
  const { chosen, leftOut } = await agentsOf(env, projectId, rule.agent);
  const window = windowOf(asked, Math.min(nowMs, chosen[0]?.lastRunMs ?? nowMs), nowMs);
  const histories: AgentHistory[] = [];
  for (const { name } of chosen) histories.push({ agent: name, moments: await momentsOf(env, projectId, name, rule, window, nowMs) });
  const { told, counts, held, standing } = preview(rule, histories, window.toMs);
  return {
    from: new Date(window.fromMs).toISOString(),
    to: new Date(window.toMs).toISOString(),
    agents: chosen.map(({ name }) => name),
    agents_left_out: leftOut,
    fired: counts["alert.fired"],
    escalated: counts["alert.escalated"],
    renotified: counts["alert.renotified"],
    resolved: counts["alert.resolved"],
    no_data: counts["alert.no_data"],
    held,
    standing,
    notices: Object.values(counts).reduce((sum, n) => sum + n, 0),
    told,
  };
}

async function agentsOf(env: Env, projectId: string, named: string | null): Promise<{ chosen: AgentRow[]; leftOut: number }> {
  if (named !== null) {
    const found = await findAgent(env.INDEX, projectId, named);
    return { chosen: found === null ? [] : [found], leftOut: 0 };
  }
  const { items, total } = await listAgents(env.INDEX, projectId, { after: null, limit: mostListed });
  const chosen = items.toSorted((a, b) => b.lastRunMs - a.lastRunMs).slice(0, mostAgents);
  return { chosen, leftOut: (total ?? items.length) - chosen.length };
}

function windowOf(asked: { from?: number | undefined; to?: number | undefined }, newestMs: number, nowMs: number): Window {
  const bounds = boundsOf(asked);
  const { toMs = nowMs - newestMs > liveMs ? newestMs + dayMs : nowMs } = bounds;
  const { fromMs = toMs - usualDays * dayMs } = bounds;
  if (toMs - fromMs > mostDays * dayMs)
    throw new Refusal(400, `A preview covers ${mostDays} days at most.`, [{ path: "from", message: "ask for a shorter time" }]);
  return { fromMs, toMs };
}

async function momentsOf(env: Env, projectId: string, agent: string, rule: AlertRule, window: Window, nowMs: number): Promise<Moment[]> {
  const { condition } = rule;
  if (condition.type === "incident" || condition.type === "drift")
    return incidentMoments(condition, await incidentsBetween(env.INDEX, projectId, agent, window.fromMs, window.toMs), window);
  if (condition.type === "no_data")
    return silenceMoments(condition, agent, await runGaps(env.INDEX, projectId, agent, window, condition.after_ms), window);
  const behaviour = behaviourOf(env, projectId, agent);
  const { bucket, buckets, dimensions } = condition;
  const fromMs = window.fromMs - buckets * bucketMs[bucket];
  const found = await behaviour.series(dimensions, { fromMs, toMs: window.toMs, bucket }, nowMs);
  // The buckets after the newest run are not there yet, so they are no gap.
  const closedMs = (await behaviour.closedUntil()) ?? -Infinity;
  const closed = found.map(({ dimension, buckets: all }): [string, typeof all] => [
    dimension,
    all.filter(({ at }) => Date.parse(at) + bucketMs[bucket] <= closedMs),
  ]);
  return thresholdMoments(condition, new Map(closed), window);
}
