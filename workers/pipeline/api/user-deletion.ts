// Deleting the data of one user, whether runs hold the id itself or its hash: everywhere, and as far as one request reaches; what is
// left goes on by itself. Asking again tells how far it is.
import * as z from "zod";
import { askUserErasure, runningUserErasure } from "../../../d1/erasures.ts";
import { forgetUser } from "../../../queues/forget-user.ts";
import type { UpkeepMessage } from "../../../queues/messages.ts";
import { overAfter } from "../../../queues/upkeep-consumer.ts";
import { userKeyOf } from "../../../queues/user-key.ts";
import { audited, auditActorOf } from "./audited.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";

/** Long enough for a few hundred runs, short enough for any client. */
const requestMs = 15_000;

const answer = z
  .object({
    status: z.enum(["done", "running"]).meta({ description: "`running` (202): the rest goes on by itself." }),
    deleted_runs: z.number().meta({ description: "Runs deleted so far." }),
  })
  .meta({ description: "How far the deletion is." });

export function addUserDeletion(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: "/v1/users/{user_id}/data",
      audience: "write",
      tag: "Runs",
      summary: "Delete everything of a user",
      description:
        "Runs with their steps, bytes, scores and facts, also those that were received and not processed yet. The audit log keeps a hash of the id and the count.",
      params: z.strictObject({ user_id: pathText.meta({ description: "As it was sent, also when the project has user ids hashed." }) }),
      status: 200,
      answer,
    },
    async ({ env, projectId, principal, params: { user_id: userId }, nowMs }) => {
      const key = userKeyOf(env, projectId, userId);
      const asked = { projectId, key, atMs: nowMs, userId, actor: auditActorOf(principal) };
      await askUserErasure(env.INDEX, asked, audited(principal, nowMs, { action: "user_data.deletion_asked", object: key }));
      const erasure = (await runningUserErasure(env.INDEX, projectId, key)) ?? { ...asked, runs: 0 };
      const { runs, isDone } = await forgetUser(env, erasure, overAfter(requestMs));
      if (isDone) return { status: "done" as const, deleted_runs: runs };
      const message: UpkeepMessage = { v: 1, kind: "user_erasure", project_id: projectId, user_key: key };
      await env.UPKEEP_QUEUE.send(message);
      return Response.json({ status: "running", deleted_runs: runs }, { status: 202 });
    },
  );
}
