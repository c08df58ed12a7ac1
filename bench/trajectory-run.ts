// Recorded trajectories of public benchmarks as the runs that the pipeline would have made of them: messages become steps, what a record
// marks as failed is failed, and what merely says so is judged by Bento's own rule. Nothing of a benchmark's solution gets into a run.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as z from "zod";
import { finishRun } from "../domain/run/finish.ts";
import { priceBookOf } from "../domain/run/price.ts";
import type { Failure, Run, RunDraft, Step, StepType } from "../domain/run/run.ts";
import { softError } from "../domain/run/soft-error.ts";

const label = z.looseObject({ root_agent: z.string().nullish(), root_index: z.number().nullish(), root_category: z.string().nullish() });
const header = z.looseObject({
  source: z.string(),
  run_id: z.string(),
  task_id: z.string(),
  model: z.string().nullish(),
  strategy: z.string().nullish(),
  cohort: z.string().nullish(),
  success: z.boolean().nullish(),
  label: label.nullish(),
});
const call = z.looseObject({
  id: z.string().nullish(),
  name: z.string().nullish(),
  arguments: z.unknown().optional(),
  function: z.looseObject({ name: z.string(), arguments: z.unknown() }).nullish(),
});
const message = z.looseObject({
  role: z.string(),
  name: z.string().nullish(),
  content: z.unknown().optional(),
  tool_calls: z.array(call).nullish(),
  tool_call_id: z.string().nullish(),
  id: z.string().nullish(),
  error: z.unknown().optional(),
  returncode: z.number().nullish(),
});
const turns = z.looseObject({
  actions: z.array(z.string()),
  observations: z.array(z.unknown()),
  thoughts: z.array(z.string().nullish()).nullish(),
});
const record = z.looseObject({
  traj: z.array(message).nullish(),
  messages: z.array(message).nullish(),
  history: z.array(message).nullish(),
  turn_history: turns.nullish(),
  query: z.string().nullish(),
  question: z.string().nullish(),
});
const line = z.object({ h: header, rec: record });

export type TrajectoryHeader = z.infer<typeof header>;
type Line = z.infer<typeof line>;
type Message = z.infer<typeof message>;

export interface Trajectory {
  header: TrajectoryHeader;
  run: Run;
  /** Step id → position in the record's list of messages or actions. A call stands where it was asked for. */
  indexOf: ReadonlyMap<string, number>;
}

export type TrajectorySource =
  | "tau_bench_airline"
  | "tau2_grok"
  | "agentrx_tau_retail"
  | "intercode_sql"
  | "intercode_python"
  | "swebench_gemini3"
  | "whowhen_algorithm";

/** All trajectories of `source` under `data` (the folder of all data, or that of the trajectories); empty where there are none. */
export function* trajectories(data: string, source: TrajectorySource): Generator<Trajectory> {
  const folder = [join(data, "trajectories", source), join(data, source)].find((one) => existsSync(one));
  if (folder === undefined) return;
  const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl.gz") && !/^(?:prompts|tasks)\b/.test(name));
  for (const file of files.sort()) {
    const text = gunzipSync(readFileSync(join(folder, file))).toString("utf8");
    for (const row of text.split("\n")) if (row !== "") yield trajectoryOf(line.parse(JSON.parse(row)));
  }
}

/** Receipt of all runs. */
const startedAt = "2026-11-20T00:00:00.000Z";

export function trajectoryOf({ h, rec }: Line): Trajectory {
  const builder = new StepBuilder();
  if (rec.turn_history != null) fromTurns(builder, rec.turn_history, h);
  else if (rec.history != null) fromGroupChat(builder, rec.history);
  else fromMessages(builder, rec.traj ?? rec.messages ?? []);
  const messages = rec.traj ?? rec.messages ?? [];
  const input = rec.question ?? rec.query ?? messages.find(({ role }) => role === "user")?.content ?? null;
  const speakers = new Set(builder.steps.flatMap(({ type, name }) => (type === "llm" ? [name] : [])));
  const answer = builder.steps.findLast(({ type }) => type === "llm")?.output ?? null;
  const draft: RunDraft = {
    source_id: h.run_id,
    agent: rec.history == null ? "Assistant" : speakers.size === 1 ? ([...speakers][0] ?? h.source) : h.source,
    agent_version: null,
    session_id: null,
    user_id: null,
    cohort: { source: h.source, ...(h.cohort == null ? {} : { difficulty: h.cohort }) },
    tags: [],
    started_at: startedAt,
    ended_at: null,
    status: "ok",
    error: null,
    input,
    output: answer === null || textOf(answer) === "" ? null : textOf(answer),
    config: {
      model: h.model ?? null,
      prompt: h.strategy == null ? null : { name: h.strategy, version: null, text: null, hash: null },
      tools: [],
      params: {},
      artifacts: [],
    },
    flags: [],
    scores: h.success == null ? [] : [{ name: "success", value: h.success ? 1 : 0, source: "check", comment: null }],
    steps: builder.steps,
    metadata: { task_id: h.task_id },
    instrumentation: null,
    sample_rate: 1,
    experiment: null,
    shadow_of: null,
    declared_usage: null,
    declared_cost_usd: null,
  };
  const run = finishRun(draft, { id: `run_${h.run_id}`, prices: priceBookOf({}), nowMs: Date.parse(startedAt) });
  return { header: h, run, indexOf: builder.indexOf };
}

