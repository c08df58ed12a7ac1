// Dimensions that people define for an agent. A definition is tried on the agent's newest runs before anybody waits for its baseline:
// an expression that measures nothing is told so at once.
import * as z from "zod";
import { customDimensionsOf, deleteCustomDimension, putCustomDimension } from "../../../d1/custom-dimensions.ts";
import { listRuns } from "../../../d1/runs.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import { customDimensionProblem, mostCustomDimensions, observeCustom, type CustomDimension } from "../../../domain/run/custom-dimension.ts";
import { longestExpression } from "../../../domain/run/expression.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { agentParams, requireAgent } from "./agents.ts";
import { audited } from "./audited.ts";
import { dimensionKind } from "./drift-schema.ts";
import { bare, endpoint, noAnswer, pathText, type Api } from "./endpoint.ts";
import { segmentLineOf } from "./run-view.ts";

const tag = "Dimensions";
/** Runs that a definition is tried on. */
const triedRuns = 10;

const definition = z.strictObject({
  name: z.string().min(1).max(64).meta({ description: "`team.greeting`; not under a prefix of the built-in ones." }),
  kind: dimensionKind,
  expression: z
    .string()
    .min(1)
    .max(longestExpression)
    .meta({ description: "CEL over `run`. Whatever a run lacks is not measured: it is never zero. No matches(), no loop in a loop." }),
});
const made = definition
  .extend({
    tried: z
      .object({ runs: z.number(), measured: z.number(), values: z.array(z.union([z.number(), z.string(), z.array(z.string())])) })
      .meta({ description: "What it says of the agent's newest runs." }),
  })
  .meta({ description: "The definition. It measures runs from now on; its baseline is learnt like any other." });

export function addCustomDimensions(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/agents/{agent}/dimensions",
      audience: "admin",
      tag,
      summary: "Define a dimension, or define it anew",
      description: 'For example {"name": "team.long_answer", "kind": "proportion", "expression": "size(run.output) > 2000"}.',
      params: agentParams,
      body: definition,
      status: 201,
      answer: made,
      refusals: { 422: "The definition cannot be used." },
    },
    async ({ env, projectId, principal, params: { agent }, body, nowMs }) => {
      await requireAgent(env, projectId, agent);
      const problem = customDimensionProblem(body);
      if (problem !== null) throw new Refusal(422, `\`${problem.path}\` ${problem.message}.`, [problem]);
      const defined = (await customDimensionsOf(env.INDEX, projectId)).get(agent) ?? [];
      const before = defined.find(({ name }) => name === body.name);
      if (before === undefined && defined.length >= mostCustomDimensions)
        throw new Refusal(422, `An agent may have ${mostCustomDimensions} dimensions of its own; remove one first.`);
      const draft = audited(principal, nowMs, {
        action: "dimension.defined",
        object: agent,
        before: stateOf(before),
        after: stateOf(body),
      });
      await putCustomDimension(env.INDEX, projectId, agent, body, draft, nowMs);
      return { ...body, tried: await tryOn(env, projectId, agent, body) };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: "/v1/agents/{agent}/dimensions/{name}",
      audience: "admin",
      tag,
      summary: "Remove a dimension that was defined",
      params: agentParams.extend({ name: pathText }),
      status: 204,
      answer: noAnswer,
    },
    async ({ env, projectId, principal, params: { agent, name }, nowMs }) => {
      const before = (await customDimensionsOf(env.INDEX, projectId)).get(agent)?.find((one) => one.name === name);
      if (before === undefined) throw new Refusal(404, "Nobody defined such a dimension for this agent.");
      const draft = audited(principal, nowMs, { action: "dimension.removed", object: agent, before: stateOf(before) });
      await deleteCustomDimension(env.INDEX, projectId, agent, name, draft);
      return undefined;
    },
  );
}

const stateOf = (dimension: CustomDimension | undefined) =>
  dimension === undefined
    ? null
    : { dimension: recordHash(dimension.name), kind: dimension.kind, expression: recordHash(dimension.expression) };

async function tryOn(env: Env, projectId: string, agent: string, dimension: CustomDimension) {
  const { items } = await listRuns(env.INDEX, projectId, { agent }, { limit: triedRuns, after: null });
  const lines = await Promise.all(items.map((row) => segmentLineOf(env, projectId, row)));
  const whole = lines.filter((line) => line !== null);
  const values = whole.flatMap(({ run }) => observeCustom(run, [dimension]).map(({ value }) => value));
  return { runs: whole.length, measured: values.length, values };
}
