// What the forms of experiments ask for: what one would do and cost, make and start it, move it, give a canary a larger share. A refusal comes
// back at the form, in the API's words.
import type { ApiClient } from "./api-client.ts";
import { experimentBody, filled, share } from "./experiment-form.ts";
import { againAt, previewAt } from "./form-again.ts";
import { record, text } from "./json.ts";
import { experimentPath, segment } from "./links.ts";
import type { Again, Flash, Form, Secret } from "./view.ts";

export interface ExperimentDone {
  flash: Flash;
  next?: string;
  again?: Again;
  secret?: Secret;
}

/** A map, because a verb comes from the address: a record would also know `constructor`. */
const saidOf: ReadonlyMap<string, string> = new Map([
  ["start", "Started."],
  ["stop", "Stopped. What it measured stays."],
  ["abort", "Aborted: the candidate is out of use."],
  ["promote", "Promoted, in your name."],
]);

const failed = (text: string): ExperimentDone => ({ flash: { tone: "failed", text } });

export async function makeExperiment(api: ApiClient, form: Form, zone: string): Promise<ExperimentDone> {
  const isPreview = form.field("do") === "preview";
  const at = `/experiments/new?kind=${form.field("kind") === "canary" ? "canary" : "replay"}`;
  const answer = await api.send("POST", "/v1/experiments", experimentBody(form, zone, isPreview));
  if (!answer.ok) return { ...failed(answer.message), again: againAt(at, form, answer) };
  if (isPreview) return { flash: { tone: "done", text: "" }, again: previewAt(at, form, answer.data) };
  const id = text(record(answer.data)["id"]);
  if (id === null) return failed("Bento made no experiment.");
  const secret = text(record(answer.data)["driver_secret"]);
  const next = experimentPath(id);
  if (secret !== null && form.field("secret") === "") {
    const of = "Your agent needs it before the experiment starts, so it is still a draft.";
    return { flash: { tone: "done", text: "Made." }, secret: { secret, of, next } };
  }
  return { ...(await started(api, id)), next };
}

async function started(api: ApiClient, id: string): Promise<ExperimentDone> {
  const answer = await api.send("POST", `/v1/experiments/${segment(id)}/start`, {});
  if (answer.ok) return { flash: { tone: "done", text: "Started." } };
  return failed(`It was made as a draft, and could not be started: ${answer.message}`);
}

export async function onExperiment(api: ApiClient, form: Form, id: string, verb: string): Promise<ExperimentDone> {
  const at = experimentPath(id);
  const path = `/v1/experiments/${segment(id)}/${verb}`;
  if (verb === "ramp") {
    const answer = await api.send("POST", path, filled({ share: share(form.field("share")) }));
    if (!answer.ok) return { ...failed(answer.message), again: againAt(at, form, answer) };
    return { flash: { tone: "done", text: "The candidate has a larger share." }, next: at };
  }
  const said = saidOf.get(verb);
  if (said === undefined) return failed("There is no such action.");
  const override = verb === "promote" && form.field("override") !== "" ? true : null;
  const answer = await api.send("POST", path, filled({ reason: form.field("reason"), override }));
  if (!answer.ok) return { ...failed(answer.message), again: againAt(at, form, answer) };
  return { flash: { tone: "done", text: said }, next: at };
}
