// Changes: the list, and the declaration of one by a person or CI. The same declaration sent again is the same change.
import * as z from "zod";
import { listChanges, putChange } from "../../../d1/changes.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import type { Change } from "../../../domain/drift/drift.ts";
import { timedId } from "../../../domain/drift/stable-id.ts";
import { behaviourOf } from "../../../durable-objects/names.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { changeKind, changeSchema } from "./drift-schema.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";
import { subjectOf } from "./subject.ts";
import { boundsOf, timeBounds, timeText } from "./time-filter.ts";

const tag = "Changes";
const name = z.string().min(1).max(200);
const value = z.string().max(1_000).nullable().default(null);

const declaration = z
  .strictObject({
    agent: name,
    kind: changeKind,
    ref: z.string().min(1).max(1_000),
    at: timeText.optional().meta({ description: "When it took effect; now, when absent. Give it, so that a retry is the same change." }),
    description: z.string().max(4_000).nullable().default(null),
    author: name.nullable().default(null),
    from: value,
    to: value,
  })
  .meta({ id: "ChangeDeclaration" });

export function addChanges(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/changes",
      audience: "read",
      tag,
      summary: "List changes, newest first",
      query: listQuery({ agent: exactly, kind: changeKind.optional(), ...timeBounds }),
      status: 200,
      answer: listAnswer(changeSchema, "Changes, declared and inferred."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/changes", query, timePosition);
      const { agent, kind } = query;
      return list.answer(await listChanges(env.INDEX, projectId, { agent, kind, ...boundsOf(query) }, list.request));
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/changes",
      audience: "write",
      tag,
      summary: "Declare a change",
      description: "The id is made from agent, kind, ref and time: the same declaration again is the same change.",
      body: declaration,
      status: 201,
      answer: changeSchema,
    },
    async ({ env, projectId, principal, body, nowMs }) => {
      const { at: atMs = nowMs, ...said } = body;
      const id = timedId("chg_", atMs, [said.agent, said.kind, said.ref]);
      const change: Change = { id, ...said, at: new Date(atMs).toISOString(), declared: true, run_id: null };
      const after = { kind: change.kind, at: change.at, record: recordHash(change) };
      await putChange(env.INDEX, projectId, change, audited(principal, nowMs, { action: "change.declared", object: id, after }));
      await behaviourOf(env, projectId, said.agent).declare(await subjectOf(env, projectId, said.agent), change, nowMs);
      return change;
    },
  );
}
