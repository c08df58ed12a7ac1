// The share of a canary that runs, made larger by hand. Each step is kept with its time, because units count by the share at which they were met.
import * as z from "zod";
import { swapReading } from "../../../d1/canaries.ts";
import { basisPoints, inBasisPoints } from "../../../domain/experiment/assignment.ts";
import { rampProblem, shareNow, type RampStep } from "../../../domain/experiment/canary-ramp.ts";
import { readingOf } from "../../../queues/canary-evaluate.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { canaryKind } from "./experiments-canary.ts";
import { experimentSchema, experimentView } from "./experiments-schema.ts";
import { experimentParams, experimentTag, requireExperiment } from "./experiments.ts";

/** A reading that others made at the same moment is made again. */
const mostTries = 5;

export function addCanaryRamp(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/experiments/{id}/ramp",
      audience: "write",
      tag: experimentTag,
      summary: "Give the candidate of a canary a larger share",
      description: "The share only grows while it runs; units keep the candidate that they have.",
      params: experimentParams,
      body: z.strictObject({ share: z.number().min(0).max(1) }),
      status: 200,
      answer: experimentSchema,
      refusals: { 409: "It does not run, or the share would fall; the message says why." },
    },
    async ({ env, principal, projectId, params: { id }, body: { share }, nowMs }) => {
      for (let i = 0; i < mostTries; i++) {
        const experiment = await requireExperiment(env, projectId, id);
        const { design: made, status, reading } = experiment;
        if (made.kind !== "canary" || status !== "running")
          throw new Refusal(409, `Only a canary that runs has a share: this ${made.kind} is ${status}.`);
        const ramp = reading.canary?.ramp ?? [];
        const problem = rampProblem(made.plan, ramp, share);
        if (problem !== null) throw new Refusal(409, `The share cannot become ${share}: ${problem}.`);
        const before = shareNow(made.plan, ramp) / basisPoints;
        if (inBasisPoints(share) === inBasisPoints(before))
          return experimentView(experiment, await canaryKind.read(env, projectId, experiment, nowMs));
        const step: RampStep = { share: inBasisPoints(share) / basisPoints, at: new Date(nowMs).toISOString() };
        const next = await readingOf(env, projectId, experiment, made.plan, nowMs);
        const grown = { ...next, canary: { ...next.canary, share: step.share, ramp: [...ramp, step] } };
        const draft = audited(principal, nowMs, {
          action: "experiment.ramped",
          object: id,
          before: { share: before },
          after: { share: step.share },
        });
        if (await swapReading(env.INDEX, projectId, experiment, grown, nowMs, draft))
          return experimentView(experiment, await canaryKind.read(env, projectId, { ...experiment, reading: grown }, nowMs));
      }
      throw new Refusal(409, "The canary is being read by others; try again.");
    },
  );
}
