// What the forms of policies ask for: to sign one, written as JSON, and to revoke one with a reason. Whether the person may, and what a policy may say,
// is the API's to tell; only what is no JSON, or is for another agent than the page's, is refused here.
import type { ApiClient } from "./api-client.ts";
import { againAt } from "./form-again.ts";
import { isRecord, record, text } from "./json.ts";
import { localPath, loopPath, segment } from "./links.ts";
import type { Again, Flash, Form, Secret } from "./view.ts";

interface PolicyDone {
  flash: Flash;
  next?: string;
  again?: Again;
  secret?: Secret;
}

/** @param agent from the address */
export async function signPolicy(api: ApiClient, form: Form, agent: string): Promise<PolicyDone> {
  const at = loopPath(agent);
  const said = parsed(form.field("policy"));
  const problem = problemOf(said, agent);
  if (!isRecord(said) || problem !== null) {
    const message = problem ?? "It must be a JSON object.";
    return { flash: { tone: "failed", text: message }, again: againAt(at, form, { ok: false, status: 422, message }) };
  }
  const answer = await api.send("POST", "/v1/policies", { ...said, agent });
  if (!answer.ok) return { flash: { tone: "failed", text: answer.message }, again: againAt(at, form, answer) };
  const flash: Flash = { tone: "done", text: "Signed, in your name." };
  const secret = text(record(answer.data)["driver_secret"]);
  const isOwn = text(record(record(said["loop"])["driver"])["secret"]) !== null;
  if (secret === null || isOwn) return { flash, next: at };
  return { flash, secret: { secret, of: "The loop asks your agent from now on, and your agent needs it to check who calls.", next: at } };
}

/** @param verb from the address */
export async function onPolicy(api: ApiClient, form: Form, id: string, verb: string): Promise<PolicyDone> {
  if (verb !== "revoke") return { flash: { tone: "failed", text: "There is no such action." } };
  const at = localPath(form.field("next"), "/agents");
  const answer = await api.send("POST", `/v1/policies/${segment(id)}/revoke`, { reason: form.field("reason") });
  if (!answer.ok) return { flash: { tone: "failed", text: answer.message }, again: againAt(at, form, answer) };
  return { flash: { tone: "done", text: "Revoked, in your name. What was done by it stays." }, next: at };
}

/** undefined where it is no JSON. */
function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function problemOf(said: unknown, agent: string): string | null {
  if (said === undefined) return "This is no JSON: look for a missing quote, comma or bracket.";
  if (!isRecord(said)) return "It must be a JSON object.";
  const other = said["agent"];
  return other === undefined || other === agent
    ? null
    : "It names another agent than this page's: leave `agent` out, or go to the other's page.";
}
