// An evaluation: evaluators over the cases of a suite version or over recorded runs. Its items are rows, one for each case, repeat and
// evaluator, and the rows say how far it is; the plan is what was decided when it was made, and changes no more.
import type { Candidate } from "./candidate.ts";
import type { EvaluatorType } from "./evaluator.ts";
import type { ResultStatus } from "./check-result.ts";

export const evaluationStatuses = ["queued", "running", "done", "incomplete", "cancelled", "failed"] as const;
export type EvaluationStatus = (typeof evaluationStatuses)[number];

/** Rows of one evaluation: cases × repeats × evaluators. Its answer lists them all. */
export const mostItems = 10_000;
export const mostEvaluators = 20;
export const mostRepeats = 20;
/** Of recorded runs; taken when nothing is said: the newest of them. */
export const mostRuns = 2_000;
export const usualRuns = 200;

export interface PlannedEvaluator {
  id: string;
  name: string;
  type: EvaluatorType;
  /** Of its definition; of a judge, with the model once that is known. */
  epoch: string;
}

/** Recorded runs that were chosen, newest first. */
export interface ChosenRuns {
  fromMs: number | null;
  toMs: number | null;
  status: string | null;
  signalId: string | null;
  limit: number;
  /** Runs that the filter holds. */
  matching: number;
}

export interface EvaluationPlan {
  evaluators: PlannedEvaluator[];
  /** null over a suite. */
  runs: ChosenRuns | null;
  /** Outputs are the candidate's instead of recorded ones; null: the recorded ones. */
  candidate: Candidate | null;
  /** What judges that compare hold a candidate's answer against; null: the recorded answer. */
  baseline: Candidate | null;
  /** The replay that makes the candidate's answers; null without a candidate. */
  experimentId: string | null;
  /** That of the baseline's; null where nobody compares with it, or the recorded answer is the baseline. */
  baselineExperimentId: string | null;
  repeats: number;
  maxCostUsd: number | null;
  /** The model that judges; null until a judge was asked. */
  model: string | null;
  /** The schedule that started it. */
  scheduleId: string | null;
}

export interface Evaluation {
  id: string;
  agent: string;
  suiteId: string | null;
  suiteVersion: number | null;
  status: EvaluationStatus;
  plan: EvaluationPlan;
  total: number;
  /** Spent, and set aside for calls that are under way. */
  reservedUsd: number;
  error: string | null;
  createdMs: number;
  updatedMs: number;
}

/** One row: an evaluator's word on one item. */
export interface EvaluationItem {
  /** Case × repeats + repeat. */
  n: number;
  evaluatorId: string;
  runId: string | null;
  caseId: string | null;
  status: ResultStatus | "pending";
  score: number | null;
  reason: string | null;
  attempts: number;
  costUsd: number;
  /** Of a case that is kept apart. */
  isSealed: boolean;
}

/** Replays that must be over before anything can be judged. */
export const replaysOf = ({ experimentId, baselineExperimentId }: EvaluationPlan): string[] =>
  [experimentId, baselineExperimentId].filter((id) => id !== null);

/** Incomplete as long as something is without a judgement. */
export function endStatus(counts: Readonly<Record<ResultStatus, number>>): "done" | "incomplete" {
  return counts.errored + counts.skipped > 0 ? "incomplete" : "done";
}
