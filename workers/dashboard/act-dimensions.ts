// What the forms of an agent's own dimensions ask for, and what is said of it: a definition that measures nothing is told at once.
import type { ApiClient } from "./api-client.ts";
import { count } from "./format.ts";
import { isRecord, number, record } from "./json.ts";
import { agentPath, segment } from "./links.ts";
import type { Flash } from "./view.ts";

interface Done {
  flash: Flash;
  next?: string;
}

export async function onDefinition(api: ApiClient, agent: string, field: (name: string) => string): Promise<Done> {
  const path = `/v1/agents/${segment(agent)}/dimensions`;
  if (field("action") === "remove") {
    const answer = await api.send("DELETE", `${path}/${segment(field("name"))}`);
    if (!answer.ok) return { flash: { tone: "failed", text: answer.message } };
    return { flash: { tone: "done", text: "Removed: runs that come from now on are not measured by it." }, next: agentPath(agent) };
  }
  const answer = await api.send("POST", path, { name: field("name"), kind: field("kind"), expression: field("expression") });
  return { flash: answer.ok ? { tone: "done", text: saidOf(answer.data) } : { tone: "failed", text: answer.message } };
}

function saidOf(data: unknown): string {
  const tried = record(isRecord(data) ? data["tried"] : null);
  const [runs, measured] = [number(tried["runs"]) ?? 0, number(tried["measured"]) ?? 0];
  if (runs === 0) return "Defined. It measures runs from now on.";
  if (measured === 0)
    return `Defined, but it measures none of the newest ${count(runs)} runs: check the names in the expression, and that its value fits the kind.`;
  return `Defined. It measures ${count(measured)} of the newest ${count(runs)} runs.`;
}
