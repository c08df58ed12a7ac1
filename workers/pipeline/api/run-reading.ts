// Asking Claude to read a run. The answer comes later, with the run.
import * as z from "zod";
import { askReading, findReading } from "../../../d1/readings.ts";
import { findRun } from "../../../d1/runs.ts";
import type { ReadMessage } from "../../../queues/messages.ts";
import { Refusal } from "../refusal.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { readingStatus } from "./run-schema.ts";
import { runParams, runTag } from "./runs.ts";

export function addRunReading(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/runs/{id}/read",
      audience: "write",
      tag: runTag,
      summary: "Have Claude read a run",
      description: "Its findings come with the run; `reading` tells how far it is. Without a model key it stays `off`.",
      params: runParams,
      body: z.strictObject({}).optional(),
      status: 202,
      answer: z.object({ id: z.string(), status: readingStatus }),
    },
    async ({ env, projectId, params, nowMs }) => {
      const row = await findRun(env.INDEX, projectId, params.id);
      if (row === null) throw new Refusal(404, "There is no such run in this key's project.");
      await askReading(env.INDEX, projectId, row.id, nowMs);
      const message: ReadMessage = { v: 1, kind: "read", project_id: projectId, run_id: row.id };
      await env.READ_QUEUE.send(message);
      const reading = await findReading(env.INDEX, projectId, row.id);
      return { id: row.id, status: reading?.status ?? "pending" };
    },
  );
}
