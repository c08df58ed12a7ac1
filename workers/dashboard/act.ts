// What forms ask for: checks the token, asks the public API to do it, and sends the browser back to where it was with a
// sentence on how it went. The API alone decides whether the person may.
import { apiClient, type Answer, type ApiClient } from "./api-client.ts";
import { forgetFeedback, makeRule, onRule } from "./act-alerts.ts";
import { draftFix, onArtifact } from "./act-artifacts.ts";
import { onDeadLetters } from "./act-dead-letters.ts";
import { onBackfill, startBackfill } from "./act-backfills.ts";
import { onDefinition } from "./act-dimensions.ts";
import { makeEvaluator, onEvaluation, removeEvaluator, startEvaluation } from "./act-evaluations.ts";
import { makeExperiment, onExperiment } from "./act-experiments.ts";
import { makeGate, waiveGate } from "./act-gates.ts";
import { onPolicy, signPolicy } from "./act-policies.ts";
import { defineSignal, labelFinding, onSignal, readRunByClaude } from "./act-signals.ts";
import { makeCases, makeSuite, onSuite } from "./act-suites.ts";
import { setFlash, setTheme } from "./cookies.ts";
import { localPath, segment } from "./links.ts";
import type { PageContext, Session } from "./page-context.ts";
import { fromLocal } from "./time-format.ts";
import { themes, type Again, type Flash, type Form, type Secret } from "./view.ts";

/** No form of ours comes near it; a larger body is not one of ours. */
const mostFormBytes = 64_000;

interface Act extends Form {
  api: ApiClient;
  session: Session;
}

interface Done {
  flash: Flash;
  next?: string;
  again?: Again;
  secret?: Secret;
}

/** Maps, because a verb comes from the address: a record would also know `constructor`. */
const incidentVerbs: ReadonlyMap<string, string> = new Map([
  ["acknowledge", "Acknowledged."],
  ["mitigate", "Marked as mitigated."],
  ["resolve", "Resolved."],
  ["reopen", "Reopened."],
  ["assign", "Owner changed."],
  ["comment", "Comment added."],
  ["merge", "Merged."],
]);
const driftVerbs: ReadonlyMap<string, string> = new Map([
  ["accept", "Drift accepted: the new level becomes the baseline."],
  ["dismiss", "Drift dismissed. Its dimension needs more evidence for its next alarm."],
]);
const baselineVerbs: ReadonlyMap<string, string> = new Map([
  ["bless", "The present behaviour is now the named reference."],
  ["reset", "The baseline starts afresh."],
]);

