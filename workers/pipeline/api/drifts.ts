// Drifts: the list, and what a person says of one: it was no drift (dismiss), or it is the new normal (accept).
import * as z from "zod";
import { findDrift, listDrifts, putDrift } from "../../../d1/drifts.ts";
import type { Drift } from "../../../domain/drift/drift.ts";
import type { DismissalKind } from "../../../domain/drift/feedback-weight.ts";
import type { Principal } from "../../../domain/project/principal.ts";
import type { Judgement } from "../../../durable-objects/behaviour-records.ts";
import { behaviourOf } from "../../../durable-objects/names.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { auditActorOf } from "./audited.ts";
import { driftSchema } from "./drift-schema.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";
import { boundsOf, timeBounds } from "./time-filter.ts";

const tag = "Drifts";
const reason = z.string().trim().min(1).max(2_000);
const kind = z.enum(["expected", "not_useful"]);
const judgement = {
  params: z.strictObject({ id: pathText }),
  status: 200,
  answer: driftSchema,
  refusals: { 409: "Later runs have withdrawn the drift." },
} as const;

export function addDrifts(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/drifts",
      audience: "read",
      tag,
      summary: "List drifts, newest onset first",
      description: "`from` and `to` bound the onset.",
      query: listQuery({ agent: exactly, dimension: exactly, ...timeBounds }),
      status: 200,
      answer: listAnswer(driftSchema, "Drifts."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/drifts", query, timePosition);
      const { agent, dimension } = query;
      return list.answer(await listDrifts(env.INDEX, projectId, { agent, dimension, ...boundsOf(query) }, list.request));
    },
  );
  endpoint(
    api,
    {
      ...bare,
      ...judgement,
      method: "post",
      path: "/v1/drifts/{id}/dismiss",
      audience: "write",
      tag,
      summary: "Say that a drift was none",
      description:
        "Its dimension stays quiet for alarms with that onset, and needs more evidence for its next alarm: four times as much after a dismissal as `expected`, sixteen times after `not_useful`, 256 times at most, fading by half (in log) every thirty days. `GET /v1/agents/{agent}/dimensions` shows it as `feedback`.",
      body: z.strictObject({
        reason,
        kind: kind.optional().meta({ description: "`expected` when absent, unless the reason says `not useful`." }),
      }),
    },
    async ({ env, principal, params, body, nowMs }) =>
      judge(env, principal, params.id, { status: "dismissed", reason: body.reason, kind: body.kind ?? kindIn(body.reason) }, nowMs),
  );
  endpoint(
    api,
    {
      ...bare,
      ...judgement,
      method: "post",
      path: "/v1/drifts/{id}/accept",
      audience: "write",
      tag,
      summary: "Accept a drift as the new normal",
      description: "The dimension's baseline starts anew at its onset.",
      body: z.strictObject({ reason }),
    },
    async ({ env, principal, params, body, nowMs }) => judge(env, principal, params.id, { status: "accepted", reason: body.reason }, nowMs),
  );
}

async function judge(env: Env, principal: Principal, driftId: string, said: Judgement, nowMs: number): Promise<Drift> {
  const { projectId } = principal;
  const known = await findDrift(env.INDEX, projectId, driftId);
  if (known === null) throw new Refusal(404, "There is no such drift in this key's project.");
  const behaviour = behaviourOf(env, projectId, known.agent);
  const judged = await behaviour.judge(known.id, said, auditActorOf(principal), nowMs);
  if (judged === null) throw new Refusal(409, "Later runs have withdrawn this drift: there is nothing left to judge.");
  // The object does not know incidents: the desk gave the drift its own.
  const drift = { ...judged.drift, incident_id: judged.drift.incident_id ?? known.incident_id };
  await putDrift(env.INDEX, projectId, drift, judged.told);
  await behaviour.audited(judged.told.map(({ id }) => id));
  return drift;
}

/** The contract's body has a reason alone; one of the two words in it says which it is. */
function kindIn(reason: string): DismissalKind {
  return /^not[ _-]?useful\b/i.test(reason) ? "not_useful" : "expected";
}
