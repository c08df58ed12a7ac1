// Optimisations: what was shipped, what each promised, and what was measured of it in production since.
import * as z from "zod";
import { findOptimisation, listOptimisations, type Optimisation } from "../../../d1/optimisations.ts";
import { refOf } from "../../../domain/artifact/artifact.ts";
import { optimisationStates, type Compared } from "../../../domain/artifact/effect.ts";
import { Refusal } from "../refusal.ts";
import { artifactKind } from "./artifacts-schema.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";

const tag = "Artifacts";
const state = z.enum(optimisationStates);
const compared = z
  .object({
    with: z.number().nullable(),
    without: z.number().nullable(),
    units_with: z.number().meta({ description: "Sessions." }),
    units_without: z.number(),
    difference: z.number().nullable().meta({ description: "with − without" }),
    low: z.number().nullable().meta({ description: "95 % interval (Newcombe)." }),
    high: z.number().nullable(),
    p: z.number().nullable(),
  })
  .meta({ id: "EffectCompared" });

const schema = z
  .object({
    id: z.string(),
    agent: z.string(),
    artifact_id: z.string(),
    artifact: z.string().meta({ description: "`slug@version`" }),
    kind: artifactKind,
    state: state.meta({
      description:
        "kept: at least half of the promised fall is there, for certain. not_kept: half of it is ruled out. unclear: two weeks have not shown either.",
    }),
    target_signal_id: z.string().nullable(),
    expected: z
      .object({
        signal: z.string(),
        from: z.number(),
        to: z.number(),
        to_low: z.number(),
        to_high: z.number(),
        basis: z.string(),
      })
      .nullable()
      .meta({ description: "null where nothing was promised: then success is looked at." }),
    measured: z
      .object({
        at: z.string(),
        against: z.enum(["beside", "before"]).meta({ description: "Runs without it since it was shipped, or runs before." }),
        signal: compared.nullable(),
        success: compared,
        looks: z.number(),
        sentence: z.string(),
      })
      .nullable(),
    incident_id: z.string().nullable().meta({ description: "What a broken promise opened." }),
    replaced_version: z.number().nullable(),
    shipped_at: z.string(),
    ended_at: z.string().nullable().meta({ description: "When it was taken out or replaced." }),
  })
  .meta({ id: "Optimisation", description: "A version that was shipped: promised and measured." });

export function addOptimisations(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/optimisations",
      audience: "read",
      tag,
      summary: "List what was shipped, with promised and measured effect, newest first",
      query: listQuery({ agent: exactly, artifact_id: exactly, state: state.optional() }),
      status: 200,
      answer: listAnswer(schema, "Optimisations."),
    },
    async ({ env, projectId, query }) => {
      const list = openList<[number, string]>("/v1/optimisations", query, timePosition);
      const { agent, artifact_id: artifactId, state: wanted } = query;
      const page = await listOptimisations(env.INDEX, projectId, { agent, artifactId, state: wanted }, list.request);
      return list.answer({ ...page, items: page.items.map(viewOf) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/optimisations/{id}",
      audience: "read",
      tag,
      summary: "One thing that was shipped, with promised and measured effect",
      params: z.strictObject({ id: pathText }),
      status: 200,
      answer: schema,
    },
    async ({ env, projectId, params: { id } }) => {
      const found = await findOptimisation(env.INDEX, projectId, id);
      if (found === null) throw new Refusal(404, "There is no such optimisation in this key's project.");
      return viewOf(found);
    },
  );
}

function viewOf({ id, agent, artifactId, version, expected, measured, state: how, shippedMs, endedMs, record }: Optimisation) {
  return {
    id,
    agent,
    artifact_id: artifactId,
    artifact: refOf(record.slug, version),
    kind: record.kind,
    state: how,
    target_signal_id: record.target_signal_id,
    expected,
    measured:
      measured === null
        ? null
        : { ...measured, signal: measured.signal === null ? null : comparedView(measured.signal), success: comparedView(measured.success) },
    incident_id: record.incident_id,
    replaced_version: record.replaced_version,
    shipped_at: new Date(shippedMs).toISOString(),
    ended_at: endedMs === null ? null : new Date(endedMs).toISOString(),
  };
}

const comparedView = (one: Compared): z.input<typeof compared> => ({ ...one });
