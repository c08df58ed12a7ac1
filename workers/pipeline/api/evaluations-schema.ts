// Evaluations as they are asked for and read, in OpenAPI's terms. The records are domain/experiment.
import * as z from "zod";
import { candidateAsked, type Candidate } from "../../../domain/experiment/candidate.ts";
import { resultStatuses } from "../../../domain/experiment/check-result.ts";
import {
  evaluationStatuses,
  mostEvaluators,
  mostRepeats,
  mostRuns,
  usualRuns,
  type Evaluation,
  type EvaluationItem,
} from "../../../domain/experiment/evaluation.ts";
import { evaluatorSummary, summaryOf, type EvaluatorSummary, type Summary } from "../../../domain/experiment/evaluation-summary.ts";
import { evaluatorTypes } from "../../../domain/experiment/evaluator.ts";
import { pathText } from "./endpoint.ts";
import { candidateSchema } from "./experiments-schema.ts";
import { timeBounds } from "./time-filter.ts";

export const evaluationStatus = z.enum(evaluationStatuses);
const runStatus = z.enum(["ok", "error", "cancelled", "incomplete"]);
const limit = z.int().min(1).max(mostRuns).default(usualRuns).meta({ description: "The newest so many." });

export const evaluationNames = z
  .array(pathText)
  .min(1)
  .max(mostEvaluators)
  .meta({ description: "Names or ids; a name means its newest evaluator." });
export const evaluationRepeats = z
  .int()
  .min(1)
  .max(mostRepeats)
  .default(1)
  .meta({ description: "How often each item is judged; gives pass^k." });
export const evaluationCap = z
  .number()
  .nonnegative()
  .nullable()
  .default(null)
  .meta({ description: "What models may cost; the rest is skipped." });
export const scheduledFilter = z.strictObject({ status: runStatus.optional(), signal_id: pathText.optional(), limit });

export const evaluationAsked = z
  .strictObject({
    agent: pathText,
    suite_id: pathText.optional(),
    suite_version: z.int().min(1).optional().meta({ description: "The suite as it was then; as it is when absent." }),
    filter: scheduledFilter
      .extend({ ...timeBounds, run_ids: z.array(pathText).min(1).max(mostRuns).optional() })
      .optional()
      .meta({ description: "Which recorded runs, where no suite is named: all of the agent's when absent, newest first." }),
    evaluators: evaluationNames,
    candidate: candidateAsked.optional().meta({ description: "Judge what it answers, by replay, in place of what was recorded." }),
    baseline: z
      .union([z.literal("recorded"), candidateAsked])
      .optional()
      .meta({ description: "What judges that compare hold the candidate's answer against: the recorded one when absent." }),
    repeats: evaluationRepeats,
    max_cost_usd: evaluationCap,
  })
  .refine(({ suite_id, filter }) => suite_id === undefined || filter === undefined, {
    path: ["filter"],
    message: "name a suite or filter recorded runs, not both",
  })
  .refine(({ suite_id, suite_version }) => suite_id !== undefined || suite_version === undefined, {
    path: ["suite_version"],
    message: "needs a suite_id",
  })
  .refine(({ candidate, baseline }) => candidate !== undefined || baseline === undefined, {
    path: ["baseline"],
    message: "needs a candidate that is held against it",
  });
export type EvaluationAsked = z.output<typeof evaluationAsked>;

const counts = z.object({ passed: z.number(), failed: z.number(), errored: z.number(), skipped: z.number(), pending: z.number() });
const rates = {
  counts: counts.meta({ description: "Of results: one for each case, repeat and evaluator." }),
  pass_rate: z
    .number()
    .nullable()
    .meta({ description: "passed / (passed + failed); errored and skipped are in neither. null without a judgement." }),
  coverage: z.number().nullable().meta({ description: "Share of the results that are judgements." }),
};
const evaluatorView = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(evaluatorTypes),
  epoch: z.string(),
  ...rates,
  pass_rate_low: z.number().nullable().meta({ description: "Wilson 95 % interval, over cases." }),
  pass_rate_high: z.number().nullable(),
  mean_score: z.number().nullable(),
  pass_hat_k: z
    .array(z.object({ k: z.number(), value: z.number(), low: z.number().nullable(), high: z.number().nullable(), cases: z.number() }))
    .meta({ description: "Probability that all of k tries of a case pass; empty without repeats." }),
});
const result = z.object({
  evaluator: z.string(),
  evaluator_id: z.string(),
  status: z.enum([...resultStatuses, "pending"]),
  score: z.number().nullable(),
  reason: z.string().nullable(),
});
const itemView = z.object({
  run_id: z.string().nullable(),
  case_id: z.string().nullable(),
  repeat: z.number(),
  sealed: z.boolean().meta({ description: "Of the holdout: its run and the reasons are not shown." }),
  results: z.array(result),
});

