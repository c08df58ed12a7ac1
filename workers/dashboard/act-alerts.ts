// What the forms of alert rules ask for: make one, switch it on or off, remove it; and forget what dismissals taught a dimension.
import type { ApiClient } from "./api-client.ts";
import { record, text } from "./json.ts";
import { alertPath, segment } from "./links.ts";
import { ruleBody, targetsBody, type Field } from "./rule-form.ts";
import type { Flash } from "./view.ts";

const path = "/v1/alert-rules";

export interface AlertsDone {
  flash: Flash;
  next?: string;
}

export async function makeRule(api: ApiClient, field: Field): Promise<AlertsDone> {
  const answer = await api.send("POST", path, { name: field("name"), ...ruleBody(field), targets: targetsBody(field) });
  if (!answer.ok) return { flash: { tone: "failed", text: answer.message } };
  const id = text(record(answer.data)["id"]);
  return { flash: { tone: "done", text: "Rule made. It watches from now on." }, ...(id === null ? {} : { next: alertPath(id) }) };
}

export async function onRule(api: ApiClient, id: string, verb: string): Promise<AlertsDone> {
  const address = `${path}/${segment(id)}`;
  if (verb === "delete") {
    const answer = await api.send("DELETE", address);
    return answer.ok
      ? { flash: { tone: "done", text: "Rule removed." }, next: "/alerts" }
      : { flash: { tone: "failed", text: answer.message } };
  }
  if (verb !== "enable" && verb !== "disable") return { flash: { tone: "failed", text: "There is no such action." } };
  const answer = await api.send("PATCH", address, { enabled: verb === "enable" });
  if (!answer.ok) return { flash: { tone: "failed", text: answer.message } };
  return { flash: { tone: "done", text: verb === "enable" ? "On: it watches from now on." : "Off: it tells nothing." } };
}

export async function forgetFeedback(api: ApiClient, agent: string, dimension: string): Promise<AlertsDone> {
  const answer = await api.send("DELETE", `/v1/agents/${segment(agent)}/dimensions/${segment(dimension)}/feedback`);
  return {
    flash: answer.ok
      ? { tone: "done", text: "Forgotten: its alarms need the usual evidence again." }
      : { tone: "failed", text: answer.message },
  };
}
