// Experiments as the public API writes them, read field by field. What only a canary or a shadow has is in a file of its own.
import { isRecord, list, number, record, text, texts, timeMs, word, type JsonRecord } from "../json.ts";
import { readCanary, readShadow, type CanaryView, type ShadowView } from "./canary.ts";
import { readMetric, type MetricView } from "./metric.ts";

export const experimentKinds = ["replay", "shadow", "canary"] as const;
export type ExperimentKind = (typeof experimentKinds)[number];
export const experimentStatuses = ["draft", "running", "done", "stopped", "aborted", "promoted", "failed"] as const;
export type ExperimentStatus = (typeof experimentStatuses)[number];
export const verdicts = [
  "candidate_better",
  "candidate_worse",
  "no_difference",
  "inconclusive",
  "insufficient_data",
  "no_variance",
] as const;
export type Verdict = (typeof verdicts)[number];
/** From what must be looked at to what need not. */
export const results = ["broken", "fixed", "unstable", "incomparable", "same_fail", "same_pass"] as const;
export type Result = (typeof results)[number];
export type CaseCounts = Record<Result, number>;

export interface CandidateView {
  model: string | null;
  /** Its name and version, else how it begins. */
  prompt: string | null;
  tools: number | null;
  params: JsonRecord;
  artifacts: string[];
  /** Address of the user's own agent; null where Claude is asked. */
  webhook: string | null;
}

export interface ResultView {
  runId: string;
  /** null while it is not known. */
  result: Result | null;
  reason: string | null;
  hasDiverged: boolean | null;
  missing: CallView[];
  /** Of `missing`, to tools that the recorded run never used. */
  unexpected: number;
  unused: number | null;
  toolCalls: number | null;
  passed: { baseline: boolean | null; candidate: number | null; judged: number | null; repeats: number | null };
  output: unknown;
  costUsd: number | null;
}

export interface CallView {
  name: string;
  arguments: unknown;
}

export interface SamplingView {
  text: string | null;
  runsInRange: number | null;
  runs: number | null;
  coverage: number | null;
  strata: { cohort: string | null; signal: string | null; runsInRange: number | null; runs: number | null }[];
}

export interface ExperimentView {
  id: string;
  kind: ExperimentKind;
  agent: string;
  status: ExperimentStatus;
  candidate: CandidateView;
  plan: JsonRecord;
  sampling: SamplingView | null;
  verdict: Verdict;
  action: string | null;
  flags: string[];
  sentence: string;
  metrics: MetricView[];
  cases: CaseCounts | null;
  srm: { verdict: string; p: number | null; threshold: number | null } | null;
  coverage: number | null;
  progress: { done: number; total: number; errored: number } | null;
  results: ResultView[];
  canary: CanaryView | null;
  shadow: ShadowView | null;
  costUsd: number | null;
  error: string | null;
  createdMs: number | null;
  startedMs: number | null;
  endedMs: number | null;
}

export interface ReplayPreview {
  runs: number | null;
  items: number | null;
  tokensIn: number | null;
  tokensOut: number | null;
  costUsd: number | null;
  requiredN: number | null;
  sampling: SamplingView | null;
}

export function readExperiment(value: unknown): ExperimentView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  const plan = record(value["plan"]);
  const planned = list(plan["metrics"]);
  return {
    id,
    kind: word(value["kind"], experimentKinds, "replay"),
    agent: text(value["agent"]) ?? "unknown",
    status: word(value["status"], experimentStatuses, "draft"),
    candidate: readCandidate(value["candidate"]),
    plan,
    sampling: readSampling(value["sampling"]),
    verdict: word(value["verdict"], verdicts, "insufficient_data"),
    action: text(value["action"]),
    flags: texts(value["flags"]),
    sentence: text(value["decisive_sentence"]) ?? "",
    metrics: list(value["metrics"]).flatMap((each) => readMetric(each, planned)),
    cases: readCounts(value["cases"]),
    srm: readRatio(value["srm"]),
    coverage: number(value["coverage"]),
    progress: readProgress(value["progress"]),
    results: list(value["results"]).flatMap((each) => readResult(each) ?? []),
    canary: readCanary(value["canary"]),
    shadow: readShadow(value["shadow"]),
    costUsd: number(value["cost_usd"]),
    error: text(value["error"]),
    createdMs: timeMs(value["created_at"]),
    startedMs: timeMs(value["started_at"]),
    endedMs: timeMs(value["ended_at"]),
  };
}

