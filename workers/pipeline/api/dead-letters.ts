// Dead letters: requests that were acknowledged and could not be processed, with the reason of the last try. They can be driven
// again while their bytes are kept, or thrown away.
import * as z from "zod";
import { findDeadLetter, isProcessed, listDeadLetters, takeDeadLetter, type DeadLetter } from "../../../d1/dead-letters.ts";
import { isPastKeeping, longestKeptMs } from "../../../queues/bury.ts";
import type { InboxMessage } from "../../../queues/messages.ts";
import { receiptMs } from "../../../queues/receipt.ts";
import { copyFromDead, deleteDead, isWaiting } from "../../../r2/inbox.ts";
import { inboxKey, parseInboxKey } from "../../../r2/keys.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, noAnswer, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, namePosition, openList } from "./list.ts";

const tag = "Ingest";
const params = z.strictObject({ id: pathText });

const letter = z
  .object({
    id: z.string(),
    door: z.string().meta({ description: "Where it came in." }),
    reason: z.string().meta({ description: "Why the last try failed." }),
    received_at: z.string(),
    failed_at: z.string().meta({ description: "When it was set aside." }),
    bytes: z.number().meta({ description: "Size as kept: packed and encrypted." }),
    status: z.enum(["waiting", "expired"]).meta({ description: "`expired`: its bytes were deleted, a day after it was received." }),
    expires_at: z.string().meta({ description: "When its bytes are deleted." }),
  })
  .meta({ id: "DeadLetter" });

const driven = z
  .object({
    id: z.string(),
    status: z.enum(["pending", "processed"]).meta({ description: "`processed`: an earlier try went through." }),
  })
  .meta({ description: "Where the request is now." });

export function addDeadLetters(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/dead-letters",
      audience: "read",
      tag,
      summary: "List dead letters, newest first",
      query: listQuery({ door: exactly }),
      status: 200,
      answer: listAnswer(letter, "Requests that could not be processed."),
    },
    async ({ env, projectId, query, nowMs }) => {
      const list = openList("/v1/dead-letters", query, namePosition);
      const page = await listDeadLetters(env.INDEX, projectId, { door: query.door }, list.request);
      return list.answer({ ...page, items: page.items.map((one) => viewOf(one, nowMs)) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/dead-letters/{id}/redrive",
      audience: "write",
      tag,
      summary: "Process a dead letter again",
      description: "May be sent twice. When it fails again it comes back with the new reason.",
      params,
      status: 202,
      answer: driven,
      refusals: { 409: "Its bytes were deleted, a day after it was received." },
    },
    async ({ env, projectId, principal, params: { id }, nowMs }) => {
      const known = await findDeadLetter(env.INDEX, projectId, id);
      if (known === null) return { id, status: await statusOf(env, projectId, id) };
      const entry = parseInboxKey(known.key);
      const isGone = entry === null || isExpired(known, nowMs) || (await copyFromDead(env.ARCHIVE, entry)) === null;
      if (isGone)
        throw new Refusal(
          409,
          "Its bytes were deleted a day after it was received, as Bento promises for bodies it could not redact. Have it sent again.",
        );
      await takeDeadLetter(env.INDEX, projectId, id, "redriven", audited(principal, nowMs, { action: "dead_letter.redriven", object: id }));
      await deleteDead(env.ARCHIVE, [entry]);
      const message: InboxMessage = { v: 1, kind: "inbox", key: inboxKey(entry) };
      await env.INGEST_QUEUE.send(message);
      return { id, status: "pending" as const };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: "/v1/dead-letters/{id}",
      audience: "write",
      tag,
      summary: "Throw a dead letter away",
      description: "Its bytes are deleted at once.",
      params,
      status: 204,
      answer: noAnswer,
    },
    async ({ env, projectId, principal, params: { id }, nowMs }) => {
      const known = await findDeadLetter(env.INDEX, projectId, id);
      if (known === null) throw noSuchLetter();
      const entry = parseInboxKey(known.key);
      if (entry !== null) await deleteDead(env.ARCHIVE, [entry]);
      await takeDeadLetter(
        env.INDEX,
        projectId,
        id,
        "discarded",
        audited(principal, nowMs, { action: "dead_letter.discarded", object: id }),
      );
      return undefined;
    },
  );
}

/** Of one that is no dead letter (any more). Throws Refusal 404 when there never was such a request. */
async function statusOf(env: Env, projectId: string, id: string): Promise<"pending" | "processed"> {
  if (await isWaiting(env.ARCHIVE, projectId, id)) return "pending";
  if (await isProcessed(env.INDEX, projectId, id)) return "processed";
  throw noSuchLetter();
}

const isExpired = ({ id, goneMs }: DeadLetter, nowMs: number): boolean => goneMs !== null || isPastKeeping(id, nowMs);

function viewOf(one: DeadLetter, nowMs: number): z.input<typeof letter> {
  const receivedMs = receiptMs(one.id);
  return {
    id: one.id,
    door: one.door,
    reason: one.reason,
    received_at: new Date(receivedMs).toISOString(),
    failed_at: new Date(one.atMs).toISOString(),
    bytes: one.bytes,
    status: isExpired(one, nowMs) ? "expired" : "waiting",
    expires_at: new Date(receivedMs + longestKeptMs).toISOString(),
  };
}

const noSuchLetter = (): Refusal => new Refusal(404, "There is no such dead letter in this key's project.");
