// Runs: the list with its filters, one run by Bento's id or the sender's, and what the sender sent.
import * as z from "zod";
import { findRun, listRuns, type RunRow } from "../../../d1/runs.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";
import { listedRun, runStatus, wholeRun } from "./run-schema.ts";
import { readListedRuns, readWholeRun, segmentLineOf } from "./run-view.ts";
import { boundsOf, timeBounds } from "./time-filter.ts";

export const runTag = "Runs";
export const runParams = z.strictObject({ id: pathText.meta({ description: "Bento's id or the sender's." }) });

/** Longer searches find nothing that a shorter one would not, and cost time on every row. */
const longestSearch = 1_000;

const query = listQuery({
  agent: exactly,
  status: runStatus.optional(),
  session_id: exactly,
  user_id: exactly,
  model: exactly,
  config_hash: exactly,
  ...timeBounds,
  q: z
    .string()
    .min(1)
    .max(longestSearch)
    .optional()
    .meta({ description: "A literal, case-insensitive substring of ids, input, output, error and step texts (first 4 KB each)." }),
});

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
    async ({ env, projectId, query }) => {
      const list = openList("/v1/runs", query, timePosition);
      const { agent, status, model } = query;
      const filter = {
        agent,
        status,
        model,
        sessionId: query.session_id,
        userId: query.user_id,
        configHash: query.config_hash,
        text: query.q,
        ...boundsOf(query),
      };
      const page = await listRuns(env.INDEX, projectId, filter, list.request);
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
    async ({ env, projectId, params }) => {
      const run = await readWholeRun(env, projectId, await requireRun(env, projectId, params.id));
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
