// One run: a single trajectory of an agent, as Bento keeps and serves it. The record is written in the public
// contract's own words (snake_case), because it is stored and served as it stands; everything computed from it is camelCase.

export type RunStatus = "ok" | "error" | "cancelled" | "incomplete";
export type StepType = "llm" | "tool" | "retrieval" | "agent" | "guardrail" | "other";
export type RunFlag = "soft_failure" | "cost_incomplete" | "clock_skew" | "truncated";

/** What failed, in the sender's words; either part may be missing. */
export interface Failure {
  type: string | null;
  message: string | null;
}

/** Token counts. `input_tokens` is everything sent, cached or not; the cache fields are its parts. null = unknown, never 0. */
export interface Usage {
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  total_tokens: number | null;
}

export interface PromptRef {
  name: string | null;
  version: string | null;
  text: string | null;
  /** 12 hex digits of SHA-256 over `text`, or what the sender declared. */
  hash: string | null;
}

export interface ToolDefinition {
  name: string;
  description: string | null;
  parameters: unknown;
}

/** What the agent was when it ran. */
export interface Config {
  model: string | null;
  prompt: PromptRef | null;
  tools: ToolDefinition[];
  params: Record<string, unknown>;
  artifacts: { name: string; version: string }[];
}

export interface Step {
  /** The span or observation id, or the sender's own. */
  id: string;
  parent_id: string | null;
  type: StepType;
  name: string;
  model: string | null;
  started_at: string | null;
  ended_at: string | null;
  duration_ms: number | null;
  status: "ok" | "error";
  error: Failure | null;
  /** The record says ok, its result says otherwise. */
  soft_error: boolean;
  call_id: string | null;
  arguments: unknown;
  /** The exact text where the arguments came as text. */
  arguments_raw: string | null;
  result: unknown;
  /** llm only: the messages sent and received. */
  input: unknown;
  output: unknown;
  usage: Usage | null;
  cost_usd: number | null;
  truncated: boolean;
  /** The sender's attributes by their own names. */
  attributes: Record<string, unknown>;
}

export interface Score {
  name: string;
  value: number | string | boolean;
  source: "user" | "human" | "check" | "judge" | null;
  comment: string | null;
}

export interface RunCounts {
  steps: number;
  llm_calls: number;
  tool_calls: number;
  tool_errors: number;
  retries: number;
}

export interface Run {
  /** `run_` + the sender's id (kept as it is when it starts with `run_`), or `run_` + ULID where the sender gave none. */
  id: string;
  source_id: string | null;
  agent: string;
  agent_version: string | null;
  session_id: string | null;
  user_id: string | null;
  cohort: Record<string, string>;
  tags: string[];
  started_at: string;
  ended_at: string | null;
  duration_ms: number | null;
  status: RunStatus;
  error: Failure | null;
  input: unknown;
  output: unknown;
  config: Config;
  config_hash: string;
  usage: Usage;
  cost_usd: number | null;
  flags: RunFlag[];
  counts: RunCounts;
  scores: Score[];
  steps: Step[];
  metadata: Record<string, unknown>;
  instrumentation: { name: string | null; version: string | null } | null;
  /** The share of such runs that the sender keeps, in (0, 1]; rates and volume are weighted by its inverse. */
  sample_rate: number;
  experiment: { id: string; arm: string; unit: string | null } | null;
  shadow_of: string | null;
}

/** A run before Bento's own derivations (config_hash, counts, totals, costs) are made: what every dialect must deliver. */
export type RunDraft = Omit<Run, "config_hash" | "counts" | "usage" | "cost_usd" | "duration_ms" | "id"> & {
  /** Totals that the sender declared for the whole run where leaf calls carry none; null otherwise. */
  declared_usage: Usage | null;
  declared_cost_usd: number | null;
};

export const unknownUsage: Usage = {
  input_tokens: null,
  output_tokens: null,
  cache_read_tokens: null,
  cache_write_tokens: null,
  total_tokens: null,
};
