// What people do to an incident. The desk decides whether its state allows it; what it changed is written to the index at
// once, so that who acted reads their own act.
import * as z from "zod";
import { writeIncidents } from "../../../d1/write-behaviour.ts";
import type { Incident } from "../../../domain/incident/incident.ts";
import type { IncidentAction } from "../../../domain/incident/transition.ts";
import { incidentDeskOf } from "../../../durable-objects/names.ts";
import { markAndLook } from "../../../queues/evaluate-alerts.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import { actorOf } from "./actor.ts";
import { auditActorOf } from "./audited.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { incidentSchema } from "./incident-schema.ts";
import { incidentParams, incidentTag, requireIncident } from "./incidents.ts";

const comment = z.string().trim().min(1).max(4_000);

const steps = [
  { type: "acknowledge", summary: "Say that somebody is looking into it" },
  { type: "mitigate", summary: "Say that its effect is contained" },
  { type: "resolve", summary: "Say that it is over" },
  { type: "reopen", summary: "Say that it is not over" },
] as const;

/** Who acts, and when. */
interface Act {
  by: string;
  atMs: number;
}

export function addIncidentActions(api: Api): void {
  for (const { type, summary } of steps) {
    const body = z.strictObject({ comment: comment.nullable().default(null) });
    addAction(api, type, summary, body, ({ comment }, act) => ({ type, comment, ...act }));
  }
  const owner = z.strictObject({ owner: z.string().trim().min(1).max(200).nullable() });
  addAction(api, "assign", "Give it to somebody, or to nobody", owner, ({ owner }, act) => ({ type: "assign", owner, ...act }));
  addAction(api, "comment", "Add a comment", z.strictObject({ comment }), ({ comment }, act) => ({ type: "comment", comment, ...act }));
  const into = z.strictObject({ into: z.string().min(1).max(1_000).meta({ description: "Id or slug." }) });
  addAction(api, "merge", "Merge it into another incident of the same agent", into, ({ into }, act) => ({ type: "merge", into, ...act }));
}

function addAction<B extends z.ZodType>(
  api: Api,
  type: IncidentAction["type"],
  summary: string,
  body: B,
  build: (said: z.output<B>, act: Act) => IncidentAction,
): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: `/v1/incidents/{id}/${type}`,
      audience: "write",
      tag: incidentTag,
      summary,
      params: incidentParams,
      body,
      status: 200,
      answer: incidentSchema,
      refusals: { 409: "The state of the incident does not allow it." },
    },
    async ({ env, principal, params, body: said, nowMs }) =>
      act(env, principal, params.id, build(said, { by: actorOf(principal), atMs: nowMs })),
  );
}

async function act(env: Env, principal: Principal, idOrSlug: string, action: IncidentAction): Promise<Incident> {
  const { projectId } = principal;
  const { id, agent } = await requireIncident(env, projectId, idOrSlug);
  // Another project's incident must look like one that never was, which the desk alone cannot tell.
  if (action.type === "merge") await requireIncident(env, projectId, action.into);
  const desk = incidentDeskOf(env, projectId, agent);
  const result = await desk.act(id, action, auditActorOf(principal));
  if (!result.ok) throw new Refusal(result.status, result.message);
  await writeIncidents(env.INDEX, projectId, result.incidents, result.told);
  await desk.audited(result.told.map((one) => one.id));
  await markAndLook(env, projectId, agent, action.atMs);
  return result.incidents.find((incident) => incident.id === id) ?? (await requireIncident(env, projectId, id));
}
