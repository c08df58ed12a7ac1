// What the forms of suites ask for: make one, describe it, put cases in and take them out; and cases of runs, into a suite that is there or a
// new one. What is in a suite already is told, not added twice.
import type { ApiClient } from "./api-client.ts";
import { filled, lines } from "./experiment-form.ts";
import { againAt } from "./form-again.ts";
import { plural } from "./format.ts";
import { record, text } from "./json.ts";
import { localPath, segment, suitePath } from "./links.ts";
import type { Again, Flash, Form } from "./view.ts";

export interface SuiteDone {
  flash: Flash;
  next?: string;
  again?: Again;
}

/** Runs of one form that become cases. */
const mostRuns = 20;

const failed = (text: string): SuiteDone => ({ flash: { tone: "failed", text } });
const done = (text: string, next: string): SuiteDone => ({ flash: { tone: "done", text }, next });

export async function makeSuite(api: ApiClient, form: Form): Promise<SuiteDone> {
  const grows = form.field("grows") === "" ? {} : { grows_from: "signals" };
  const body = { agent: form.field("agent"), name: form.field("name"), ...grows };
  const answer = await api.send("POST", "/v1/suites", body);
  const id = answer.ok ? text(record(answer.data)["id"]) : null;
  if (!answer.ok) return { ...failed(answer.message), again: againAt("/suites", form, answer) };
  return done("Made. Now it needs cases.", id === null ? "/suites" : suitePath(id));
}

export async function onSuite(api: ApiClient, form: Form, id: string, verb: string): Promise<SuiteDone> {
  const at = suitePath(id);
  if (verb === "describe") return describe(api, form, id);
  if (verb === "remove-case") {
    const answer = await api.send("DELETE", `/v1/suites/${segment(id)}/cases/${segment(form.field("case_id"))}`);
    return answer.ok ? done("Taken out. Earlier versions still have it.", at) : failed(answer.message);
  }
  if (verb !== "add-case") return failed("There is no such action.");
  const runId = form.field("run_id");
  const body = runId === "" ? writtenCase(form) : filled({ run_id: runId, expected: expectedOf(form) });
  const answer = await api.send("POST", `/v1/suites/${segment(id)}/cases`, body);
  if (!answer.ok) return { ...failed(answer.message), again: againAt(at, form, answer) };
  const isKnown = record(answer.data)["duplicate"] === true;
  return done(isKnown ? "One so like it is in already, so nothing was added." : addedText(answer.data), at);
}

async function describe(api: ApiClient, form: Form, id: string): Promise<SuiteDone> {
  const body = {
    name: form.field("name"),
    grows_from: form.field("grows") === "" ? null : "signals",
    holdout: form.field("holdout") !== "",
  };
  const answer = await api.send("PATCH", `/v1/suites/${segment(id)}`, body);
  return answer.ok ? done("Saved.", suitePath(id)) : { ...failed(answer.message), again: againAt(suitePath(id), form, answer) };
}

/** Cases of the chosen runs, one after the other: each is a version of the suite. */
export async function makeCases(api: ApiClient, form: Form): Promise<SuiteDone> {
  const runs = form.all("run").slice(0, mostRuns);
  const at = localPath(form.field("at"), "/suites");
  if (runs.length === 0) return failed("Choose at least one run.");
  const suite = await chosenSuite(api, form, at);
  if ("flash" in suite) return suite;
  let [added, known] = [0, 0];
  for (const run_id of runs) {
    const answer = await api.send("POST", `/v1/suites/${segment(suite.id)}/cases`, filled({ run_id, expected: expectedOf(form) }));
    if (!answer.ok) {
      const before = added === 0 ? "" : ` ${plural(added, "case")} had been added before.`;
      return { ...failed(answer.message + before), again: againAt(at, form, { ...answer, message: answer.message + before }) };
    }
    if (record(answer.data)["duplicate"] === true) known += 1;
    else added += 1;
  }
  const also = known === 0 ? "" : ` ${plural(known, "run")} had one so like it in already.`;
  return done(`${plural(added, "case")} added.${also}`, suitePath(suite.id));
}

async function chosenSuite(api: ApiClient, form: Form, at: string): Promise<{ id: string } | SuiteDone> {
  const chosen = form.field("suite");
  if (chosen !== "") return { id: chosen };
  const answer = await api.send("POST", "/v1/suites", { agent: form.field("agent"), name: form.field("new_suite") });
  if (!answer.ok) return { ...failed(answer.message), again: againAt(at, form, answer) };
  const id = text(record(answer.data)["id"]);
  return id === null ? failed("Bento made no suite.") : { id };
}

function addedText(data: unknown): string {
  return record(data)["sealed"] === true
    ? "Added, and sealed: it is evaluated and counted, and never shown."
    : "Added. The suite has a new version.";
}

function writtenCase(form: Form): Record<string, unknown> {
  return filled({ input: valueOf(form, "input"), expected: expectedOf(form) });
}

const expectedOf = (form: Form): unknown => valueOf(form, "expected");

/** Text as it is typed; JSON where the form says so, and what is no JSON goes on as text, for the API to take or refuse. */
function valueOf(form: Form, name: string): unknown {
  const typed = lines(form.field(name));
  if (form.field("is_json") === "" || typed === "") return typed;
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}
