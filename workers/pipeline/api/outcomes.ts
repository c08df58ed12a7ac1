// Outcomes of a canary's units that were measured elsewhere. Of one unit, metric and run the last word stands, so sending again changes nothing;
// of several values of a unit its mean counts.
import * as z from "zod";
import { exposeUnknown } from "../../../d1/exposures.ts";
import { outcomeStatements, type NewOutcome } from "../../../d1/outcomes.ts";
import { withoutAliases } from "../../../d1/read-for-store.ts";
import { armNames, unitKey } from "../../../domain/experiment/assignment.ts";
import type { Experiment } from "../../../domain/experiment/experiment.ts";
import { runIdOf } from "../../../domain/run/run-id.ts";
import { evaluateCanary } from "../../../queues/canary-evaluate.ts";
import { Refusal, type RefusalDetail } from "../refusal.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { experimentParams, experimentTag, requireExperiment } from "./experiments.ts";

const mostOutcomes = 5_000;
/** Many posts in a row are read together. */
const readAgainMs = 2_000;

const outcome = z.strictObject({
  unit: z.string().trim().min(1).max(1_000),
  arm: z.enum(armNames),
  run_id: z.string().min(1).max(1_000).nullish(),
  metric: z.string().min(1).max(200),
  value: z.union([z.number(), z.boolean().transform(Number)]).meta({ description: "A number, or whether it is so." }),
  cohort: z.record(z.string().max(200), z.string().max(200)).optional().meta({ description: "Of the unit, before it met an arm." }),
});

export function addOutcomes(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/experiments/{id}/outcomes",
      audience: "write",
      tag: experimentTag,
      summary: "Say what units showed in each arm of a canary",
      params: experimentParams,
      body: z.array(outcome).min(1).max(mostOutcomes),
      status: 202,
      answer: z.object({ accepted: z.number() }),
      refusals: { 409: "It is no canary that takes outcomes now.", 422: "A metric is not in the canary's plan." },
    },
    async ({ env, projectId, params, body, nowMs }) => {
      const experiment = await requireExperiment(env, projectId, params.id);
      checkTaking(experiment, body);
      const names = [...new Set(body.flatMap(({ run_id: id }) => (id == null ? [] : [runIdOf(id)])))];
      const runIds = await withoutAliases(env.INDEX, projectId, names);
      const outcomes = body.map(({ unit, arm, run_id: run, metric, value, cohort = {} }): NewOutcome => {
        const runId = run == null ? "" : (runIds.get(runIdOf(run)) ?? runIdOf(run));
        return { unit: unitKey(experiment.salt, unit) ?? "", arm, runId, metric, value, cohort: JSON.stringify(cohort) };
      });
      await env.INDEX.batch([
        exposeUnknown(
          env.INDEX,
          projectId,
          experiment.id,
          outcomes.map(({ unit, arm }) => ({ unit, arm, atMs: nowMs })),
        ),
        ...outcomeStatements(env.INDEX, projectId, experiment.id, outcomes, nowMs),
      ]);
      if (experiment.updatedMs <= nowMs - readAgainMs) await evaluateCanary(env, projectId, experiment, nowMs);
      return { accepted: body.length };
    },
  );
}

/** Throws Refusal. */
function checkTaking({ design, status }: Experiment, given: readonly z.output<typeof outcome>[]): void {
  if (design.kind !== "canary") throw new Refusal(409, `Outcomes are of canaries; this is a ${design.kind}.`);
  const isHeldBack = status === "promoted" && (design.plan.holdback ?? 0) > 0;
  if (status !== "running" && !isHeldBack) throw new Refusal(409, `The canary is ${status}, and takes no outcomes.`);
  const known = new Set(design.plan.metrics.map(({ name }) => name));
  const details = given.flatMap(({ metric }, i): RefusalDetail[] =>
    known.has(metric) ? [] : [{ path: `[${i}].metric`, message: "is not in the canary's plan" }],
  );
  if (details.length > 0) throw new Refusal(422, "A metric is not in the canary's plan; nothing was taken.", details.slice(0, 20));
}
