// What the forms of artifacts ask for: validate, promote, deprecate and revert one, and draft a correction of a signal. A refusal goes back to
// the form that was sent.
import type { ApiClient } from "./api-client.ts";
import { artifactVerbs, type ArtifactVerb } from "./artifact-actions.tsx";
import { filled, numberIn } from "./experiment-form.ts";
import { againAt } from "./form-again.ts";
import { record, text } from "./json.ts";
import { artifactPath, segment } from "./links.ts";
import type { Again, Flash, Form } from "./view.ts";

export interface ArtifactDone {
  flash: Flash;
  next?: string;
  again?: Again;
}

const saidOf: Record<ArtifactVerb, string> = {
  validate: "Validated.",
  promote: "Promoted: it is in use. What it promised is measured from now on.",
  deprecate: "Deprecated: it is out of use.",
  revert: "Reverted by one step.",
};

export async function onArtifact(api: ApiClient, form: Form, id: string, asked: string): Promise<ArtifactDone> {
  const verb = artifactVerbs.find((each) => each === asked);
  if (verb === undefined) return { flash: { tone: "failed", text: "There is no such action." } };
  const at = artifactPath(id);
  const answer = await api.send("POST", `/v1/artifacts/${segment(id)}/${verb}`, bodyOf(verb, form));
  if (answer.ok) return { flash: { tone: "done", text: saidOf[verb] }, next: at };
  return { flash: { tone: "failed", text: answer.message }, again: againAt(at, form, answer) };
}

function bodyOf(verb: ArtifactVerb, { field }: Form): Record<string, unknown> {
  const why = { reason: field("reason") };
  const version = numberIn(field("version"));
  if (verb === "deprecate") return filled(why);
  if (verb === "revert") return filled({ ...why, version });
  const shared = filled({ ...why, version, gate_id: field("gate_id") });
  return verb === "validate" && field("sign_off") !== "" ? { ...shared, sign_off: true } : shared;
}

/** Goes to the artifact that the draft is in. */
export async function draftFix(api: ApiClient, signalId: string): Promise<ArtifactDone> {
  const answer = await api.send("POST", `/v1/signals/${segment(signalId)}/draft`, {});
  if (!answer.ok) return { flash: { tone: "failed", text: answer.message } };
  const said = record(answer.data);
  const id = text(said["id"]);
  const more = said["status"] === "drafting" ? " Claude's version follows." : "";
  const flash: Flash = { tone: "done", text: `Drafted, as a candidate.${more} It is not in use before it has proven itself.` };
  return id === null ? { flash } : { flash, next: artifactPath(id) };
}
