// Evaluators and evaluations as the public API writes them, read field by field. A rate is never read without the coverage that it rests on.
import { isRecord, list, number, record, text, timeMs, word, type JsonRecord } from "../json.ts";

export const evaluatorTypes = ["equals", "contains", "regex", "json_schema", "tool_calls", "expression", "judge", "webhook"] as const;
export type EvaluatorType = (typeof evaluatorTypes)[number];
export const evaluationStatuses = ["queued", "running", "done", "incomplete", "cancelled", "failed"] as const;
export type EvaluationStatus = (typeof evaluationStatuses)[number];
/** From what must be looked at to what need not. */
export const resultStatuses = ["failed", "errored", "skipped", "pending", "passed"] as const;
export type ResultStatus = (typeof resultStatuses)[number];

export interface EvaluatorView {
  id: string;
  agent: string;
  name: string;
  type: EvaluatorType;
  epoch: string;
  definition: JsonRecord;
  createdMs: number | null;
}

export interface RatesView {
  counts: Record<ResultStatus, number>;
  rate: number | null;
  low: number | null;
  high: number | null;
  coverage: number | null;
}

export interface JudgedView extends RatesView {
  id: string;
  name: string;
  type: string;
  epoch: string;
  meanScore: number | null;
  passHatK: { k: number; value: number | null; low: number | null; high: number | null; cases: number | null }[];
}

export interface ItemView {
  runId: string | null;
  caseId: string | null;
  repeat: number | null;
  isSealed: boolean;
  results: { evaluator: string; status: ResultStatus; score: number | null; reason: string | null }[];
}

export interface EvaluationView extends RatesView {
  id: string;
  agent: string;
  suiteId: string | null;
  suiteVersion: number | null;
  status: EvaluationStatus;
  runs: { fromMs: number | null; toMs: number | null; limit: number | null; matching: number | null } | null;
  repeats: number | null;
  maxCostUsd: number | null;
  model: string | null;
  scheduleId: string | null;
  done: number | null;
  total: number | null;
  costUsd: number | null;
  error: string | null;
  evaluators: JudgedView[];
  holdout: RatesView | null;
  items: ItemView[];
  createdMs: number | null;
  updatedMs: number | null;
}

export function readEvaluator(value: unknown): EvaluatorView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  return {
    id,
    agent: text(value["agent"]) ?? "unknown",
    name: text(value["name"]) ?? id,
    type: word(value["type"], evaluatorTypes, "expression"),
    epoch: text(value["epoch"]) ?? "",
    definition: record(value["definition"]),
    createdMs: timeMs(value["created_at"]),
  };
}

export function readEvaluation(value: unknown): EvaluationView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  const progress = record(value["progress"]);
  return {
    id,
    agent: text(value["agent"]) ?? "unknown",
    suiteId: text(value["suite_id"]),
    suiteVersion: number(value["suite_version"]),
    status: word(value["status"], evaluationStatuses, "queued"),
    ...readRates(value),
    runs: readRuns(value["runs"]),
    repeats: number(value["repeats"]),
    maxCostUsd: number(value["max_cost_usd"]),
    model: text(value["model"]),
    scheduleId: text(value["schedule_id"]),
    done: number(progress["done"]),
    total: number(progress["total"]),
    costUsd: number(value["cost_usd"]),
    error: text(value["error"]),
    evaluators: list(value["evaluators"]).flatMap(readJudged),
    holdout: isRecord(value["holdout"]) ? readRates(value["holdout"]) : null,
    items: list(value["cases"]).map(readItem),
    createdMs: timeMs(value["created_at"]),
    updatedMs: timeMs(value["updated_at"]),
  };
}

function readRates(from: JsonRecord): RatesView {
  const counts = record(from["counts"]);
  const of = (status: ResultStatus): number => number(counts[status]) ?? 0;
  return {
    counts: { failed: of("failed"), errored: of("errored"), skipped: of("skipped"), pending: of("pending"), passed: of("passed") },
    rate: number(from["pass_rate"]),
    low: number(from["pass_rate_low"]),
    high: number(from["pass_rate_high"]),
    coverage: number(from["coverage"]),
  };
}

function readJudged(value: unknown): JudgedView[] {
  const from = record(value);
  const id = text(from["id"]);
  if (id === null) return [];
  return [
    {
      id,
      name: text(from["name"]) ?? id,
      type: text(from["type"]) ?? "",
      epoch: text(from["epoch"]) ?? "",
      ...readRates(from),
      meanScore: number(from["mean_score"]),
      passHatK: list(from["pass_hat_k"]).flatMap((each) => {
        const one = record(each);
        const k = number(one["k"]);
        if (k === null) return [];
        return [{ k, value: number(one["value"]), low: number(one["low"]), high: number(one["high"]), cases: number(one["cases"]) }];
      }),
    },
  ];
}

function readItem(value: unknown): ItemView {
  const from = record(value);
  return {
    runId: text(from["run_id"]),
    caseId: text(from["case_id"]),
    repeat: number(from["repeat"]),
    isSealed: from["sealed"] === true,
    results: list(from["results"]).map((each) => {
      const one = record(each);
      return {
        evaluator: text(one["evaluator"]) ?? "",
        status: word(one["status"], resultStatuses, "pending"),
        score: number(one["score"]),
        reason: text(one["reason"]),
      };
    }),
  };
}

function readRuns(value: unknown): EvaluationView["runs"] {
  if (!isRecord(value)) return null;
  return { fromMs: timeMs(value["from"]), toMs: timeMs(value["to"]), limit: number(value["limit"]), matching: number(value["matching"]) };
}
