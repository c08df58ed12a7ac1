// Alert rules: what people want to hear of, beyond the events that a webhook asks for. Made, changed, switched off and removed here;
// previewed on history in alert-preview.ts, looked at in queues/evaluate-alerts.ts.
import * as z from "zod";
import { ulid } from "ulidx";
import { deleteAlertRule, listAlertRules, putAlertRule } from "../../../d1/alert-rules.ts";
import { alertStatesOf, countAlertStates } from "../../../d1/alert-states.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import type { AuditedState } from "../../../domain/audit/entry.ts";
import { watchesAnew, type AlertRule, type AlertRuleSaid } from "../../../domain/incident/alert-rule.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { previewOf, previewSchema } from "./alert-preview.ts";
import { alertRuleParams, alertTag, checkTargets, noSuchRule, requireAlertRule } from "./alert-rule-access.ts";
import { ruleChange, ruleSaid, ruleSchema, ruleView, standingSchema, standingView, type PhaseCounts } from "./alert-rule-schema.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, noAnswer, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, namePosition, openList } from "./list.ts";

/** Each is looked at after every evaluation of each agent that it watches. */
const mostRules = 100;
const mostStandings = 100;
const wrongTarget = { 422: "A target is no webhook of the project, or an address that Bento does not send to." };

export function addAlertRules(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/alert-rules",
      audience: "write",
      tag: alertTag,
      summary: "Make an alert rule",
      description: "With `preview: true` nothing is made: the answer (200) is what the rule would have told over the last thirty days.",
      body: ruleSaid.extend({ preview: z.boolean().default(false) }),
      status: 201,
      answer: z.union([ruleSchema, previewSchema]),
      refusals: { ...wrongTarget, 409: `The project has ${mostRules} rules already.` },
    },
    async ({ env, projectId, principal, body: { preview, ...said }, nowMs }) => {
      await checkTargets(env, projectId, said.targets);
      const at = new Date(nowMs).toISOString();
      const rule: AlertRule = { id: `alr_${ulid(nowMs)}`, ...said, created_at: at, updated_at: at, watching_since: at };
      if (preview) return Response.json(await previewOf(env, projectId, rule, {}, nowMs));
      const draft = audited(principal, nowMs, { action: "alert_rule.made", object: rule.id, after: stateOf(rule) });
      if (!(await putAlertRule(env.INDEX, projectId, rule, null, draft, mostRules)))
        throw new Refusal(409, `This project has ${mostRules} alert rules already. Remove one first.`);
      return ruleView(rule, new Map());
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/alert-rules",
      audience: "read",
      tag: alertTag,
      summary: "List alert rules, oldest first",
      query: listQuery({
        agent: exactly.meta({ description: "Rules of this agent, and those of all agents." }),
        enabled: z.enum(["true", "false"]).optional(),
      }),
      status: 200,
      answer: listAnswer(ruleSchema, "Alert rules with how many things each finds not well now."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/alert-rules", query, namePosition);
      const enabled = query.enabled === undefined ? undefined : query.enabled === "true";
      const page = await listAlertRules(env.INDEX, projectId, { agent: query.agent, enabled }, list.request);
      const counts = await countsOf(env, projectId, page.items);
      return list.answer({ ...page, items: page.items.map((rule) => ruleView(rule, counts.get(rule.id) ?? new Map())) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/alert-rules/{id}",
      audience: "read",
      tag: alertTag,
      summary: "One alert rule, and what it finds not well now",
      params: alertRuleParams,
      status: 200,
      answer: ruleSchema.extend({ standing: z.array(standingSchema).meta({ description: `The newest first, ${mostStandings} at most.` }) }),
    },
    async ({ env, projectId, params }) => {
      const rule = await requireAlertRule(env, projectId, params.id);
      const [counts, standing] = await Promise.all([
        countsOf(env, projectId, [rule]),
        alertStatesOf(env.INDEX, projectId, rule.id, mostStandings),
      ]);
      return { ...ruleView(rule, counts.get(rule.id) ?? new Map()), standing: standing.map(standingView) };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "patch",
      path: "/v1/alert-rules/{id}",
      audience: "write",
      tag: alertTag,
      summary: "Change an alert rule",
      description: "What is absent stays; `condition` and `targets` are replaced whole. One that watches something else now begins anew.",
      params: alertRuleParams,
      body: ruleChange,
      status: 200,
      answer: ruleSchema,
      refusals: wrongTarget,
    },
    async ({ env, projectId, principal, params, body, nowMs }) => {
      const before = await requireAlertRule(env, projectId, params.id);
      if (body.targets !== undefined) await checkTargets(env, projectId, body.targets);
      const at = new Date(nowMs).toISOString();
      const changed: AlertRule = { ...before, ...given(body), updated_at: at };
      const rule = watchesAnew(before, changed) ? { ...changed, watching_since: at } : changed;
      const draft = audited(principal, nowMs, {
        action: "alert_rule.changed",
        object: rule.id,
        before: stateOf(before),
        after: stateOf(rule),
      });
      if (!(await putAlertRule(env.INDEX, projectId, rule, before, draft, mostRules))) throw noSuchRule();
      const counts = await countsOf(env, projectId, [rule]);
      return ruleView(rule, counts.get(rule.id) ?? new Map());
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: "/v1/alert-rules/{id}",
      audience: "write",
      tag: alertTag,
      summary: "Remove an alert rule",
      description: "What it found ends without a word.",
      params: alertRuleParams,
      status: 204,
      answer: noAnswer,
    },
    async ({ env, projectId, principal, params, nowMs }) => {
      const rule = await requireAlertRule(env, projectId, params.id);
      const draft = audited(principal, nowMs, { action: "alert_rule.removed", object: rule.id, before: stateOf(rule) });
      if (!(await deleteAlertRule(env.INDEX, projectId, rule, draft))) throw noSuchRule();
      return undefined;
    },
  );
}

/** Fields that were said. */
function given(body: z.output<typeof ruleChange>): Partial<AlertRuleSaid> {
  const { name, agent, enabled, condition, targets, cool_down_ms, renotify_ms, no_data } = body;
  return {
    ...(name === undefined ? {} : { name }),
    ...(agent === undefined ? {} : { agent }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(condition === undefined ? {} : { condition }),
    ...(targets === undefined ? {} : { targets }),
    ...(cool_down_ms === undefined ? {} : { cool_down_ms }),
    ...(renotify_ms === undefined ? {} : { renotify_ms }),
    ...(no_data === undefined ? {} : { no_data }),
  };
}

/** What the audit log keeps: addresses may carry tokens and names of dimensions words of a trace, so the rest is a hash. */
function stateOf(rule: AlertRule): AuditedState {
  return { agent: rule.agent, enabled: rule.enabled, condition: rule.condition.type, record: recordHash(rule) };
}

async function countsOf(env: Env, projectId: string, rules: readonly AlertRule[]): Promise<Map<string, PhaseCounts>> {
  if (rules.length === 0) return new Map();
  const found = await countAlertStates(
    env.INDEX,
    projectId,
    rules.map(({ id }) => id),
  );
  const byRule = Map.groupBy(found, ({ ruleId }) => ruleId);
  return new Map([...byRule].map(([id, ofRule]) => [id, new Map(ofRule.map(({ phase, n }) => [phase, n]))]));
}
