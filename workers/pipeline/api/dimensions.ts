// What is known of an agent's behaviour now, dimension by dimension, and its course over time.
import * as z from "zod";
import { customDimensionsOf } from "../../../d1/custom-dimensions.ts";
import { pageOfNames } from "../../../d1/page.ts";
import { unitOf } from "../../../domain/drift/unit.ts";
import type { CustomDimension } from "../../../domain/run/custom-dimension.ts";
import type { SeriesWindow } from "../../../durable-objects/behaviour-records.ts";
import type { WatchedDimension } from "../../../durable-objects/blessing.ts";
import { behaviourOf } from "../../../durable-objects/names.ts";
import { Refusal } from "../refusal.ts";
import { agentParams, requireAgent } from "./agents.ts";
import { dimensionSchema } from "./drift-schema.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { listAnswer, listQuery, namePosition, openList } from "./list.ts";
import { boundsOf, timeBounds } from "./time-filter.ts";

const tag = "Dimensions";
const bucketMs = { hour: 3_600_000, day: 86_400_000 } as const;
/** Days shown when nobody says from when. */
const usualDays = 30;
/** More points than any screen has columns. */
const mostBuckets = 2_000;

const bucketSchema = z.object({
  at: z.string().meta({ description: "Where the bucket begins." }),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.number().meta({ description: "Runs of the bucket that show the dimension." }),
  baseline: z
    .object({ value: z.number().nullable(), low: z.number(), high: z.number() })
    .nullable()
    .meta({ description: "The band in which the value was expected." }),
  category: z.string().nullable().optional().meta({ description: "Categorical: the category whose share the value is." }),
  categories: z.record(z.string(), z.number()).optional().meta({ description: "Categorical: how many runs showed each." }),
});

const noBand = { n: 0, value: null, low: null, high: null };
const unmeasured = { status: "learning" as const, baseline: noBand, current: noBand, references: [], feedback: null, needs: null };

const window = z.strictObject({ ...timeBounds, bucket: z.enum(["hour", "day"]).default("day") });
const windowText = "The last thirty days up to now, unless `from` and `to` say otherwise. At most 2,000 buckets.";

export function addDimensions(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/agents/{agent}/dimensions",
      audience: "read",
      tag,
      summary: "List an agent's dimensions by name",
      params: agentParams,
      query: listQuery({}),
      status: 200,
      answer: listAnswer(dimensionSchema, "Dimensions."),
    },
    async ({ env, projectId, params, query, nowMs }) => {
      const list = openList(`/v1/agents/${params.agent}/dimensions`, query, namePosition);
      await requireAgent(env, projectId, params.agent);
      const [measured, custom] = await Promise.all([
        behaviourOf(env, projectId, params.agent).dimensions(nowMs),
        customDimensionsOf(env.INDEX, projectId),
      ]);
      const dimensions = withDefinitions(measured, custom.get(params.agent) ?? []);
      return list.answer(pageOfNames(dimensions, (dimension) => dimension.name, list.request));
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/agents/{agent}/dimensions/{name}/series",
      audience: "read",
      tag,
      summary: "The course of one dimension",
      description: windowText,
      params: agentParams.extend({ name: pathText.meta({ description: "The dimension's name." }) }),
      query: window,
      status: 200,
      answer: z.object({ data: z.array(bucketSchema) }).meta({ description: "Buckets, oldest first." }),
    },
    async ({ env, projectId, params, query, nowMs }) => {
      const asked = windowOf(query, nowMs);
      await requireAgent(env, projectId, params.agent);
      const [found] = await behaviourOf(env, projectId, params.agent).series([params.name], asked, nowMs);
      if (found === undefined) throw new Refusal(404, "No run of this agent shows that dimension.");
      return { data: found.buckets };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/agents/{agent}/series",
      audience: "read",
      tag,
      summary: "The course of every dimension at once",
      description: windowText,
      params: agentParams,
      query: window,
      status: 200,
      answer: z.object({ data: z.array(z.object({ dimension: z.string(), buckets: z.array(bucketSchema) })) }),
    },
    async ({ env, projectId, params, query, nowMs }) => {
      const asked = windowOf(query, nowMs);
      await requireAgent(env, projectId, params.agent);
      return { data: await behaviourOf(env, projectId, params.agent).series(null, asked, nowMs) };
    },
  );
}

/** A definition that no run has shown yet stands in the list too: whoever made it looks for it. */
function withDefinitions(measured: readonly WatchedDimension[], defined: readonly CustomDimension[]) {
  const expressions = new Map(defined.map(({ name, expression }) => [name, expression]));
  const known = new Set(measured.map(({ name }) => name));
  const unseen = defined
    .filter(({ name }) => !known.has(name))
    .map(({ name, kind, expression }) => ({ ...unmeasured, name, kind, unit: unitOf(name, kind), expression }));
  return [...measured.map((dimension) => ({ ...dimension, expression: expressions.get(dimension.name) ?? null })), ...unseen];
}

/** Throws Refusal 400 for more buckets than anybody can look at. */
function windowOf(query: z.output<typeof window>, nowMs: number): SeriesWindow {
  const { toMs = nowMs, fromMs = toMs - usualDays * bucketMs.day } = boundsOf(query);
  if ((toMs - fromMs) / bucketMs[query.bucket] > mostBuckets) {
    throw new Refusal(400, `That would be more than ${mostBuckets} buckets.`, [
      { path: "from", message: "ask for a shorter time, or for days" },
    ]);
  }
  return { fromMs, toMs, bucket: query.bucket };
}
