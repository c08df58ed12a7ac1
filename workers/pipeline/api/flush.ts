// Flush: evaluates an agent now as if the time that closes windows and silent runs had passed. For imports and tests.
import * as z from "zod";
import { flushAgent } from "../../../queues/flush.ts";
import { agentParams, requireAgent } from "./agents.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";

const answer = z
  .object({
    agent: z.string(),
    closed_runs: z.number().meta({ description: "Runs that still waited for their root." }),
    drifts: z.number().meta({ description: "Drifts that the agent has now." }),
    incidents_touched: z.number(),
  })
  .meta({ description: "What was closed and found." });

export function addFlush(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/agents/{agent}/flush",
      audience: "write",
      tag: "Agents",
      summary: "Evaluate an agent now",
      description: "Closes open windows and runs that wait for their root, up to the agent's newest run, not the clock.",
      params: agentParams,
      body: z.strictObject({}),
      status: 200,
      answer,
    },
    async ({ env, projectId, params: { agent } }) => {
      await requireAgent(env, projectId, agent);
      return { agent, ...(await flushAgent(env, projectId, agent)) };
    },
  );
}
