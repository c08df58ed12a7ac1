// What the forms of evaluators and evaluations ask for: make and remove an evaluator, start an evaluation over a suite or over recorded runs,
// cancel it, and try again what could not be judged.
import type { ApiClient } from "./api-client.ts";
import { evaluatorBody } from "./evaluator-form.ts";
import { filled, numberIn } from "./experiment-form.ts";
import { againAt } from "./form-again.ts";
import { record, text } from "./json.ts";
import { evaluationPath, localPath, segment } from "./links.ts";
import type { Again, Flash, Form, Secret } from "./view.ts";

export interface EvaluationDone {
  flash: Flash;
  next?: string;
  again?: Again;
  secret?: Secret;
}

/** A map, because a verb comes from the address: a record would also know `constructor`. */
const saidOf: ReadonlyMap<string, string> = new Map([
  ["cancel", "Cancelled. What was judged stays."],
  ["retry", "It tries again what could not be judged."],
]);

const failed = (text: string): EvaluationDone => ({ flash: { tone: "failed", text } });

export async function makeEvaluator(api: ApiClient, form: Form): Promise<EvaluationDone> {
  const { body, wrong } = evaluatorBody(form);
  const at = `/evaluators/new?${new URLSearchParams({ type: form.field("type") }).toString()}`;
  if (wrong !== null) {
    const details = [{ path: wrong, message: "is no JSON" }];
    return { ...failed(""), again: againAt(at, form, { ok: false, status: 422, message: "A field is no JSON.", details }) };
  }
  const answer = await api.send("POST", "/v1/evaluators", body);
  if (!answer.ok) return { ...failed(answer.message), again: againAt(at, form, answer) };
  const next = `/evaluators?${new URLSearchParams({ agent: form.field("agent") }).toString()}`;
  const secret = text(record(answer.data)["secret"]);
  const flash: Flash = { tone: "done", text: "Made. Its name means this one from now on." };
  return secret === null ? { flash, next } : { flash, secret: { secret, of: "Your evaluator checks it.", next } };
}

export async function removeEvaluator(api: ApiClient, id: string): Promise<EvaluationDone> {
  const answer = await api.send("DELETE", `/v1/evaluators/${segment(id)}`);
  return answer.ok ? { flash: { tone: "done", text: "Removed. What it found stays." } } : failed(answer.message);
}

export async function startEvaluation(api: ApiClient, form: Form): Promise<EvaluationDone> {
  const { field } = form;
  const suite = field("suite_id");
  const limit = numberIn(field("limit"));
  const filter = filled({ limit, status: field("status") });
  const body = filled({
    agent: field("agent"),
    suite_id: suite,
    filter: suite !== "" || Object.keys(filter).length === 0 ? null : filter,
    evaluators: form.all("evaluators"),
    repeats: numberIn(field("repeats")),
    max_cost_usd: numberIn(field("max_cost_usd")),
  });
  const answer = await api.send("POST", "/v1/evaluations", body);
  if (!answer.ok) return { ...failed(answer.message), again: againAt(localPath(field("at"), "/evaluations/new"), form, answer) };
  const id = text(record(answer.data)["id"]);
  return { flash: { tone: "done", text: "Started." }, next: id === null ? "/evaluations" : evaluationPath(id) };
}

export async function onEvaluation(api: ApiClient, id: string, verb: string): Promise<EvaluationDone> {
  const said = saidOf.get(verb);
  if (said === undefined) return failed("There is no such action.");
  const answer = await api.send("POST", `/v1/evaluations/${segment(id)}/${verb}`, {});
  return answer.ok ? { flash: { tone: "done", text: said }, next: evaluationPath(id) } : failed(answer.message);
}
