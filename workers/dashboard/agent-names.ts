// The names of the project's agents, for filters and forms.
import { listing, type ApiClient } from "./api-client.ts";
import { isRecord, text } from "./json.ts";

/** More would be no list to choose from. */
const mostAgents = "200";

export async function agentNames(api: ApiClient): Promise<string[]> {
  const answer = await api.get("/v1/agents", { limit: mostAgents });
  return answer.ok ? listing(answer.data, (each) => (isRecord(each) ? text(each["name"]) : null)).items : [];
}
