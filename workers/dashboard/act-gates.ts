// What the forms of gates ask for: whether a candidate may ship, and to open a gate that did not pass, by a person, with a reason.
import type { ApiClient } from "./api-client.ts";
import { candidateBody, filled, names, numberIn, share } from "./experiment-form.ts";
import { againAt } from "./form-again.ts";
import { record, text } from "./json.ts";
import { gatePath, segment } from "./links.ts";
import type { Again, Flash, Form, Secret } from "./view.ts";

export interface GateDone {
  flash: Flash;
  next?: string;
  again?: Again;
  secret?: Secret;
}

export async function makeGate(api: ApiClient, form: Form): Promise<GateDone> {
  const { field } = form;
  const policy = filled({ margin: share(field("margin")), min_cases: numberIn(field("min_cases")) });
  const evaluators = names(field("evaluators"));
  const [experiment, evaluation] = [field("experiment_id"), field("evaluation_id")];
  const startsReplay = experiment === "" && evaluation === "";
  const body = filled({
    candidate: candidateBody(field),
    suite_id: field("suite_id"),
    experiment_id: experiment,
    evaluation_id: evaluation,
    evaluators: evaluators.length === 0 ? null : evaluators,
    repeats: startsReplay ? numberIn(field("repeats")) : null,
    max_cost_usd: numberIn(field("max_cost_usd")),
    policy: Object.keys(policy).length === 0 ? null : policy,
  });
  const answer = await api.send("POST", "/v1/gates", body);
  if (!answer.ok) return { flash: { tone: "failed", text: answer.message }, again: againAt("/gates/new", form, answer) };
  const id = text(record(answer.data)["id"]);
  const next = id === null ? "/gates" : gatePath(id);
  const secret = text(record(answer.data)["driver_secret"]);
  if (secret !== null && field("secret") === "") {
    const of = "Your agent is being asked now, and needs it to check who calls: give it the secret, or give the form one of yours.";
    return { flash: { tone: "done", text: "Asked." }, secret: { secret, of, next } };
  }
  return { flash: { tone: "done", text: "Asked." }, next };
}

export async function waiveGate(api: ApiClient, form: Form, id: string): Promise<GateDone> {
  const at = gatePath(id);
  const answer = await api.send("POST", `/v1/gates/${segment(id)}/waive`, { reason: form.field("reason") });
  if (answer.ok) return { flash: { tone: "done", text: "Waived, in your name." }, next: at };
  return { flash: { tone: "failed", text: answer.message }, again: againAt(at, form, answer) };
}
