// The audit log: its entries, newest first, and whether its chain is whole. What still waits to be chained is chained first, so that
// who did something finds it here at once.
import * as z from "zod";
import { listAudit } from "../../../d1/audit.ts";
import { chainAudit } from "../../../queues/chain-audit.ts";
import { userKeyOf } from "../../../queues/user-key.ts";
import { verifyAudit } from "../../../queues/verify-audit.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList } from "./list.ts";
import { boundsOf, timeBounds } from "./time-filter.ts";

const tag = "Audit";
const bySeq = z.tuple([z.number()]);
const state = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable();

const entry = z
  .object({
    seq: z.number().meta({ description: "From 1, without gaps." }),
    id: z.string(),
    at: z.string(),
    actor: z.object({ key_id: z.string().nullable(), owner: z.string().nullable(), kind: z.enum(["person", "machine"]) }),
    action: z.string(),
    object: z.string().meta({ description: "Id or name of what was acted on; of a user the hash of the id." }),
    before: state.meta({ description: "Words of state, numbers, ids and hashes; never text of a trace." }),
    after: state,
    reason: z.string().nullable(),
    prev_hash: z.string().meta({ description: "`hash` of the entry before; 64 zeros for the first." }),
    hash: z.string().meta({ description: "SHA-256 hex over the JSON of all other fields, keys sorted at every level, no spaces." }),
  })
  .meta({ id: "AuditEntry" });

export function addAudit(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/audit",
      audience: "read",
      tag,
      summary: "List audit entries, newest first",
      description: "`object` takes a user id too, `actor` a key id or an owner; `from` and `to` bound `at`.",
      query: listQuery({ object: exactly, actor: exactly, ...timeBounds }),
      status: 200,
      answer: listAnswer(entry, "Audit entries."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/audit", query, bySeq);
      const { object, actor } = query;
      await chainAudit(env, projectId);
      const objects = object === undefined ? undefined : [object, userKeyOf(env, projectId, object)];
      return list.answer(await listAudit(env.INDEX, projectId, { objects, actor, ...boundsOf(query) }, list.request));
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/audit/verify",
      audience: "read",
      tag,
      summary: "Check the chain of the audit log",
      description: "Follows every hash from the first entry on, and compares the listing with the log entry by entry.",
      status: 200,
      answer: z
        .object({
          ok: z.boolean(),
          entries: z.number(),
          head: z
            .string()
            .meta({ description: "Hash of the newest entry. Keep it elsewhere to prove later that nothing before it was altered." }),
          broken_at: z.number().nullable().meta({ description: "`seq` of the first entry that is not what it should be." }),
        })
        .meta({ description: "Whether the log is whole." }),
    },
    async ({ env, projectId }) => verifyAudit(env, projectId),
  );
}
