// Scores that came by themselves; one is listed even while it waits for its run.
import { listScores } from "../../../d1/scores.ts";
import * as z from "zod";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList } from "./list.ts";
import { scoreOfRun } from "./run-schema.ts";

const position = z.tuple([z.string(), z.string(), z.string()]);

export function addScores(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/scores",
      audience: "read",
      tag: "Scores",
      summary: "List scores by run, name and source",
      query: listQuery({ run_id: exactly.meta({ description: "Bento's id or the sender's." }), name: exactly }),
      status: 200,
      answer: listAnswer(scoreOfRun, "Scores."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/scores", query, position);
      return list.answer(await listScores(env.INDEX, projectId, { runId: query.run_id, name: query.name }, list.request));
    },
  );
}
