// A run as the public API writes it, with or without its steps, read field by field. Inputs, outputs, arguments and
// results stay unknown: only text is ever made of them.
import { isRecord, list, number, record, text, texts, timeMs, word } from "../json.ts";

export const runStatuses = ["ok", "error", "cancelled", "incomplete"] as const;
const stepTypes = ["llm", "tool", "retrieval", "agent", "guardrail", "other"] as const;

export interface FailureView {
  type: string | null;
  message: string | null;
}

export interface UsageView {
  input: number | null;
  output: number | null;
  cacheRead: number | null;
  cacheWrite: number | null;
  total: number | null;
}

export interface StepView {
  id: string;
  parentId: string | null;
  type: (typeof stepTypes)[number];
  name: string;
  model: string | null;
  startMs: number | null;
  endMs: number | null;
  durationMs: number | null;
  status: "ok" | "error";
  error: FailureView | null;
  softError: boolean;
  callId: string | null;
  arguments: unknown;
  argumentsRaw: string | null;
  result: unknown;
  input: unknown;
  output: unknown;
  usage: UsageView;
  costUsd: number | null;
  truncated: boolean;
  attributes: Record<string, unknown>;
}

export interface RunView {
  id: string;
  sourceId: string | null;
  agent: string;
  agentVersion: string | null;
  sessionId: string | null;
  userId: string | null;
  cohort: [string, string][];
  tags: string[];
  startMs: number | null;
  endMs: number | null;
  durationMs: number | null;
  status: (typeof runStatuses)[number];
  error: FailureView | null;
  input: unknown;
  output: unknown;
  config: {
    model: string | null;
    prompt: string | null;
    promptText: string | null;
    tools: string[];
    params: Record<string, unknown>;
    artifacts: string[];
  };
  configHash: string | null;
  usage: UsageView;
  costUsd: number | null;
  flags: string[];
  counts: { steps: number | null; llmCalls: number | null; toolCalls: number | null; toolErrors: number | null; retries: number | null };
  scores: { name: string; value: string; source: string | null; comment: string | null }[];
  steps: StepView[];
  metadata: Record<string, unknown>;
  instrumentation: string | null;
  sampleRate: number | null;
}

export function readRun(value: unknown): RunView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  const counts = record(value["counts"]);
  const instrumentation = record(value["instrumentation"]);
  return {
    id,
    sourceId: text(value["source_id"]),
    agent: text(value["agent"]) ?? "unknown",
    agentVersion: text(value["agent_version"]),
    sessionId: text(value["session_id"]),
    userId: text(value["user_id"]),
    cohort: Object.entries(record(value["cohort"])).map(([name, each]) => [name, String(each)]),
    tags: texts(value["tags"]),
    startMs: timeMs(value["started_at"]),
    endMs: timeMs(value["ended_at"]),
    durationMs: number(value["duration_ms"]),
    status: word(value["status"], runStatuses, "incomplete"),
    error: readFailure(value["error"]),
    input: value["input"] ?? null,
    output: value["output"] ?? null,
    config: readConfig(record(value["config"])),
    configHash: text(value["config_hash"]),
    usage: readUsage(value["usage"]),
    costUsd: number(value["cost_usd"]),
    flags: texts(value["flags"]),
    counts: {
      steps: number(counts["steps"]),
      llmCalls: number(counts["llm_calls"]),
      toolCalls: number(counts["tool_calls"]),
      toolErrors: number(counts["tool_errors"]),
      retries: number(counts["retries"]),
    },
    scores: list(value["scores"]).flatMap(readScore),
    steps: list(value["steps"]).flatMap(readStep),
    metadata: record(value["metadata"]),
    instrumentation: [text(instrumentation["name"]), text(instrumentation["version"])].filter((each) => each !== null).join(" ") || null,
    sampleRate: number(value["sample_rate"]),
  };
}

function readConfig(config: Record<string, unknown>): RunView["config"] {
  const prompt = record(config["prompt"]);
  const promptName = [text(prompt["name"]), text(prompt["version"])].filter((each) => each !== null).join(" ");
  return {
    model: text(config["model"]),
    prompt: promptName || text(prompt["hash"]),
    promptText: text(prompt["text"]),
    tools: list(config["tools"]).flatMap((tool) => text(record(tool)["name"]) ?? []),
    params: record(config["params"]),
    artifacts: list(config["artifacts"]).flatMap((each) => {
      const name = text(record(each)["name"]);
      return name === null ? [] : [`${name}@${text(record(each)["version"]) ?? "?"}`];
    }),
  };
}

function readFailure(value: unknown): FailureView | null {
  if (typeof value === "string") return { type: null, message: value };
  if (!isRecord(value)) return null;
  return { type: text(value["type"]), message: text(value["message"]) };
}

function readUsage(value: unknown): UsageView {
  const usage = record(value);
  return {
    input: number(usage["input_tokens"]),
    output: number(usage["output_tokens"]),
    cacheRead: number(usage["cache_read_tokens"]),
    cacheWrite: number(usage["cache_write_tokens"]),
    total: number(usage["total_tokens"]),
  };
}

function readScore(value: unknown): RunView["scores"] {
  const score = record(value);
  const name = text(score["name"]);
  const given = score["value"];
  if (name === null || (typeof given !== "number" && typeof given !== "string" && typeof given !== "boolean")) return [];
  return [{ name, value: String(given), source: text(score["source"]), comment: text(score["comment"]) }];
}

function readStep(value: unknown, index: number): StepView[] {
  if (!isRecord(value)) return [];
  return [
    {
      id: text(value["id"]) ?? `step-${index + 1}`,
      parentId: text(value["parent_id"]),
      type: word(value["type"], stepTypes, "other"),
      name: text(value["name"]) ?? "",
      model: text(value["model"]),
      startMs: timeMs(value["started_at"]),
      endMs: timeMs(value["ended_at"]),
      durationMs: number(value["duration_ms"]),
      status: value["status"] === "error" ? "error" : "ok",
      error: readFailure(value["error"]),
      softError: value["soft_error"] === true,
      callId: text(value["call_id"]),
      arguments: value["arguments"] ?? null,
      argumentsRaw: text(value["arguments_raw"]),
      result: value["result"] ?? null,
      input: value["input"] ?? null,
      output: value["output"] ?? null,
      usage: readUsage(value["usage"]),
      costUsd: number(value["cost_usd"]),
      truncated: value["truncated"] === true,
      attributes: record(value["attributes"]),
    },
  ];
}
