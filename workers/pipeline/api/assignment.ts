// Which arm of the agent's canary a unit gets, and what the agent is to be for it. Asked before every run, so it is one read of the index; the
// answer may be kept for some seconds, after which an aborted canary is out of use.
import * as z from "zod";
import { canariesOf } from "../../../d1/canaries.ts";
import { writeExposure } from "../../../d1/exposures.ts";
import { armNames } from "../../../domain/experiment/assignment.ts";
import { assigned } from "../../../domain/experiment/assigned.ts";
import { fingerprint } from "../../../domain/run/fingerprint.ts";
import { agentParams } from "./agents.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";

/** How long an agent may go on with an answer; an abort reaches everybody within this. */
const keptSeconds = 10;
const longestUnit = 1_000;

const answer = z
  .object({
    experiment_id: z
      .string()
      .nullable()
      .meta({ description: "To be sent with the run, as `experiment.id`; null when nothing is assigned." }),
    arm: z.enum(armNames),
    artifacts: z.array(z.string()).meta({ description: "slug@version" }),
    config: z.record(z.string(), z.unknown()).meta({ description: "What differs from the agent's own: model, prompt, tools, params." }),
  })
  .meta({ id: "Assignment", description: "What the agent is to be for one unit." });

export function addAssignment(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/agents/{agent}/assignment",
      audience: "read",
      tag: "Experiments",
      summary: "The arm of a unit in the agent's running canary",
      description:
        "The same unit always gets the same arm; a larger share only adds units to the candidate. An empty unit, or no canary, gets the baseline. The exposure is remembered.",
      params: agentParams,
      query: z.strictObject({ unit: z.string().max(longestUnit).optional() }),
      status: 200,
      answer,
    },
    async ({ env, projectId, params, query, headers, nowMs }) => {
      const { running, promoted } = await canariesOf(env.INDEX, projectId, params.agent);
      const { experimentId, arm, artifacts, config, exposed } = assigned(running, promoted, query.unit ?? null);
      if (running !== null && exposed !== null) await writeExposure(env.INDEX, projectId, running.id, { unit: exposed, arm, atMs: nowMs });
      const body: z.input<typeof answer> = { experiment_id: experimentId, arm, artifacts: [...artifacts], config: { ...config } };
      const etag = `"${fingerprint(JSON.stringify(body), 16)}"`;
      const kept = { etag, "cache-control": `private, max-age=${keptSeconds}`, vary: "authorization, x-api-key" };
      if (headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers: kept });
      return Response.json(body, { headers: kept });
    },
  );
}
