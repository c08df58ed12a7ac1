// Evaluators: made, listed, removed, and held against what people say. What cannot be run is refused here with the place, so that no
// evaluation finds it out.
import * as z from "zod";
import { ulid } from "ulidx";
import {
  deleteEvaluator,
  doubleLabels,
  evaluatorsNamed,
  findEvaluator,
  listEvaluators,
  mostEvaluators,
  putEvaluator,
} from "../../../d1/evaluators.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import { evaluatorAsked, evaluatorTypes, type Evaluator, type EvaluatorDefinition } from "../../../domain/experiment/evaluator.ts";
import { judgeCalibration } from "../../../domain/experiment/evaluator-calibration.ts";
import { epochOf } from "../../../domain/experiment/evaluator-epoch.ts";
import { canonicalJson } from "../../../domain/run/fingerprint.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, noAnswer, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, namePosition, openList } from "./list.ts";
import { newWebhookSecret } from "./new-secret.ts";
import { webhookUrlProblem } from "./webhook-url.ts";

export const evaluationTag = "Evaluations";
const params = z.strictObject({ id: pathText });
/** Newest judgements that a judge is calibrated on. */
const mostLabels = 5_000;

const evaluatorSchema = z
  .object({
    id: z.string(),
    agent: z.string(),
    name: z.string(),
    type: z.enum(evaluatorTypes),
    epoch: z.string().meta({ description: "Changes with the definition; an evaluation adds the judge's model to it." }),
    definition: z.record(z.string(), z.unknown()),
    created_at: z.string(),
  })
  .meta({ id: "Evaluator", description: "What judges a run." });
const madeEvaluator = evaluatorSchema.extend({
  secret: z
    .string()
    .nullable()
    .meta({ description: "Of a webhook: signs what is sent (Standard Webhooks). Shown once; null for other types." }),
});

const share = z.object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable(), n: z.number() });
const calibrationSchema = z
  .object({
    evaluator_id: z.string(),
    name: z.string(),
    epoch: z.string(),
    verdict: z.enum(["calibrated", "unreliable", "insufficient_data"]),
    n: z.number(),
    unusable: z.number().meta({ description: "Runs whose human scores contradict each other or lie outside of the scale." }),
    agreement: share,
    kappa: z.number().nullable(),
    tpr: share.meta({ description: "Of what people pass, how much it passes." }),
    tnr: share.meta({ description: "Of what people fail, how much it fails." }),
  })
  .meta({ id: "EvaluatorCalibration", description: "An evaluator beside the scores of source `human` and of its name." });

export function addEvaluators(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/evaluators",
      audience: "write",
      tag: evaluationTag,
      summary: "Make an evaluator",
      description:
        "Another definition under a known name is a new evaluator, which the name means from then on; the same again answers 200 with the one that is there.",
      body: evaluatorAsked,
      status: 201,
      answer: madeEvaluator,
      refusals: { 409: `The agent has ${mostEvaluators} evaluators.`, 422: "Bento does not send to this address." },
    },
    async ({ env, principal, projectId, body, nowMs }) => {
      const { agent, name, ...definition } = body;
      checkAddress(env, definition);
      const [known] = await evaluatorsNamed(env.INDEX, projectId, agent, [name]);
      if (known !== undefined && known.name === name && canonicalJson(known.definition) === canonicalJson(definition))
        return Response.json({ ...viewOf(known), secret: null });
      const secret = definition.type === "webhook" ? newWebhookSecret() : null;
      const evaluator: Evaluator = {
        id: `evr_${ulid(nowMs)}`,
        agent,
        name,
        epoch: epochOf(definition, null),
        definition,
        secret,
        createdMs: nowMs,
      };
      const after = { agent: recordHash(agent), name: recordHash(name), type: definition.type, epoch: evaluator.epoch };
      const draft = audited(principal, nowMs, { action: "evaluator.made", object: evaluator.id, after });
      if (!(await putEvaluator(env.INDEX, projectId, evaluator, draft)))
        throw new Refusal(409, `The agent has ${mostEvaluators} evaluators; remove one first.`);
      return { ...viewOf(evaluator), secret };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/evaluators",
      audience: "read",
      tag: evaluationTag,
      summary: "List evaluators, newest first",
      query: listQuery({ agent: exactly, name: exactly }),
      status: 200,
      answer: listAnswer(evaluatorSchema, "Evaluators. The newest of a name is meant by it."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/evaluators", query, namePosition);
      const page = await listEvaluators(env.INDEX, projectId, query, list.request);
      return list.answer({ ...page, items: page.items.map(viewOf) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/evaluators/{id}",
      audience: "read",
      tag: evaluationTag,
      summary: "One evaluator",
      params,
      status: 200,
      answer: evaluatorSchema,
    },
    async ({ env, projectId, params: { id } }) => viewOf(await requireEvaluator(env, projectId, id)),
  );
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: "/v1/evaluators/{id}",
      audience: "write",
      tag: evaluationTag,
      summary: "Remove an evaluator; what it found stays",
      params,
      status: 204,
      answer: noAnswer,
    },
    async ({ env, projectId, principal, params: { id }, nowMs }) => {
      const draft = audited(principal, nowMs, { action: "evaluator.removed", object: id });
      if (!(await deleteEvaluator(env.INDEX, projectId, id, draft)))
        throw new Refusal(404, "There is no such evaluator in this key's project.");
      return undefined;
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/evaluators/{id}/calibration",
      audience: "read",
      tag: evaluationTag,
      summary: "How far it agrees with people",
      description: "Runs that it judged on their recorded output, and that have a score of its name and of source `human`.",
      params,
      status: 200,
      answer: calibrationSchema,
    },
    async ({ env, projectId, params: { id } }) => {
      const evaluator = await requireEvaluator(env, projectId, id);
      const runs = await doubleLabels(env.INDEX, projectId, evaluator, mostLabels);
      return { evaluator_id: id, name: evaluator.name, epoch: evaluator.epoch, ...judgeCalibration(evaluator.definition, runs) };
    },
  );
}

async function requireEvaluator(env: Env, projectId: string, id: string): Promise<Evaluator> {
  const evaluator = await findEvaluator(env.INDEX, projectId, id);
  if (evaluator === null) throw new Refusal(404, "There is no such evaluator in this key's project.");
  return evaluator;
}

function checkAddress(env: Env, definition: EvaluatorDefinition): void {
  if (definition.type !== "webhook") return;
  const problem = webhookUrlProblem(definition.url, env.BENTO_EMBEDDED === "1");
  if (problem !== null) throw new Refusal(422, "Bento cannot send to this address.", [{ path: "url", message: problem }]);
}

function viewOf({ id, agent, name, epoch, definition, createdMs }: Evaluator): z.input<typeof evaluatorSchema> {
  const { type, ...rest } = definition;
  return { id, agent, name, type, epoch, definition: rest, created_at: new Date(createdMs).toISOString() };
}
