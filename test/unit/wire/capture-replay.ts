// Replays captured client bodies through the readers in process and compares what they give with what the capture holds,
// by the same rules as the acceptance runner over HTTP. Used by captures.test.ts only.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as z from "zod";
import { finishRun } from "../../../domain/run/finish.ts";
import { listedPrices } from "../../../domain/run/price.ts";
import { runIdOf } from "../../../domain/run/run-id.ts";
import type { Run, Step } from "../../../domain/run/run.ts";
import { decodePart } from "./decode-part.ts";
import type { TraceRecord } from "../../../domain/wire/record.ts";
import type { NativeScore } from "../../../domain/wire/score.ts";
import { aliasesOf, readTrace } from "../../../domain/wire/trace.ts";

export const captureDirectory = join(import.meta.dirname, "../../../../shared/data/wire");
export const hasCaptures = existsSync(captureDirectory);

const tool = z.object({ name: z.string(), failed: z.boolean() });
const tokens = z.record(z.string(), z.number().nullable());
const wantedRun = z.object({
  trace_id: z.string().optional(),
  scenario: z.string().optional(),
  aux: z.boolean().optional(),
  status: z.string(),
  agent: z.string().nullish(),
  agent_version: z.string().nullish(),
  user_id: z.string().nullish(),
  session_id: z.string().nullish(),
  llm_calls: z.number().nullish(),
  llm_calls_failed: z.number().nullish(),
  prompt_version: z.string().nullish(),
  cohort: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  tools: z.array(tool).nullish(),
  soft_tool_errors: z.array(z.string()).optional(),
  tools_requested_by_model: z.array(z.string()).optional(),
  tool_error_text: z.string().nullish(),
  run_error_text: z.string().nullish(),
  final_answer_contains: z.string().nullish(),
  request_models: z.array(z.string()).nullish(),
  response_models: z.array(z.string()).nullish(),
  tokens: tokens.nullish(),
  tokens_alternative: tokens.nullish(),
  cost_usd: z.number().nullish(),
  scores: z.array(z.tuple([z.string(), z.union([z.number(), z.string(), z.boolean()])])).nullish(),
});
const sidecar = z.object({
  case: z.string().optional(),
  part: z.number().optional(),
  body_file: z.string().optional(),
  request: z.object({ method: z.string(), path: z.string(), headers: z.record(z.string(), z.string()) }).nullish(),
  expected: z.object({
    runs: z.array(wantedRun).optional(),
    tools_left: z.array(z.string()).optional(),
    partial_success: z.object({ rejectedSpans: z.number() }).optional(),
  }),
});
type WantedRun = z.infer<typeof wantedRun>;

export interface CapturedPart {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}
export interface CapturedCase {
  name: string;
  parts: CapturedPart[];
  expected: z.infer<typeof sidecar>["expected"];
}

/** Every captured case whose bodies are requests that this project can unpack. */
export function capturedCases(): CapturedCase[] {
  const cases = new Map<string, { parts: (CapturedPart & { part: number })[]; expected: CapturedCase["expected"] }>();
  for (const client of readdirSync(captureDirectory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  )) {
    const files = readdirSync(join(captureDirectory, client));
    for (const file of files.filter((name) => name.endsWith(".meta.json"))) {
      const meta = sidecar.parse(JSON.parse(readFileSync(join(captureDirectory, client, file), "utf8")));
      const stem = file.replace("meta.json", "");
      const bodyFile = meta.body_file ?? files.find((name) => name !== file && name.startsWith(stem));
      const { request } = meta;
      if (request === null || request === undefined || bodyFile === undefined || request.headers["content-encoding"] === "zstd") continue;
      const bytes = readFileSync(join(captureDirectory, client, bodyFile));
      const name = `${client}/${meta.case ?? stem}`;
      const known = cases.get(name) ?? { parts: [], expected: meta.expected };
      known.parts.push({
        part: meta.part ?? 1,
        method: request.method,
        path: request.path,
        headers: request.headers,
        body: request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes,
      });
      cases.set(name, known);
    }
  }
  return [...cases].map(([name, { parts, expected }]) => ({ name, parts: parts.toSorted((a, b) => a.part - b.part), expected }));
}

