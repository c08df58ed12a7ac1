// Runs: the list with its filters, one run by Bento's id or the sender's, and what the sender sent.
import * as z from "zod";
import { findRun, listRuns, type RunRow } from "../../../d1/runs.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { listAnswer, listQuery, openList, timePosition } from "./list.ts";
import { runFilterOf, runFilters } from "./run-filter.ts";
import { listedRun, wholeRun } from "./run-schema.ts";
import { readListedRuns, readWholeRun, segmentLineOf } from "./run-view.ts";
import { upToDate } from "./up-to-date.ts";

export const runTag = "Runs";
export const runParams = z.strictObject({ id: pathText.meta({ description: "Bento's id or the sender's." }) });

const query = listQuery(runFilters);

export function addRuns(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/runs",
      audience: "read",
      tag: runTag,
      summary: "List runs, newest first",
      query,
      status: 200,
      answer: listAnswer(listedRun, "Runs without their steps."),
    },
    async ({ env, projectId, query, nowMs }) => {
      await upToDate(env, projectId, query.agent, nowMs);
      const list = openList("/v1/runs", query, timePosition);
      const page = await listRuns(env.INDEX, projectId, runFilterOf(query), list.request);
      return list.answer({ ...page, items: await readListedRuns(env, projectId, page.items) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/runs/{id}",
      audience: "read",
      tag: runTag,
      summary: "One run with its steps",
      params: runParams,
      status: 200,
      answer: wholeRun,
    },
    async ({ env, projectId, params, nowMs }) => {
      const row = await requireRun(env, projectId, params.id);
      await upToDate(env, projectId, row.agent, nowMs);
      const run = await readWholeRun(env, projectId, row);
      if (run === null) throw noSuchRun();
      return run;
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/runs/{id}/raw",
      audience: "read",
      tag: runTag,
      summary: "What the sender sent",
      description: "The native run as it came, or the spans of the trace, after redaction.",
      params: runParams,
      status: 200,
      answer: z.unknown().meta({ description: "In the sender's own form." }),
    },
    async ({ env, projectId, params }) => {
      const line = await segmentLineOf(env, projectId, await requireRun(env, projectId, params.id));
      if (line === null) throw noSuchRun();
      return line.raw;
    },
  );
}

/** Another project's run and one that never was are refused alike. */
async function requireRun(env: Env, projectId: string, id: string): Promise<RunRow> {
  const row = await findRun(env.INDEX, projectId, id);
  if (row === null) throw noSuchRun();
  return row;
}

const noSuchRun = (): Refusal => new Refusal(404, "There is no such run in this key's project.");
