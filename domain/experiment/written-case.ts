// A case that a person wrote, as a run for the candidate to do: its input and nothing else. There is no recorded answer to hold the candidate's
// against and there are no recorded tools; what it came to before is known from history alone.
import { unknownUsage, type Run } from "../run/run.ts";
import type { SuiteCase } from "./suite.ts";

export function runOfCase({ id, input, createdMs }: Pick<SuiteCase, "id" | "input" | "createdMs">, agent: string): Run {
  return {
    id,
    source_id: null,
    agent,
    agent_version: null,
    session_id: null,
    user_id: null,
    cohort: {},
    tags: [],
    started_at: new Date(createdMs).toISOString(),
    ended_at: null,
    duration_ms: null,
    status: "ok",
    error: null,
    input,
    output: null,
    config: { model: null, prompt: null, tools: [], params: {}, artifacts: [] },
    config_hash: "",
    usage: unknownUsage,
    cost_usd: null,
    flags: [],
    counts: { steps: 0, llm_calls: 0, tool_calls: 0, tool_errors: 0, retries: 0 },
    scores: [],
    steps: [],
    metadata: {},
    instrumentation: null,
    sample_rate: 1,
    experiment: null,
    shadow_of: null,
  };
}

/** Ids of recorded runs begin with `run_`. */
export const isWrittenCase = (runId: string): boolean => runId.startsWith("cas_");