const head = {
  id: z.string(),
  agent: z.string(),
  suite_id: z.string().nullable(),
  suite_version: z.number().nullable(),
  status: evaluationStatus,
  runs: z
    .object({
      from: z.string().nullable(),
      to: z.string().nullable(),
      status: z.string().nullable(),
      signal_id: z.string().nullable(),
      limit: z.number(),
      matching: z.number(),
    })
    .nullable()
    .meta({ description: "Which recorded runs were chosen, of how many that match; null over a suite." }),
  repeats: z.number(),
  max_cost_usd: z.number().nullable(),
  model: z.string().nullable().meta({ description: "That judges; null while no judge was asked." }),
  schedule_id: z.string().nullable(),
  candidate: candidateSchema.nullable().meta({ description: "Whose answers are judged; null: those that were recorded." }),
  baseline: candidateSchema.nullable().meta({ description: "Whose answers they are compared with; null: those that were recorded." }),
  experiment_id: z
    .string()
    .nullable()
    .meta({ description: "The replay that makes the candidate's answers. Judging begins when it is over." }),
  baseline_experiment_id: z.string().nullable().meta({ description: "That of the baseline; null where nobody compares with it." }),
  ...rates,
  progress: z.object({ done: z.number(), total: z.number() }),
  cost_usd: z.number().meta({ description: "Of judges and of replays." }),
  error: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
};
export const listedEvaluation = z.object(head).meta({ id: "ListedEvaluation", description: "An evaluation, without its cases." });
export const evaluationSchema = z
  .object({
    ...head,
    pass_rate_low: z.number().nullable().meta({ description: "With one evaluator; results of several on one case hang together." }),
    pass_rate_high: z.number().nullable(),
    evaluators: z.array(evaluatorView),
    holdout: z.object(rates).nullable().meta({ description: "Of the sealed cases alone; null without any." }),
    cases: z.array(itemView),
  })
  .meta({ id: "Evaluation", description: "Evaluators over cases or recorded runs." });

export const madeEvaluation = evaluationSchema.extend({
  driver_secret: z.string().nullable().meta({ description: "Signs the calls to the candidate's webhook. Shown once." }),
  baseline_driver_secret: z.string().nullable().meta({ description: "The same of the baseline's." }),
});

/** @param replayUsd what its replays cost */
export function evaluationView(
  evaluation: Evaluation,
  items: readonly EvaluationItem[],
  replayUsd: number,
): z.input<typeof evaluationSchema> {
  const { evaluators, repeats } = evaluation.plan;
  const summaries = evaluators.map(({ id }) => evaluatorSummary(id, items, repeats));
  const [only] = summaries.length === 1 ? summaries : [];
  const sealed = items.filter(({ isSealed }) => isSealed);
  return {
    ...headView(evaluation, summaryOf(items), costOf(items) + replayUsd),
    pass_rate_low: only?.low ?? null,
    pass_rate_high: only?.high ?? null,
    evaluators: evaluators.map(({ id, name, type, epoch }, i) => ({ id, name, type, epoch, ...summaryView(summaries[i]) })),
    holdout: sealed.length === 0 ? null : ratesView(summaryOf(sealed)),
    cases: casesView(evaluation, items),
  };
}

export function headView(evaluation: Evaluation, summary: Summary, costUsd: number): z.input<typeof listedEvaluation> {
  const { plan } = evaluation;
  const { counts: found } = summary;
  const done = found.passed + found.failed + found.errored + found.skipped;
  return {
    id: evaluation.id,
    agent: evaluation.agent,
    suite_id: evaluation.suiteId,
    suite_version: evaluation.suiteVersion,
    status: evaluation.status,
    runs: runsView(evaluation),
    repeats: plan.repeats,
    max_cost_usd: plan.maxCostUsd,
    model: plan.model,
    schedule_id: plan.scheduleId,
    candidate: candidateView(plan.candidate),
    baseline: candidateView(plan.baseline),
    experiment_id: plan.experimentId,
    baseline_experiment_id: plan.baselineExperimentId,
    ...ratesView(summary),
    progress: { done, total: done + found.pending },
    cost_usd: costUsd,
    error: evaluation.error,
    created_at: new Date(evaluation.createdMs).toISOString(),
    updated_at: new Date(evaluation.updatedMs).toISOString(),
  };
}

const candidateView = (one: Candidate | null) => (one === null ? null : { ...one, config: { ...one.config } });

const ratesView = ({ counts: found, passRate, coverage }: Summary) => ({ counts: found, pass_rate: passRate, coverage });

function summaryView(summary: EvaluatorSummary | undefined) {
  const found = summary ?? { ...summaryOf([]), low: null, high: null, meanScore: null, passHatK: [] };
  return {
    ...ratesView(found),
    pass_rate_low: found.low,
    pass_rate_high: found.high,
    mean_score: found.meanScore,
    pass_hat_k: found.passHatK,
  };
}

function runsView({ plan: { runs } }: Evaluation) {
  if (runs === null) return null;
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const { fromMs, toMs, status, signalId, limit: most, matching } = runs;
  return { from: iso(fromMs), to: iso(toMs), status, signal_id: signalId, limit: most, matching };
}

function casesView({ plan }: Evaluation, items: readonly EvaluationItem[]): z.input<typeof itemView>[] {
  const names = new Map(plan.evaluators.map(({ id, name }) => [id, name]));
  return [...Map.groupBy(items, ({ n }) => n).entries()].flatMap(([n, results]) => {
    const [first] = results;
    if (first === undefined) return [];
    const { isSealed, runId, caseId } = first;
    return [
      {
        run_id: isSealed ? null : runId,
        case_id: caseId,
        repeat: n % plan.repeats,
        sealed: isSealed,
        results: results.map(({ evaluatorId, status, score, reason }) => ({
          evaluator: names.get(evaluatorId) ?? evaluatorId,
          evaluator_id: evaluatorId,
          status,
          score,
          reason: isSealed ? null : reason,
        })),
      },
    ];
  });
}

const costOf = (items: readonly EvaluationItem[]): number => items.reduce((sum, { costUsd }) => sum + costUsd, 0);
