// Every agent with the state of its dimensions: what the inbox and the list of agents say about each. One question for the
// list and one for each agent.
import { listing, type Answer, type ApiClient } from "./api-client.ts";
import { isRecord, text, timeMs } from "./json.ts";
import { segment } from "./links.ts";
import { readDimension, type DimensionView } from "./read/dimension.ts";

/** Agents whose dimensions are asked for; the rest are listed by name. */
const mostAsked = 40;

/** Pages of 200 dimensions. */
const mostPages = 5;

export interface WatchedAgent {
  name: string;
  lastRunMs: number | null;
  /** null: not asked, or not to be had. */
  dimensions: DimensionView[] | null;
  learning: number;
  drifting: number;
  silent: boolean;
  /** The most that any learning dimension still needs. */
  needs: { runs: number; days: number } | null;
}

export async function loadAgents(api: ApiClient): Promise<WatchedAgent[]> {
  const answer = await api.get("/v1/agents", { limit: "200" });
  if (!answer.ok) return [];
  const agents = listing(answer.data, readName).items;
  return Promise.all(agents.map(async (agent, index) => watched(agent, index < mostAsked ? await dimensionsOf(api, agent.name) : null)));
}

export async function dimensionsOf(api: ApiClient, agent: string): Promise<DimensionView[] | null> {
  const answer = await askDimensions(api, agent);
  return answer.ok ? answer.dimensions : null;
}

/** All dimensions of an agent, over as many pages of the list as a person would ever look at. */
export async function askDimensions(
  api: ApiClient,
  agent: string,
): Promise<{ ok: true; dimensions: DimensionView[] } | Extract<Answer, { ok: false }>> {
  const dimensions: DimensionView[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const answer: Answer = await api.get(`/v1/agents/${segment(agent)}/dimensions`, { limit: "200", cursor });
    if (!answer.ok) return answer;
    const { items, nextCursor } = listing(answer.data, readDimension);
    dimensions.push(...items);
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return { ok: true, dimensions };
}

function readName(value: unknown): { name: string; lastRunMs: number | null } | null {
  if (!isRecord(value)) return null;
  const name = text(value["name"]);
  const lastRunMs = timeMs(value["last_run_at"]) ?? timeMs(value["last_seen"]) ?? timeMs(value["newest_at"]);
  return name === null ? null : { name, lastRunMs };
}

export function watched(agent: { name: string; lastRunMs: number | null }, dimensions: DimensionView[] | null): WatchedAgent {
  const learning = (dimensions ?? []).filter((each) => each.status === "learning");
  const needed = learning.flatMap((each) => (each.needs === null ? [] : [each.needs]));
  return {
    ...agent,
    dimensions,
    learning: learning.length,
    drifting: (dimensions ?? []).filter((each) => each.status === "drifting").length,
    silent: (dimensions ?? []).some((each) => each.status === "silent"),
    needs:
      needed.length === 0
        ? null
        : { runs: Math.max(0, ...needed.map((each) => each.runs ?? 0)), days: Math.max(0, ...needed.map((each) => each.days ?? 0)) },
  };
}
