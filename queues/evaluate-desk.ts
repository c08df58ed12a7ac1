// What one turn of an evaluation works with.
import type { ProjectRecord } from "../d1/project.ts";
import type { StandingReplay } from "../d1/evaluation-replays.ts";
import type { CheckResult } from "../domain/experiment/check-result.ts";
import type { Evaluation } from "../domain/experiment/evaluation.ts";
import type { Evaluator } from "../domain/experiment/evaluator.ts";
import type { PriceBook } from "../domain/run/price.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import type { Clock, Model } from "./reading-model.ts";

export type EvaluationBindings = Pick<Bindings, "ARCHIVE" | "INDEX" | "EVALUATION_QUEUE">;

export interface EvaluationDesk {
  env: EvaluationBindings;
  /** null where the instance has no key. */
  model: Model | null;
  clock: Clock;
  project: ProjectRecord;
  prices: PriceBook;
  evaluation: Evaluation;
  evaluators: ReadonlyMap<string, Evaluator>;
  /** That made the candidate's answers and the baseline's, all over by now; empty without a candidate. */
  replays: ReadonlyMap<string, StandingReplay>;
}

/** What became of one look at an item: a result, or a moment at which it is looked at again. */
export type Outcome = { result: CheckResult; costUsd: number } | { laterMs: number; reason: string; costUsd: number };

export const outcomeOf = (result: CheckResult, costUsd = 0): Outcome => ({ result, costUsd });
