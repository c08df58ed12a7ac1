// The tools of a replayed run, for the user's own agent: they answer from the record and from nothing else. The address is all that its holder
// needs: it carries a token of one try of one run, and is dead when that try is over.
import * as z from "zod";
import { findExperiment } from "../../../d1/experiments.ts";
import { standingRuns } from "../../../d1/read-for-store.ts";
import { findTools, noteServed, type OpenTools } from "../../../d1/replay-items.ts";
import { missText, recordedCalls, recordFor, servedText, type Call } from "../../../domain/experiment/recorded-tools.ts";
import { toolsPath, toolTokenHash } from "../../../queues/replay-webhook.ts";
import { readStoredLine } from "../../../queues/stored-line.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { operationIdOf } from "./describe.ts";
import type { Api } from "./endpoint.ts";
import { errorAnswer } from "./error-schema.ts";
import { readJson } from "./json-body.ts";
import { checked } from "./validation.ts";

const path = `${toolsPath}{token}`;
const call = z.strictObject({ name: z.string().min(1).max(1_000), arguments: z.unknown().optional() });
const answer = z.object({
  result: z.unknown(),
  is_error: z.boolean().optional().meta({ description: "true: the recorded call failed so." }),
});
/** Calls of one run; more is an agent that goes in circles. */
const mostCalls = 500;
/** Another call of the same run came between; one after the other gets through. */
const mostTries = 20;

export function addReplayTools(api: Api): void {
  api.openAPIRegistry.registerPath({
    method: "post",
    path,
    operationId: operationIdOf("post", path),
    tags: ["Experiments"],
    summary: "Call a recorded tool, as the agent that is replayed",
    description:
      "The address is handed to your agent as `tool_url`; it needs no key and is dead when the run is over. No tool is called for real.",
    security: [],
    request: { params: z.strictObject({ token: z.string() }), body: { required: true, content: { "application/json": { schema: call } } } },
    responses: {
      200: { description: "What the recorded run got.", content: { "application/json": { schema: answer } } },
      400: errorAnswer("The body is not `{name, arguments}`."),
      404: errorAnswer("There is no such address, or its run is over."),
      409: errorAnswer("The record has no result for this call."),
      413: errorAnswer("Too large."),
      415: errorAnswer("A type or coding that is not read."),
      429: errorAnswer("Too many calls at once."),
      503: errorAnswer("Try again after `Retry-After` seconds."),
    },
  });
  api.post(path.replace("{token}", ":token"), async (c) => {
    const tokenHash = await toolTokenHash(c.req.param("token") ?? "");
    const asked = checked(call, await readJson(c.req.raw), "body");
    return serve(c.env.env, tokenHash, { name: asked.name, arguments: asked.arguments ?? null });
  });
}

async function serve(env: Env, tokenHash: string, asked: Call): Promise<Response> {
  for (let tries = 0; tries < mostTries; tries++) {
    const open = await findTools(env.INDEX, tokenHash, Date.now());
    if (open === null) throw new Refusal(404, "There is no such address, or its run is over.");
    if (open.served.length >= mostCalls) throw new Refusal(409, `The run has made ${mostCalls} calls; no more are answered.`);
    const { records, matching } = await recordOf(env, open);
    const index = recordFor(records, open.served, asked, matching);
    if (!(await noteServed(env.INDEX, tokenHash, open.served, { ...asked, record: index }))) continue;
    const record = index === null ? undefined : records[index];
    if (record === undefined) throw new Refusal(409, missText({ ...asked, name: asked.name.slice(0, 100) }));
    const { text, isError } = servedText(record);
    return Response.json(isError ? { result: record.result ?? text, is_error: true } : { result: record.result ?? null });
  }
  throw new Refusal(429, "Too many calls of this run at once. Try again in a moment.");
}

async function recordOf(env: Env, { projectId, experimentId, runId }: OpenTools) {
  const [experiment, [standing]] = await Promise.all([
    findExperiment(env.INDEX, projectId, experimentId),
    standingRuns(env.INDEX, projectId, [runId]),
  ]);
  const line = standing === undefined ? null : await readStoredLine(env, projectId, runId, standing.place);
  if (line === null || experiment?.design.kind !== "replay") throw new Refusal(404, "There is no such address, or its run is over.");
  return { records: recordedCalls(line.run), matching: experiment.design.plan.matching };
}
