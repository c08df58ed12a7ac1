// What people do to an incident. The desk decides whether its state allows it; what it changed is written to the index at
// once, so that who acted reads their own act.
import * as z from "zod";
import { writeIncidents } from "../../../d1/write-behaviour.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import type { IncidentAction } from "../../../domain/incident/transition.ts";
import { incidentDeskOf } from "../../../durable-objects/names.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { actorOf } from "./actor.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { incidentSchema } from "./incident-schema.ts";
import { incidentParams, incidentTag, requireIncident } from "./incidents.ts";

const note = z.string().trim().min(1).max(4_000);
const withNote = z.strictObject({ note: note.optional() });

const simple = [
  { kind: "acknowledge", summary: "Say that somebody is looking into it" },
  { kind: "mitigate", summary: "Say that its effect is contained" },
  { kind: "resolve", summary: "Say that it is over" },
  { kind: "reopen", summary: "Say that it is not over" },
] as const;

export function addIncidentActions(api: Api): void {
  const action = <B extends z.ZodType>(kind: string, summary: string, body: B, build: (said: z.output<B>, who: { by: string; atMs: number }, call: { env: Env; projectId: string }) => Promise<IncidentAction>): void =>
    endpoint(
      api,
      { ...bare, method: "post", path: `/v1/incidents/{id}/${kind}`, audience: "write", tag: incidentTag, summary, params: incidentParams, body, status: 200, answer: incidentSchema },
      async ({ env, projectId, principal, params, body, nowMs }) => act(env, projectId, principal, params.id, (who) => build(body, who, { env, projectId }), nowMs),
    );
  for (const { kind, summary } of simple) action(kind, summary, withNote, async ({ note }, who) => ({ kind, ...who, ...(note === undefined ? {} : { note }) }));
  action("assign", "Give it to somebody, or to nobody", z.strictObject({ owner: z.string().trim().min(1).max(200).nullable() }), async ({ owner }, who) => ({ kind: "assign", owner, ...who }));
  action("comment", "Add a comment", z.strictObject({ note }), async ({ note }, who) => ({ kind: "comment", note, ...who }));
  action("merge", "Merge it into another incident of the same agent", z.strictObject({ into: z.string().min(1).max(1_000) }), async ({ into }, who, { env, projectId }) => ({
    kind: "merge",
    into: (await requireIncident(env, projectId, into)).id,
    ...who,
  }));
}

async function act(env: Env, projectId: string, principal: Principal, idOrSlug: string, build: (who: { by: string; atMs: number }) => Promise<IncidentAction>, nowMs: number) {
  const { id, agent } = await requireIncident(env, projectId, idOrSlug);
  const result = await incidentDeskOf(env, projectId, agent).act(id, await build({ by: actorOf(principal), atMs: nowMs }));
  if (!result.ok) throw new Refusal(result.status, result.message);
  await writeIncidents(env.INDEX, projectId, result.incidents);
  return result.incidents.find((incident) => incident.id === id) ?? (await requireIncident(env, projectId, id));
}