export interface Replay {
  runs: Run[];
  rejected: number;
  refused: string[];
}

/** The runs after all parts, in the order given, as trace assembly would read them once closed. */
export async function replay(parts: readonly CapturedPart[]): Promise<Replay> {
  const records = new Map<string, TraceRecord>();
  let rejected = 0;
  const refused: string[] = [];
  const scores: NativeScore[] = [];
  for (const part of parts) {
    const decoded = await decodePart(part);
    if (!decoded.ok) {
      refused.push(`${part.path}: ${decoded.message}`);
      continue;
    }
    rejected += decoded.rejected.length;
    scores.push(...(decoded.scores ?? []));
    for (const record of decoded.records) records.set(`${record.traceId} ${record.key}`, record);
  }
  const runs = [...Map.groupBy(records.values(), (record) => record.traceId)].flatMap(([traceId, ofTrace]) => {
    const draft = readTrace(ofTrace, { closed: true });
    const names = new Set([traceId, ...aliasesOf(ofTrace)]);
    const given = new Map(
      scores.flatMap(({ run_id: run, name, value, source, comment }) =>
        names.has(run) ? [[`${name} ${value}`, { name, value, source: source ?? null, comment: comment ?? null }]] : [],
      ),
    );
    const sorted = [...given.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, score]) => score);
    return draft === null
      ? []
      : [
          finishRun(
            { ...draft, scores: [...draft.scores, ...sorted] },
            { id: runIdOf(traceId), prices: listedPrices, nowMs: Date.UTC(2026, 11, 1) },
          ),
        ];
  });
  return { runs: runs.toSorted((a, b) => (a.id < b.id ? -1 : 1)), rejected, refused };
}

const ofType = (run: Run, ...types: Step["type"][]): Step[] => run.steps.filter((step) => types.includes(step.type));
const text = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
const failed = (step: Step): boolean => step.status === "error";
const statusWords: Readonly<Record<string, string>> = { ok: "success", error: "failure" };

/** What differs from the sidecar, in words. */
export function differences({ expected }: CapturedCase, { runs, rejected, refused }: Replay): string[] {
  const out = [...refused];
  if (expected.partial_success !== undefined && rejected !== expected.partial_success.rejectedSpans) out.push(`rejected: ${rejected}`);
  if (expected.tools_left !== undefined) {
    const left = runs.flatMap((run) => ofType(run, "tool", "retrieval").map((step) => step.name)).toSorted();
    if (text(left) !== text(expected.tools_left.toSorted())) out.push(`tools left: ${text(left)}`);
    return out;
  }
  const wanted = expected.runs ?? [];
  const must = wanted.filter((run) => run.aux !== true);
  if (runs.length !== must.length && runs.length !== wanted.length) out.push(`runs: want ${must.length}, got ${runs.length}`);
  for (const want of must) {
    const got = runs.find((run) => want.trace_id !== undefined && run.source_id === want.trace_id);
    out.push(
      ...(got === undefined
        ? [`run ${want.trace_id}: not there`]
        : runDifferences(want, got).map((difference) => `${want.scenario ?? ""} ${difference}`)),
    );
  }
  return out;
}

