// Shadows as an experiment: the candidate answers beside live runs and nobody sees it. Bento does not call the candidate; its runs come with
// `shadow_of`, the live run that they stand beside.
import { withoutSecret } from "../../../domain/experiment/candidate.ts";
import { readShadow } from "../../../domain/experiment/shadow-reading.ts";
import type { ExperimentAsked } from "../../../domain/experiment/experiment.ts";
import { evaluateShadow } from "../../../queues/canary-minute.ts";
import type { Designed, ExperimentKind } from "./experiments-kinds.ts";

export const shadowKind: ExperimentKind = {
  design: async (_env, _projectId, asked) => design(asked),
  start: async () => {},
  read: async (env, projectId, given, nowMs) => {
    const experiment = await evaluateShadow(env, projectId, given, nowMs);
    const { design: made, reading } = experiment;
    const empty = made.kind === "shadow" ? readShadow(made.plan, { pairs: [] }) : reading;
    return { experiment, reading: reading.shadow === undefined ? empty : reading, results: null, progress: null };
  },
  stop: async () => {},
  abort: async () => {},
  promote: async () => {},
};

function design(asked: ExperimentAsked): Designed {
  if (asked.kind !== "shadow") throw new Error("not a shadow");
  const { candidate } = withoutSecret(asked.candidate);
  return {
    design: { kind: "shadow", candidate, baseline: asked.baseline?.config ?? null, plan: asked.plan },
    secret: null,
    total: asked.plan.max_n ?? 0,
    statements: () => [],
    preview: null,
  };
}
