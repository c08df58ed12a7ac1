// What a running agent is given for one unit: the artifacts in use, and a canary's candidate in their place where the unit is in its arm. Asked
// before every run, so it is answered with an ETag and may be kept for some seconds; the same state is the same bytes.
import * as z from "zod";
import { previousOf, promotedOf, versionsNamed } from "../../../d1/artifact-bundle.ts";
import { canariesOf } from "../../../d1/canaries.ts";
import { writeExposure } from "../../../d1/exposures.ts";
import { refOf } from "../../../domain/artifact/artifact.ts";
import { bundleOf } from "../../../domain/artifact/bundle.ts";
import { armNames } from "../../../domain/experiment/assignment.ts";
import { assigned } from "../../../domain/experiment/assigned.ts";
import { fingerprint } from "../../../domain/run/fingerprint.ts";
import { agentParams } from "./agents.ts";
import { artifactKind, conflict } from "./artifacts-schema.ts";
import { artifactTag } from "./artifacts.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";

/** How long an agent may go on with an answer; a revert reaches everybody within this. */
const keptSeconds = 10;
const longestUnit = 1_000;
const mostNamed = 100;

const answer = z
  .object({
    agent: z.string(),
    experiment_id: z
      .string()
      .nullable()
      .meta({ description: "To be sent with the run, as `experiment.id`; null when nothing is assigned." }),
    arm: z.enum(armNames),
    config: z
      .record(z.string(), z.unknown())
      .meta({ description: "What the canary's arm differs in besides: model, prompt, tools, params." }),
    artifacts: z
      .array(
        z.object({
          ref: z.string().meta({ description: "`slug@version`: to be sent with the run, in `config.artifacts` as name and version." }),
          slug: z.string(),
          version: z.number(),
          kind: artifactKind,
          name: z.string(),
          hash: z.string(),
          when: z.string().nullable().meta({ description: "In words: when it helps." }),
          content: z.record(z.string(), z.unknown()),
        }),
      )
      .meta({ description: "By kind; prompt fragments by slot and order. Apply them in this order." }),
    conflicts: z.array(conflict),
    left_out: z.array(z.object({ artifact: z.string(), reason: z.enum(["agent_version", "unknown"]) })),
    hash: z.string().meta({ description: "Of the artifacts: the same hash is the same agent." }),
  })
  .meta({ id: "Bundle", description: "The artifacts that an agent is to run with." });

export function addBundle(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/agents/{agent}/bundle",
      audience: "read",
      tag: artifactTag,
      summary: "The artifacts that the agent is to run with",
      description:
        "Answers 304 to the ETag it gave. An agent that nobody knows yet gets an empty bundle. The exposure to a canary is remembered.",
      params: agentParams,
      query: z.strictObject({
        unit: z.string().max(longestUnit).optional().meta({ description: "Who is served: the same unit always gets the same arm." }),
        agent_version: z.string().min(1).max(200).optional().meta({
          description: "Of who asks; without it, versions that are meant for some agents only are left out.",
        }),
        artifacts: z.string().max(10_000).optional().meta({
          description:
            "`slug@version`, separated by commas: the bundle as it would be with these in it, whatever their state. For trying candidates; the unit is not looked at.",
        }),
      }),
      status: 200,
      answer,
    },
    async ({ env, projectId, params: { agent }, query, headers, nowMs }) => {
      const tried =
        query.artifacts === undefined
          ? null
          : query.artifacts
              .split(",")
              .filter((ref) => ref !== "")
              .slice(0, mostNamed);
      const [{ running, promoted: shipped }, promoted] = await Promise.all([
        canariesOf(env.INDEX, projectId, agent),
        promotedOf(env.INDEX, projectId, agent),
      ]);
      const { experimentId, arm, artifacts, config, exposed } =
        tried === null ? assigned(running, shipped, query.unit ?? null) : { ...untried, artifacts: tried };
      // What the last promoted canary shipped is in use by its own lifecycle; units that are held back from it get what was there before.
      const isHeld = running === null && shipped !== null && experimentId === shipped.id && arm === "baseline";
      const held = isHeld ? promoted.filter((one) => shipped.design.candidate.artifacts.includes(refOf(one.slug, one.version))) : [];
      const named = arm === "candidate" && running !== null ? artifacts : (tried ?? []);
      const candidates = isHeld
        ? await previousOf(
            env.INDEX,
            projectId,
            agent,
            held.map(({ slug }) => slug),
          )
        : await versionsNamed(env.INDEX, projectId, agent, named);
      const known = new Set(candidates.map(({ slug, version }) => refOf(slug, version)));
      const bundle = bundleOf(
        promoted.filter((one) => !held.includes(one)),
        candidates,
        named.filter((ref) => !known.has(ref)),
        query.agent_version ?? null,
      );
      if (running !== null && exposed !== null) await writeExposure(env.INDEX, projectId, running.id, { unit: exposed, arm, atMs: nowMs });
      const body: z.input<typeof answer> = {
        agent,
        experiment_id: experimentId,
        arm,
        config: { ...config },
        artifacts: bundle.artifacts.map(({ slug, version, kind, name, hash, applicability, content }) => ({
          ref: refOf(slug, version),
          slug,
          version,
          kind,
          name,
          hash,
          when: applicability.when,
          content: { ...content },
        })),
        conflicts: bundle.conflicts,
        left_out: bundle.left_out,
        hash: bundle.hash,
      };
      const text = JSON.stringify(body);
      const etag = `"${fingerprint(text, 32)}"`;
      const kept = { etag, "cache-control": `private, max-age=${keptSeconds}`, vary: "authorization, x-api-key" };
      if (isSameTag(headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers: kept });
      return new Response(text, { headers: { ...kept, "content-type": "application/json" } });
    },
  );
}

const untried = { experimentId: null, arm: "baseline", config: {}, exposed: null } as const;

/** A weak tag is as good: proxies that pack a body make one of ours. */
const isSameTag = (given: string | null, etag: string): boolean =>
  given !== null && given.split(",").some((one) => one.trim().replace(/^W\//, "") === etag || one.trim() === "*");
