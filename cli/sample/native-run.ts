// A run as the native webhook takes it: the part of the public contract that a sender fills in. The sample writes it as any
// other sender would, from the published contract alone, so that it also shows what a good run looks like.

export interface NativeFailure {
  type: string;
  message: string;
}

export interface NativeStep {
  id: string;
  type: "llm" | "tool" | "guardrail";
  name: string;
  model?: string;
  started_at: string;
  ms: number;
  arguments?: unknown;
  result?: unknown;
  error?: NativeFailure;
  status?: "ok" | "error";
  usage?: { input_tokens: number; output_tokens: number; cache_read_tokens: number };
  cost_usd?: number;
}

export interface NativeScore {
  name: string;
  value: number;
  source: "user" | "human" | "check" | "judge";
}

export interface NativeRun {
  id: string;
  agent: string;
  agent_version: string;
  session_id: string;
  user_id: string;
  cohort: Record<string, string>;
  started_at: string;
  ended_at: string;
  status: "ok" | "error";
  error?: NativeFailure;
  input: unknown;
  output?: unknown;
  config: {
    model: string;
    prompt: { name: string; version: string; text: string };
    tools: { name: string; description: string; parameters: unknown }[];
    params: Record<string, unknown>;
  };
  steps: NativeStep[];
  scores?: NativeScore[];
  instrumentation: { name: string; version: string };
}

/** A change as `POST /v1/changes` takes it. */
export interface NativeChange {
  agent: string;
  kind: "prompt" | "model" | "tool" | "cohort" | "artifact" | "environment" | "instrumentation";
  ref: string;
  at: string;
  description: string;
  author: string;
  from?: string;
  to?: string;
}

/** A score that comes after its run, as `POST /v1/scores` takes it. */
export interface NativeLateScore extends NativeScore {
  run_id: string;
}