function runDifferences(want: WantedRun, run: Run): string[] {
  const out: string[] = [];
  const differ = (what: string, wanted: unknown, got: unknown) => out.push(`${what}: want ${text(wanted)}, got ${text(got) || "nothing"}`);
  const llm = ofType(run, "llm");
  const tools = ofType(run, "tool", "retrieval");
  const { usage } = run;
  const fields: [string, unknown, unknown][] = [
    ["status", want.status, statusWords[run.status] ?? run.status],
    ["agent", want.agent, run.agent],
    ["agent_version", want.agent_version, run.agent_version],
    ["user_id", want.user_id, run.user_id],
    ["session_id", want.session_id, run.session_id],
    ["llm_calls", want.llm_calls, llm.length],
    ["llm_calls_failed", want.llm_calls_failed, llm.filter(failed).length],
  ];
  for (const [name, wanted, got] of fields) if (wanted !== null && wanted !== undefined && wanted !== got) differ(name, wanted, got);
  const prompt = run.config.prompt;
  if (
    want.prompt_version != null &&
    want.prompt_version !== prompt?.version &&
    want.prompt_version !== `${prompt?.name}@${prompt?.version}`
  )
    differ("prompt_version", want.prompt_version, prompt?.version);
  const labels = text([run.cohort, run.tags, run.metadata]);
  for (const label of [want.cohort ?? [], want.tags ?? []].flat()) if (!labels.includes(label)) differ("cohort or tag", label, null);
  out.push(...toolDifferences(want, tools));
  const marked = tools.filter((step) => failed(step) || step.soft_error);
  const { tool_error_text: toolError, run_error_text: runError, final_answer_contains: answer } = want;
  if (toolError != null && !marked.some((step) => text([step.error, step.result]).includes(toolError)))
    differ(
      "text of a failed tool",
      toolError,
      marked.map((step) => text(step.error)),
    );
  const errors = [text(run.error), ...llm.filter(failed).map((step) => text(step.error))].join(" | ");
  if (runError != null && !errors.includes(runError)) differ("run error", runError, errors.slice(0, 80));
  if (answer != null && !text(run.output).includes(answer)) differ("answer", answer, text(run.output).slice(0, 80));
  const models = new Set([...(want.request_models ?? []), ...(want.response_models ?? [])]);
  const seen = new Set(llm.flatMap((step) => step.model ?? []));
  if (models.size > 0 && (seen.size === 0 || [...seen].some((model) => !models.has(model)))) differ("models", [...models], [...seen]);
  const got: Readonly<Record<string, number | null>> = {
    input: usage.input_tokens,
    output: usage.output_tokens,
    total: usage.total_tokens,
    cached_input: usage.cache_read_tokens,
  };
  const missed = [want.tokens, want.tokens_alternative].flatMap((counts) =>
    counts == null ? [] : [Object.entries(counts).filter(([name, count]) => count !== null && name in got && count !== got[name])],
  );
  if (missed.length > 0 && missed.every((list) => list.length > 0)) differ("tokens", missed[0], got);
  if (want.cost_usd != null && !(Math.abs((run.cost_usd ?? Number.NaN) - want.cost_usd) < 1e-6))
    differ("cost_usd", want.cost_usd, run.cost_usd);
  for (const [name, value] of want.scores ?? [])
    if (!run.scores.some((score) => score.name === name && score.value === value))
      differ(
        "score",
        [name, value],
        run.scores.map((score) => [score.name, score.value]),
      );
  return out;
}

/** Tools as a bag; a call the model asked for that left no record may be there too. */
function toolDifferences(want: WantedRun, got: readonly Step[]): string[] {
  if (want.tools == null) return [];
  const left = [...got];
  const out: string[] = [];
  const soft = new Set(want.soft_tool_errors ?? []);
  for (const tool of want.tools) {
    const i = left.findIndex(
      (step) => step.name === tool.name && (soft.has(tool.name) ? step.soft_error || failed(step) : failed(step) === tool.failed),
    );
    if (i >= 0) left.splice(i, 1);
    else
      out.push(
        `tool ${tool.name}: want ${soft.has(tool.name) ? "soft" : tool.failed ? "failed" : "ok"}, got ${text(got.filter((step) => step.name === tool.name).map((step) => [step.status, step.soft_error]))}`,
      );
  }
  const unrecorded = [...(want.tools_requested_by_model ?? [])];
  for (const tool of want.tools) {
    const i = unrecorded.indexOf(tool.name);
    if (i >= 0) unrecorded.splice(i, 1);
  }
  for (const step of left) {
    const i = unrecorded.indexOf(step.name);
    if (i >= 0) unrecorded.splice(i, 1);
    else out.push(`tool ${step.name}: one too many`);
  }
  return out;
}
