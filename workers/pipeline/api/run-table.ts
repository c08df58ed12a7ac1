// Runs as a table: a row each, a column for each score that any of them has. Steps are no columns; they are in NDJSON.
import type { RunSummary } from "../../../d1/run-summary.ts";
import type { Cell } from "./csv.ts";

/** What the columns before the scores are called, and what stands in them. */
const columns: readonly (readonly [name: string, cell: (run: RunSummary) => Cell])[] = [
  ["id", (run) => run.id],
  ["source_id", (run) => run.source_id],
  ["agent", (run) => run.agent],
  ["agent_version", (run) => run.agent_version],
  ["session_id", (run) => run.session_id],
  ["user_id", (run) => run.user_id],
  ["started_at", (run) => run.started_at],
  ["ended_at", (run) => run.ended_at],
  ["duration_ms", (run) => run.duration_ms],
  ["status", (run) => run.status],
  ["error_type", (run) => run.error?.type],
  ["error_message", (run) => run.error?.message],
  ["model", (run) => run.config.model],
  ["config_hash", (run) => run.config_hash],
  ["input", (run) => textOf(run.input)],
  ["output", (run) => textOf(run.output)],
  ["input_tokens", (run) => run.usage.input_tokens],
  ["output_tokens", (run) => run.usage.output_tokens],
  ["cache_read_tokens", (run) => run.usage.cache_read_tokens],
  ["cache_write_tokens", (run) => run.usage.cache_write_tokens],
  ["total_tokens", (run) => run.usage.total_tokens],
  ["cost_usd", (run) => run.cost_usd],
  ["steps", (run) => run.counts.steps],
  ["llm_calls", (run) => run.counts.llm_calls],
  ["tool_calls", (run) => run.counts.tool_calls],
  ["tool_errors", (run) => run.counts.tool_errors],
  ["retries", (run) => run.counts.retries],
  ["flags", (run) => run.flags.join(" ")],
  ["cohort", (run) => textOf(run.cohort)],
  ["tags", (run) => textOf(run.tags)],
  ["metadata", (run) => textOf(run.metadata)],
];

/** @param scores names, each a column `score.<name>` */
export function headOf(scores: readonly string[]): string[] {
  return [...columns.map(([name]) => name), ...scores.map((name) => `score.${name}`)];
}

/** Of several scores of one name the last counts, as for dimensions. */
export function rowOf(run: RunSummary, scores: readonly string[]): Cell[] {
  const last = new Map(run.scores.map(({ name, value }) => [name, value]));
  return [...columns.map(([, cell]) => cell(run)), ...scores.map((name) => last.get(name))];
}

function textOf(value: unknown): Cell {
  return value === null || value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}
