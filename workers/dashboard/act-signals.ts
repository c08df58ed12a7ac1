// What the forms of signals, findings and runs ask for: define, describe, merge, split, put away; call a finding right or wrong; have a
// run read. Only what a person changed is sent, because what is sent is kept as that person's word.
import type { Answer, ApiClient } from "./api-client.ts";
import { count, plural } from "./format.ts";
import { number, record, text } from "./json.ts";
import { segment, signalPath } from "./links.ts";
import type { Again, Flash, Form } from "./view.ts";
import { againAt } from "./form-again.ts";

export interface SignalsDone {
  flash: Flash;
  next?: string;
  again?: Again;
}

/** Maps, because a verb comes from the address: a record would also know `constructor`. */
const saidOf: ReadonlyMap<string, string> = new Map([
  ["confirm", "Confirmed: it is a class of its own."],
  ["resolve", "Resolved. Should it come back it is called regressed."],
  ["archive", "Archived."],
  ["reopen", "Taken back: it stands again as its runs say."],
  ["split", "Split. The machine will not join them again."],
]);
const describable = ["name", "definition", "severity", "rule"] as const;

export async function defineSignal(api: ApiClient, form: Form): Promise<SignalsDone> {
  const { field } = form;
  const given = { agent: field("agent"), name: field("name"), definition: lines(field("definition")), polarity: field("polarity") };
  const more = { severity: field("severity"), rule: field("kind") === "words" ? "" : lines(field("rule")) };
  const answer = await api.send("POST", "/v1/signals", filled({ ...given, ...more }));
  if (!answer.ok) return { ...refused(answer), again: againAt("/signals/new", form, answer) };
  const id = text(record(answer.data)["id"]);
  return { flash: { tone: "done", text: triedText(answer.data) }, ...(id === null ? {} : { next: signalPath(id) }) };
}

/** What was defined judges runs from now on; a rule that holds of none of the newest runs is told at once. */
function triedText(data: unknown): string {
  const tried = record(record(data)["tried"]);
  const [runs, matched] = [number(tried["runs"]) ?? 0, number(tried["matched"]) ?? 0];
  const rest = "It judges runs from now on; a backfill looks for it in history.";
  if (runs === 0) return `Defined. ${rest}`;
  if (matched === 0) return `Defined, but it holds of none of the newest ${plural(runs, "run")}: check the names in the rule. ${rest}`;
  return `Defined. It holds of ${count(matched)} of the newest ${plural(runs, "run")}. ${rest}`;
}

export async function onSignal(api: ApiClient, form: Form, id: string, verb: string): Promise<SignalsDone> {
  if (verb === "edit") return describe(api, form, id);
  if (verb === "propose" || verb === "accept" || verb === "decline") return onProposal(api, form, id, verb);
  const path = `/v1/signals/${segment(id)}/${verb}`;
  const reason = filled({ reason: form.field("reason") });
  if (verb === "merge") {
    const into = form.field("into");
    const answer = await api.send("POST", path, { into, ...reason });
    return answer.ok ? { flash: { tone: "done", text: "Merged." }, next: signalPath(into) } : refused(answer);
  }
  const said = saidOf.get(verb);
  if (said === undefined) return { flash: { tone: "failed", text: "There is no such action." } };
  const classes = verb === "split" ? form.all("classes") : [];
  const answer = await api.send("POST", path, { ...(classes.length === 0 ? {} : { classes }), ...reason });
  if (!answer.ok) return refused(answer);
  const made = verb === "split" ? text(record(answer.data)["made"]) : null;
  return { flash: { tone: "done", text: said }, ...(made === null ? {} : { next: signalPath(made) }) };
}

const answeredBy = {
  propose: "Claude was asked. Its proposal shows here when it is there.",
  accept: "Accepted: it is yours now.",
  decline: "Declined.",
} as const;

async function onProposal(api: ApiClient, { field }: Form, id: string, verb: keyof typeof answeredBy): Promise<SignalsDone> {
  const body = { propose: {}, accept: filled({ what: field("what"), at: field("at") }), decline: filled({ at: field("at") }) }[verb];
  const answer = await api.send("POST", `/v1/signals/${segment(id)}/${verb}`, body);
  if (!answer.ok) return refused(answer);
  // After a merge it is another signal that stays.
  const stays = verb === "accept" ? text(record(answer.data)["id"]) : null;
  return { flash: { tone: "done", text: answeredBy[verb] }, ...(stays === null ? {} : { next: signalPath(stays) }) };
}

export async function labelFinding(api: ApiClient, { field }: Form, id: string): Promise<SignalsDone> {
  const isCorrect = field("correct") === "true";
  if (!isCorrect && field("correct") !== "false") return { flash: { tone: "failed", text: "Say whether it is right or wrong." } };
  const body = { correct: isCorrect, ...filled({ comment: field("comment") }) };
  const answer = await api.send("POST", `/v1/findings/${segment(id)}/label`, body);
  if (!answer.ok) return refused(answer);
  return { flash: { tone: "done", text: isCorrect ? "Noted: the finding is right." : "Noted: the finding is wrong." } };
}

export async function readRunByClaude(api: ApiClient, id: string): Promise<SignalsDone> {
  const answer = await api.send("POST", `/v1/runs/${segment(id)}/read`);
  if (!answer.ok) return refused(answer);
  const isOff = record(answer.data)["status"] === "off";
  return isOff
    ? { flash: { tone: "failed", text: "Claude does not read here: there is no model key, or no budget for it." } }
    : { flash: { tone: "done", text: "Claude was asked to read this run." } };
}

async function describe(api: ApiClient, { field }: Form, id: string): Promise<SignalsDone> {
  const changed = describable.filter((name) => lines(field(name)) !== lines(field(`was_${name}`)));
  if (changed.length === 0) return { flash: { tone: "done", text: "Nothing was changed." } };
  const body = Object.fromEntries(changed.map((name) => [name, lines(field(name))]));
  const answer = await api.send("PATCH", `/v1/signals/${segment(id)}`, { ...body, ...filled({ reason: field("reason") }) });
  return answer.ok ? { flash: { tone: "done", text: "Saved." } } : refused(answer);
}

const refused = (answer: Extract<Answer, { ok: false }>): SignalsDone => ({ flash: { tone: "failed", text: complaint(answer) } });

/** The API's sentence, and what is wrong where. */
function complaint({ message, details = [] }: Extract<Answer, { ok: false }>): string {
  const [first] = details;
  return first === undefined ? message : `${message} ${first.path === "" ? "" : `${first.path}: `}${first.message}`;
}

/** Browsers send a text area's line breaks as CRLF. */
const lines = (value: string): string => value.replaceAll("\r\n", "\n");

const filled = (fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
