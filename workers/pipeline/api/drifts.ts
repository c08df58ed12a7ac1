// Drifts: the list, and what a person says of one: it was no drift (dismiss), or it is the new normal (accept).
import * as z from "zod";
import { findDrift, listDrifts, putDrift } from "../../../d1/drifts.ts";
import { behaviourOf } from "../../../durable-objects/names.ts";
import { Refusal } from "../refusal.ts";
import { auditActorOf } from "./audited.ts";
import { driftSchema } from "./drift-schema.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";
import { boundsOf, timeBounds } from "./time-filter.ts";

const tag = "Drifts";
const verdicts = [
  {
    word: "dismiss",
    status: "dismissed",
    summary: "Say that a drift was none",
    description: "Its dimension stays quiet for alarms with that onset.",
  },
  {
    word: "accept",
    status: "accepted",
    summary: "Accept a drift as the new normal",
    description: "The dimension's baseline starts anew at its onset.",
  },
] as const;

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
  for (const { word, status, summary, description } of verdicts) {
    endpoint(
      api,
      {
        ...bare,
        method: "post",
        path: `/v1/drifts/{id}/${word}`,
        audience: "write",
        tag,
        summary,
        description,
        params: z.strictObject({ id: pathText }),
        body: z.strictObject({ reason: z.string().trim().min(1).max(2_000) }),
        status: 200,
        answer: driftSchema,
        refusals: { 409: "Later runs have withdrawn the drift." },
      },
      async ({ env, projectId, principal, params, body, nowMs }) => {
        const known = await findDrift(env.INDEX, projectId, params.id);
        if (known === null) throw new Refusal(404, "There is no such drift in this key's project.");
        const behaviour = behaviourOf(env, projectId, known.agent);
        const judged = await behaviour.judge(known.id, status, body.reason, auditActorOf(principal), nowMs);
        if (judged === null) throw new Refusal(409, "Later runs have withdrawn this drift: there is nothing left to judge.");
        // The object does not know incidents: the desk gave the drift its own.
        const drift = { ...judged.drift, incident_id: judged.drift.incident_id ?? known.incident_id };
        await putDrift(env.INDEX, projectId, drift, judged.told);
        await behaviour.audited(judged.told.map(({ id }) => id));
        return drift;
      },
    );
  }
}
