// Agents of the project, as their runs made them known.
import * as z from "zod";
import { findAgent, listAgents, type AgentRow } from "../../../d1/agents.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { listAnswer, listQuery, namePosition, openList } from "./list.ts";

const tag = "Agents";
export const agentParams = z.strictObject({ agent: pathText.meta({ description: "The agent's name." }) });

const answer = z
  .object({
    name: z.string(),
    first_run_at: z.string().meta({ description: "Event time of its oldest run." }),
    last_run_at: z.string().meta({ description: "Event time of its newest run." }),
    open_incidents: z.number().meta({ description: "Incidents that are not resolved." }),
  })
  .meta({ id: "Agent", description: "An agent." });

const viewOf = ({ name, firstRunMs, lastRunMs, openIncidents }: AgentRow) => ({
  name,
  first_run_at: new Date(firstRunMs).toISOString(),
  last_run_at: new Date(lastRunMs).toISOString(),
  open_incidents: openIncidents,
});

export function addAgents(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/agents",
      audience: "read",
      tag,
      summary: "List agents by name",
      query: listQuery({}),
      status: 200,
      answer: listAnswer(answer, "Agents."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/agents", query, namePosition);
      const page = await listAgents(env.INDEX, projectId, list.request);
      return list.answer({ ...page, items: page.items.map(viewOf) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/agents/{agent}",
      audience: "read",
      tag,
      summary: "One agent",
      params: agentParams,
      status: 200,
      answer,
    },
    async ({ env, projectId, params }) => viewOf(await requireAgent(env, projectId, params.agent)),
  );
}

/** Throws Refusal 404 for an agent that no run has named: asking its object would make one. */
export async function requireAgent(env: Env, projectId: string, name: string): Promise<AgentRow> {
  const agent = await findAgent(env.INDEX, projectId, name);
  if (agent === null) throw new Refusal(404, "There is no such agent in this key's project. An agent is known from its first run on.");
  return agent;
}