/** One conversation with tools: tau-bench and its kin, and agents that write one shell command per message. */
function fromMessages(builder: StepBuilder, messages: readonly Message[]): void {
  const waiting = new Map<string, Step>();
  let lastCall: Step | null = null;
  for (const [index, { role, content, ...sent }] of messages.entries()) {
    if (role === "assistant") {
      const calls = sent.tool_calls ?? [];
      builder.add("llm", "chat", index, {
        output: { role, content: content ?? null, ...(calls.length === 0 ? {} : { tool_calls: calls }) },
      });
      lastCall = null;
      for (const { id, function: named, ...bare } of calls) {
        const given = named?.arguments ?? bare.arguments;
        lastCall = builder.add("tool", named?.name ?? bare.name ?? "unnamed", index, argumentsOf(given));
        waiting.set(id ?? lastCall.name, lastCall);
      }
      const command = /```(?:bash|sh)\n([\s\S]*?)\n?```/.exec(textOf(content))?.[1];
      if (calls.length === 0 && command !== undefined) lastCall = builder.add("tool", "bash", index, { arguments: { command } });
    } else if (role === "tool") {
      const step: Step | null = waiting.get(sent.tool_call_id ?? sent.id ?? sent.name ?? "") ?? lastCall;
      if (step !== null) answer(step, content, sent.error === true ? { type: "tool_error", message: textOf(content) } : null);
    } else if (role === "user" && lastCall?.name === "bash") {
      const code = sent.returncode ?? 0;
      answer(lastCall, content, code === 0 ? null : { type: `exit code ${code}`, message: textOf(content) });
      lastCall = null;
    }
  }
}

/** Several speakers and a terminal that runs the code they write. */
function fromGroupChat(builder: StepBuilder, history: readonly Message[]): void {
  for (const [index, { name, role, content }] of history.entries()) {
    const text = textOf(content);
    const code = /^exitcode: (\d+)/.exec(text)?.[1];
    if (code === undefined) {
      builder.add("llm", name ?? role, index, { output: text });
      continue;
    }
    const step = builder.add("tool", name ?? "terminal", index, {});
    answer(
      step,
      text,
      code === "0" ? null : { type: `exit code ${code}`, message: text.replace(/^exitcode: .*\n(?:Code output: ?)?/, "") },
    );
  }
}

/** One action a turn and what came of it. */
function fromTurns(builder: StepBuilder, { actions, observations, thoughts }: z.infer<typeof turns>, h: TrajectoryHeader): void {
  for (const [index, action] of actions.entries()) {
    const thought = thoughts?.[index] ?? "";
    builder.add("llm", "chat", index, { output: thought === "" ? action : `${thought}\n${action}` });
    const code = action.replace(/^\s*execute\[([\s\S]*)\]\s*$/, "$1");
    const verb = /^\W*(\w+)/.exec(code)?.[1]?.toUpperCase() ?? "NOTHING";
    const step = builder.add("tool", h.source === "intercode_sql" ? verb : "python", index, { arguments: { code } });
    const seen = observations[index];
    const raised = typeof seen === "string" ? /'error': ["'](.+)["']\}\s*$/s.exec(seen)?.[1] : undefined;
    answer(step, seen, raised === undefined ? null : { type: "python_error", message: raised });
  }
}

class StepBuilder {
  readonly steps: Step[] = [];
  readonly indexOf = new Map<string, number>();

  add(type: StepType, name: string, index: number, more: Partial<Step>): Step {
    const step: Step = { ...emptyStep, id: `s${this.steps.length + 1}`, type, name, ...more };
    this.steps.push(step);
    this.indexOf.set(step.id, index);
    return step;
  }
}

function answer(step: Step, result: unknown, error: Failure | null): void {
  step.result = result ?? null;
  step.error = error;
  step.status = error === null ? "ok" : "error";
  step.soft_error = error === null && softError(result);
}

function argumentsOf(given: unknown): Partial<Step> {
  if (typeof given !== "string") return { arguments: given ?? null };
  try {
    return { arguments: JSON.parse(given), arguments_raw: given };
  } catch {
    return { arguments: null, arguments_raw: given };
  }
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (Array.isArray(content)) return content.map(textOf).join("\n");
  if (typeof content !== "object" || content === null) return "";
  return "content" in content ? textOf(content.content) : "text" in content ? textOf(content.text) : "";
}

const emptyStep: Step = {
  id: "",
  parent_id: null,
  type: "other",
  name: "",
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
};