export function readCandidate(value: unknown): CandidateView {
  const { config: given, artifacts, driver } = record(value);
  const config = record(given);
  return {
    model: text(config["model"]),
    prompt: promptName(config["prompt"]),
    tools: Array.isArray(config["tools"]) ? config["tools"].length : null,
    params: record(config["params"]),
    artifacts: texts(artifacts),
    webhook: record(driver)["type"] === "webhook" ? (text(record(driver)["url"]) ?? "") : null,
  };
}

export function readResult(value: unknown): ResultView | null {
  const from = record(value);
  const runId = text(from["run_id"]);
  if (runId === null) return null;
  const passed = record(from["passed"]);
  return {
    runId,
    result: word(from["result"], results, null),
    reason: text(from["reason"]),
    hasDiverged: truth(from["diverged"]),
    missing: list(from["missing_calls"]).flatMap((each) => {
      const name = text(record(each)["name"]);
      return name === null ? [] : [{ name, arguments: record(each)["arguments"] ?? null }];
    }),
    unexpected: list(from["unexpected_calls"]).length,
    unused: number(from["unused_calls"]),
    toolCalls: number(from["tool_calls"]),
    passed: {
      baseline: truth(passed["baseline"]),
      candidate: number(passed["candidate"]),
      judged: number(passed["judged"]),
      repeats: number(passed["repeats"]),
    },
    output: from["output"] ?? null,
    costUsd: number(from["cost_usd"]),
  };
}

export function readReplayPreview(value: unknown): ReplayPreview | null {
  if (!isRecord(value) || value["id"] !== undefined) return null;
  const tokens = record(value["tokens"]);
  return {
    runs: number(value["runs"]),
    items: number(value["items"]),
    tokensIn: number(tokens["input"]),
    tokensOut: number(tokens["output"]),
    costUsd: number(value["cost_usd"]),
    requiredN: number(value["required_n"]),
    sampling: readSampling(value["sampling"]),
  };
}

/** null where there are no cases. */
export function readCounts(value: unknown): CaseCounts | null {
  if (!isRecord(value)) return null;
  const of = (result: Result): number => number(value[result]) ?? 0;
  return {
    broken: of("broken"),
    fixed: of("fixed"),
    unstable: of("unstable"),
    incomparable: of("incomparable"),
    same_fail: of("same_fail"),
    same_pass: of("same_pass"),
  };
}

function promptName(value: unknown): string | null {
  if (typeof value === "string") return value;
  const from = record(value);
  const named = [text(from["name"]), text(from["version"])].filter((each) => each !== null).join(" ");
  return named === "" ? (text(from["text"]) ?? text(from["hash"])) : named;
}

function readSampling(value: unknown): SamplingView | null {
  if (!isRecord(value)) return null;
  return {
    text: text(value["text"]),
    runsInRange: number(value["runs_in_range"]),
    runs: number(value["runs"]),
    coverage: number(value["coverage"]),
    strata: list(value["strata"])
      .filter(isRecord)
      .map((each) => ({
        cohort: text(each["cohort"]),
        signal: text(each["signal"]),
        runsInRange: number(each["runs_in_range"]),
        runs: number(each["runs"]),
      })),
  };
}

function readRatio(value: unknown): ExperimentView["srm"] {
  if (!isRecord(value)) return null;
  return { verdict: text(value["verdict"]) ?? "insufficient_data", p: number(value["p"]), threshold: number(value["threshold"]) };
}

function readProgress(value: unknown): ExperimentView["progress"] {
  const from = record(value);
  const [done, total] = [number(from["done"]), number(from["total"])];
  return done === null || total === null ? null : { done, total, errored: number(from["errored"]) ?? 0 };
}

const truth = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);
