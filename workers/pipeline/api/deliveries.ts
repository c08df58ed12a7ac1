// Deliveries: what was told to whom, whether it arrived, and when it is tried again.
import * as z from "zod";
import { listDeliveries, type Delivery } from "../../../d1/deliveries.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";

const status = z.enum(["delivered", "retrying", "failed"]);

const deliverySchema = z
  .object({
    id: z.string().meta({ description: "Event and hook; the header `webhook-id` is its part before the last dot." }),
    event: z.string(),
    status,
    attempts: z.number(),
    last_error: z.string().nullable(),
    created_at: z.string().meta({ description: "Of the first call." }),
    updated_at: z.string(),
    next_attempt_at: z.string().nullable().meta({ description: "null once it has ended." }),
    webhook_id: z.string().nullable().meta({ description: "null for a Slack address that a rule brought itself." }),
    rule_id: z.string().nullable(),
    agent: z.string().nullable(),
    host: z.string().nullable(),
    about: z.string().nullable(),
  })
  .meta({ id: "Delivery", description: "One event on its way to one hook." });

export function addDeliveries(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/deliveries",
      audience: "read",
      tag: "Webhooks",
      summary: "List deliveries, newest first",
      query: listQuery({ webhook_id: exactly, rule_id: exactly, agent: exactly, status: status.optional() }),
      status: 200,
      answer: listAnswer(deliverySchema, "Deliveries."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/deliveries", query, timePosition);
      const { webhook_id: webhookId, rule_id: ruleId, agent, status } = query;
      const page = await listDeliveries(env.INDEX, projectId, { webhookId, ruleId, agent, status }, list.request);
      return list.answer({ ...page, items: page.items.map(viewOf) });
    },
  );
}

function viewOf(delivery: Delivery): z.input<typeof deliverySchema> {
  const { id, event, status, attempts, lastError, createdMs, updatedMs, nextMs, webhookId, ruleId, agent, host, about } = delivery;
  return {
    id,
    event,
    status,
    attempts,
    last_error: lastError,
    // Rows of before there was a first call to remember have their last.
    created_at: new Date(createdMs === 0 ? updatedMs : createdMs).toISOString(),
    updated_at: new Date(updatedMs).toISOString(),
    next_attempt_at: nextMs === null ? null : new Date(nextMs).toISOString(),
    webhook_id: webhookId.startsWith("whk_") ? webhookId : null,
    rule_id: ruleId,
    agent,
    host,
    about,
  };
}