/** The answer to the browser, a form that is to be shown again, or a secret that is shown once. */
export async function performAct(request: Request, context: PageContext): Promise<Response | Again | Secret> {
  const url = new URL(request.url);
  const isSecure = url.protocol === "https:";
  const form = await formOf(request);
  const field = (name: string): string => {
    const value = form?.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const back = localPath(field("next"));
  if (form === null || !isSameText(field("csrf"), context.csrfToken)) {
    return redirect(back, [
      setFlash({ tone: "failed", text: "The form was too old to be trusted, so nothing was done. Please try again." }, isSecure),
    ]);
  }
  if (url.pathname === "/act/theme") {
    return redirect(back, [setTheme(themes.find((each) => each === field("theme")) ?? "system", isSecure)]);
  }
  if (context.session === null) return redirect(`/sign-in?${new URLSearchParams({ next: back }).toString()}`, []);
  const all = (name: string): string[] => form.getAll(name).filter((value) => typeof value === "string");
  const api = apiClient(context.api, url.origin);
  const done = await perform(url.pathname.slice("/act/".length), { api, session: context.session, field, all });
  if (done.secret !== undefined) return done.secret;
  if (done.again !== undefined) return done.again;
  return redirect(done.next ?? back, [setFlash(done.flash, isSecure)]);
}

async function perform(path: string, act: Act): Promise<Done> {
  const [what, id, verb] = path.split("/").map(decoded);
  if (what === "incidents" && id !== undefined && verb !== undefined) return onIncident(act, id, verb);
  if (what === "drifts" && id !== undefined && verb !== undefined) return onDrift(act, id, verb);
  if (what === "agents" && id !== undefined && verb === "baseline") return onBaseline(act, id);
  if (what === "agents" && id !== undefined && verb === "definition") return onDefinition(act.api, id, act.field);
  if (what === "changes" && id === undefined) return declareChange(act);
  if (what === "project" && id === "delete") return deleteProject(act);
  if (what === "agents" && id !== undefined && verb === "feedback") return forgetFeedback(act.api, id, act.field("dimension"));
  if (what === "alert-rules" && id === undefined) return makeRule(act.api, act.field);
  if (what === "alert-rules" && id !== undefined && verb !== undefined) return onRule(act.api, id, verb);
  if (what === "dead-letters" && id !== undefined && verb !== undefined) return { flash: await onDeadLetters(act.api, id, verb) };
  if (what === "signals" && id === undefined) return defineSignal(act.api, act);
  if (what === "signals" && id !== undefined && verb === "draft") return draftFix(act.api, id);
  if (what === "artifacts" && id !== undefined && verb !== undefined) return onArtifact(act.api, act, id, verb);
  if (what === "signals" && id !== undefined && verb !== undefined) return onSignal(act.api, act, id, verb);
  if (what === "findings" && id !== undefined && verb === "label") return labelFinding(act.api, act, id);
  if (what === "runs" && id !== undefined && verb === "read") return readRunByClaude(act.api, id);
  if (what === "backfills" && id === undefined) return startBackfill(act.api, act.field, act.session.timezone);
  if (what === "backfills" && id !== undefined && verb !== undefined) return onBackfill(act.api, id, verb);
  return (await onExperimentation(act, what, id, verb)) ?? noSuchAction;
}

async function onExperimentation(act: Act, what?: string, id?: string, verb?: string): Promise<Done | null> {
  const { api, session } = act;
  if (what === "experiments" && id === undefined) return makeExperiment(api, act, session.timezone);
  if (what === "experiments" && id !== undefined && verb !== undefined) return onExperiment(api, act, id, verb);
  if (what === "suites" && id === undefined) return makeSuite(api, act);
  if (what === "suites" && id !== undefined && verb !== undefined) return onSuite(api, act, id, verb);
  if (what === "cases" && id === undefined) return makeCases(api, act);
  if (what === "evaluators" && id === undefined) return makeEvaluator(api, act);
  if (what === "evaluators" && id !== undefined && verb === "remove") return removeEvaluator(api, id);
  if (what === "evaluations" && id === undefined) return startEvaluation(api, act);
  if (what === "evaluations" && id !== undefined && verb !== undefined) return onEvaluation(api, id, verb);
  if (what === "gates" && id === undefined) return makeGate(api, act);
  if (what === "gates" && id !== undefined && verb === "waive") return waiveGate(api, act, id);
  if (what === "agents" && id !== undefined && verb === "policies") return signPolicy(api, act, id);
  if (what === "policies" && id !== undefined && verb !== undefined) return onPolicy(api, act, id, verb);
  return null;
}

const noSuchAction: Done = { flash: { tone: "failed", text: "There is no such action." } };

async function onIncident({ api, field }: Act, id: string, verb: string): Promise<Done> {
  const said = incidentVerbs.get(verb);
  if (said === undefined) return { flash: { tone: "failed", text: "There is no such action." } };
  return outcome(await api.send("POST", `/v1/incidents/${segment(id)}/${verb}`, incidentBody(verb, field)), said);
}

function incidentBody(verb: string, field: Act["field"]): Record<string, string | null> {
  if (verb === "assign") return { owner: field("owner") || null };
  if (verb === "merge") return { into: field("into") };
  return verb === "comment" || field("comment") !== "" ? { comment: field("comment") } : {};
}

async function onDrift({ api, field }: Act, id: string, verb: string): Promise<Done> {
  const said = driftVerbs.get(verb);
  if (said === undefined) return { flash: { tone: "failed", text: "There is no such action." } };
  const kind = verb === "dismiss" && field("kind") !== "" ? { kind: field("kind") } : {};
  return outcome(await api.send("POST", `/v1/drifts/${segment(id)}/${verb}`, { reason: field("reason"), ...kind }), said);
}

async function onBaseline({ api, field }: Act, agent: string): Promise<Done> {
  const said = baselineVerbs.get(field("action"));
  if (said === undefined) return { flash: { tone: "failed", text: "There is no such action." } };
  const dimension = field("dimension");
  return outcome(
    await api.send("POST", `/v1/agents/${segment(agent)}/baseline`, {
      action: field("action"),
      ...(dimension === "" ? {} : { dimension }),
    }),
    said,
  );
}

async function declareChange({ api, session, field }: Act): Promise<Done> {
  const at = field("at") === "" ? null : fromLocal(field("at"), session.timezone);
  if (field("at") !== "" && at === null)
    return { flash: { tone: "failed", text: "The time could not be read; write it as 2026-11-24T14:05." } };
  const given = {
    agent: field("agent"),
    kind: field("kind"),
    ref: field("ref"),
    at,
    description: field("description"),
    from: field("from"),
    to: field("to"),
    author: session.owner,
  };
  const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== ""));
  return outcome(await api.send("POST", "/v1/changes", body), "Change declared.");
}

async function deleteProject({ api, session, field }: Act): Promise<Done> {
  if (field("confirm") !== session.projectName)
    return { flash: { tone: "failed", text: "The name did not match, so nothing was deleted." } };
  const answer = await api.send("DELETE", `/v1/projects/${segment(session.projectId)}`);
  const other = session.projects.find((each) => each.id !== session.projectId);
  const done = outcome(answer, `Project ${session.projectName} deleted with all that it held.`);
  return answer.ok ? { ...done, next: other === undefined ? "/" : `/projects/${segment(other.id)}` } : done;
}

function outcome(answer: Answer, said: string): Done {
  return { flash: answer.ok ? { tone: "done", text: said } : { tone: "failed", text: answer.message } };
}

/** Null where the body is no form, or larger than any form of ours. */
async function formOf(request: Request): Promise<FormData | null> {
  if (Number(request.headers.get("content-length") ?? 0) > mostFormBytes) return null;
  try {
    return await request.formData();
  } catch {
    return null;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Takes the same time wherever two texts of equal length differ. An empty token matches nothing. */
function isSameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0 && b !== "";
}

function redirect(to: string, cookies: string[]): Response {
  const headers = new Headers({ location: to, "cache-control": "no-store" });
  for (const each of cookies) headers.append("set-cookie", each);
  return new Response(null, { status: 303, headers });
}
