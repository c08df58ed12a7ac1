// Deleting a run: everywhere, before it answers. A second deletion of the same run finds none.
import { findRun } from "../../../d1/runs.ts";
import { forgetRun } from "../../../queues/forget.ts";
import { Refusal } from "../refusal.ts";
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
      description: "Its bytes in the archive, its facts in the behaviour of its agent, its scores and its rows.",
      params: runParams,
      status: 204,
      answer: noAnswer,
    },
    async ({ env, projectId, params }) => {
      const run = await findRun(env.INDEX, projectId, params.id);
      if (run === null) throw new Refusal(404, "There is no such run in this key's project.");
      await forgetRun(env, projectId, run);
      return undefined;
    },
  );
}
