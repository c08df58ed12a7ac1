// A person's word on a baseline: bless what the agent does now as what it should do, or reset what was learnt.
import * as z from "zod";
import { behaviourOf } from "../../../durable-objects/names.ts";
import { Refusal } from "../refusal.ts";
import { actorOf } from "./actor.ts";
import { agentParams, requireAgent } from "./agents.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";

const fields = { action: z.enum(["bless", "reset"]), dimension: z.string().nullable() };

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
        "Without `dimension`, of all dimensions. Either way the baseline is learnt anew from now on; the record says which was meant, and by whom.",
      params: agentParams,
      body: z.strictObject({ action: fields.action, dimension: z.string().min(1).max(1_000).nullable().default(null) }),
      status: 200,
      answer: z.object({ agent: z.string(), ...fields }).meta({ description: "What was done." }),
    },
    async ({ env, projectId, principal, params: { agent }, body: { action, dimension }, nowMs }) => {
      await requireAgent(env, projectId, agent);
      const behaviour = behaviourOf(env, projectId, agent);
      const known = dimension === null ? [] : await behaviour.dimensions(nowMs);
      if (dimension !== null && !known.some(({ name }) => name === dimension)) throw new Refusal(404, "This agent has no such dimension.");
      await behaviour.reset(dimension, actorOf(principal), nowMs);
      return { agent, action, dimension };
    },
  );
}
