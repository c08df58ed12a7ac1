// Keys of the project: make one (it is shown once), list them, revoke one.
import * as z from "zod";
import { ulid } from "ulidx";
import { countKeys, insertKey, listKeys, revokeKey, type KeyRecord } from "../../../d1/keys.ts";
import { pageOf } from "../../../d1/page.ts";
import { scopes } from "../../../domain/project/principal.ts";
import { forgetKeys, hashKey } from "../authenticate.ts";
import type { AuditedState } from "../../../domain/audit/entry.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, noAnswer, pathText, type Api } from "./endpoint.ts";
import { listAnswer, listQuery, namePosition, openList } from "./list.ts";
import { newKey } from "./new-secret.ts";

const tag = "Keys";
const scope = z.enum(scopes);
const kind = z.enum(["person", "machine"]);

const fields = {
  id: z.string(),
  name: z.string(),
  scopes: z.array(scope),
  kind,
  owner: z.string().nullable(),
  created_at: z.string(),
};
const listed = z.object(fields).meta({ id: "Key" });
const made = z
  .object({ ...fields, key: z.string().meta({ description: "Shown once; only its hash is kept." }) })
  .meta({ description: "The new key." });

const viewOf = ({ createdMs, ...key }: KeyRecord) => ({ ...key, created_at: new Date(createdMs).toISOString() });

/** What the audit log keeps of a key. */
export const keyState = ({ kind, owner, scopes: held }: KeyRecord): AuditedState => ({ kind, owner, scopes: held.join(" ") });

export function addKeys(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/keys",
      audience: "admin",
      tag,
      summary: "Make a key",
      description: "Promotions, waivers and sign-offs need a key of kind `person`.",
      body: z.strictObject({
        name: z.string().trim().min(1).max(200),
        scopes: z.array(scope).min(1).max(scopes.length),
        kind: kind.default("machine"),
        owner: z.string().trim().min(1).max(200).nullable().default(null),
      }),
      status: 201,
      answer: made,
    },
    async ({ env, projectId, principal, body, nowMs }) => {
      const key = newKey();
      const record: KeyRecord = { id: `key_${ulid()}`, ...body, scopes: scopes.filter((s) => body.scopes.includes(s)), createdMs: nowMs };
      const draft = audited(principal, nowMs, { action: "key.made", object: record.id, after: keyState(record) });
      await env.INDEX.batch(insertKey(env.INDEX, projectId, record, await hashKey(key), draft));
      return { ...viewOf(record), key };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/keys",
      audience: "admin",
      tag,
      summary: "List keys that are not revoked, oldest first",
      query: listQuery({}),
      status: 200,
      answer: listAnswer(listed, "Keys, without their secrets."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/keys", query, namePosition);
      const { after, limit } = list.request;
      const [rows, total] = await Promise.all([
        listKeys(env.INDEX, projectId, after?.[0] ?? null, limit + 1),
        countKeys(env.INDEX, projectId),
      ]);
      return list.answer(pageOf(rows.map(viewOf), limit, (key): [string] => [key.id], total));
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: "/v1/keys/{id}",
      audience: "admin",
      tag,
      summary: "Revoke a key",
      description: "It stops working within five seconds everywhere.",
      params: z.strictObject({ id: pathText }),
      status: 204,
      answer: noAnswer,
    },
    async ({ env, projectId, principal, params, nowMs }) => {
      const draft = audited(principal, nowMs, { action: "key.revoked", object: params.id });
      if (!(await revokeKey(env.INDEX, projectId, params.id, draft))) throw new Refusal(404, "There is no such key in this project.");
      forgetKeys((principal) => principal.projectId === projectId && principal.keyId === params.id);
      return undefined;
    },
  );
}
