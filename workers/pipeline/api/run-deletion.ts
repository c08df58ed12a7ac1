// Deleting a run: everywhere, before it answers. A second deletion of the same run finds none.
import { findRun } from "../../../d1/runs.ts";
import { forgetRuns } from "../../../queues/forget.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, noAnswer, type Api } from "./endpoint.ts";
import { runParams, runTag } from "./runs.ts";

export function addRunDeletion(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: "/v1/runs/{id}",
      audience: "write",
      tag: runTag,
      summary: "Delete a run everywhere",
      description:
        "Its bytes in the archive, its facts in the behaviour of its agent, its scores and its rows. What was received of it before and not processed yet goes too. A native run that is sent again is a new run; later parts of a deleted trace are refused for 31 days and counted as rejected.",
      params: runParams,
      status: 204,
      answer: noAnswer,
    },
    async ({ env, projectId, principal, params, nowMs }) => {
      const run = await findRun(env.INDEX, projectId, params.id);
      if (run === null) throw new Refusal(404, "There is no such run in this key's project.");
      await forgetRuns(env, projectId, [run], nowMs, { draft: audited(principal, nowMs, { action: "run.deleted", object: run.id }) });
      return undefined;
    },
  );
}
