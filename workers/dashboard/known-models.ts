// The models that an agent is known to have run with, the newest first: of its newest runs, and of every change of model that was seen or declared.
import { listing, type ApiClient } from "./api-client.ts";
import { readChange } from "./read/change.ts";
import { readRun } from "./read/run.ts";

/** The API's longest page. */
const mostRead = "200";

export async function knownModels(api: ApiClient, agent: string): Promise<string[]> {
  const [runs, changes] = await Promise.all([
    api.get("/v1/runs", { agent, limit: mostRead }),
    api.get("/v1/changes", { agent, kind: "model", limit: mostRead }),
  ]);
  const ofRuns = runs.ok ? listing(runs.data, readRun).items.map(({ config }) => config.model) : [];
  const ofChanges = changes.ok ? listing(changes.data, readChange).items.flatMap(({ to, from, ref }) => [to ?? ref, from]) : [];
  const named = [...ofRuns, ...ofChanges].filter((model) => model !== null);
  return [...new Set(named)].filter((model) => model !== "");
}
