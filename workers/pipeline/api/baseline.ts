// A person's word on a baseline: bless what the agent does now as what it should do, or reset what was learnt.
import * as z from "zod";
import { noteAudit } from "../../../d1/audit-pending.ts";
import type { AuditDraft } from "../../../domain/audit/entry.ts";
import { behaviourOf } from "../../../durable-objects/names.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { agentParams, requireAgent } from "./agents.ts";
import { auditActorOf } from "./audited.ts";
import { bare, endpoint, noAnswer, pathText, type Api } from "./endpoint.ts";

const fields = { action: z.enum(["bless", "reset"]), dimension: z.string().nullable() };
const longestName = 100;

export function addBaseline(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/agents/{agent}/baseline",
      audience: "write",
      tag: "Dimensions",
      summary: "Bless or reset a baseline",
      description:
        "Without `dimension`, of all dimensions. `bless` keeps what they are now as a named reference, shown with each dimension; the same name again replaces it. `reset` learns the baseline anew from the agent's newest run on.",
      params: agentParams,
      body: z.strictObject({
        action: fields.action,
        dimension: z.string().min(1).max(1_000).nullable().default(null),
        name: z
          .string()
          .trim()
          .min(1)
          .max(longestName)
          .nullable()
          .default(null)
          .meta({ description: "Of a reference; its day when absent." }),
      }),
      status: 200,
      answer: z
        .object({
          agent: z.string(),
          ...fields,
          name: z.string().nullable(),
          at: z.string().meta({ description: "Event time up to which it was known, or from which it is learnt." }),
        })
        .meta({ description: "What was done." }),
      refusals: { 409: "There is nothing to bless yet, or there are fifty references already." },
    },
    async ({ env, projectId, principal, params: { agent }, body: { action, dimension, name }, nowMs }) => {
      await requireAgent(env, projectId, agent);
      const behaviour = behaviourOf(env, projectId, agent);
      const known = dimension === null && action === "reset" ? [] : await behaviour.dimensions(nowMs);
      if (dimension !== null && !known.some(({ name }) => name === dimension)) throw new Refusal(404, "This agent has no such dimension.");
      const actor = auditActorOf(principal);
      if (action === "reset") {
        const { at, told } = await behaviour.reset(dimension, actor, nowMs);
        await takeAudit(env, projectId, behaviour, told);
        return { agent, action, dimension, name: null, at };
      }
      if (known.length === 0) throw new Refusal(409, "Nothing is known of this agent yet, so there is nothing to bless.");
      const result = await behaviour.bless(dimension, name, actor, nowMs);
      if (result === null) throw new Refusal(409, "There are fifty references already. Bless under a name that is there.");
      await takeAudit(env, projectId, behaviour, result.told);
      return { agent, action, dimension, name: result.blessed.name, at: result.blessed.at };
    },
  );
}

/** The rule that it takes back is said at POST /v1/drifts/{id}/dismiss. */
export function addFeedback(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: "/v1/agents/{agent}/dimensions/{name}/feedback",
      audience: "write",
      tag: "Dimensions",
      summary: "Forget what dismissals taught of a dimension",
      description: "Its alarms need the usual evidence again. Dismissed drifts stay dismissed.",
      params: agentParams.extend({ name: pathText.meta({ description: "The dimension's name." }) }),
      status: 204,
      answer: noAnswer,
    },
    async ({ env, projectId, principal, params: { agent, name }, nowMs }) => {
      await requireAgent(env, projectId, agent);
      const behaviour = behaviourOf(env, projectId, agent);
      await takeAudit(env, projectId, behaviour, await behaviour.forgetFeedback(name, auditActorOf(principal), nowMs));
      return undefined;
    },
  );
}

async function takeAudit(
  env: Env,
  projectId: string,
  behaviour: ReturnType<typeof behaviourOf>,
  told: readonly AuditDraft[],
): Promise<void> {
  await env.INDEX.batch([noteAudit(env.INDEX, projectId, told)]);
  await behaviour.audited(told.map(({ id }) => id));
}
