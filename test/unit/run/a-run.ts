// The smallest draft and step, for tests that care about one field each.
import { type RunDraft, type Step, type Usage, unknownUsage } from "../../../domain/run/run.ts";

export function aDraft(more: Partial<RunDraft> = {}): RunDraft {
  return {
    source_id: "r1",
    agent: "support-bot",
    agent_version: null,
    session_id: null,
    user_id: null,
    cohort: {},
    tags: [],
    started_at: "2026-11-24T10:00:00.000Z",
    ended_at: "2026-11-24T10:00:02.000Z",
    status: "ok",
    error: null,
    input: null,
    output: null,
    config: { model: null, prompt: null, tools: [], params: {}, artifacts: [] },
    flags: [],
    scores: [],
    steps: [],
    metadata: {},
    instrumentation: null,
    sample_rate: 1,
    experiment: null,
    shadow_of: null,
    declared_usage: null,
    declared_cost_usd: null,
    ...more,
  };
}

export function aStep(id: string, type: Step["type"], more: Partial<Step> = {}): Step {
  return {
    id,
    parent_id: null,
    type,
    name: type,
    model: null,
    started_at: null,
    ended_at: null,
    duration_ms: null,
    status: "ok",
    error: null,
    soft_error: false,
    call_id: null,
    arguments: null,
    arguments_raw: null,
    result: null,
    input: null,
    output: null,
    usage: null,
    cost_usd: null,
    truncated: false,
    attributes: {},
    ...more,
  };
}

export const tokens = (input: number | null, output: number | null, more: Partial<Usage> = {}): Usage => ({
  ...unknownUsage,
  input_tokens: input,
  output_tokens: output,
  ...more,
});
