// Runs for tests of findings: made of a few steps, or read from recorded requests as the pipeline reads them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { finishRun } from "../../../domain/run/finish.ts";
import { priceBookOf } from "../../../domain/run/price.ts";
import type { Run, RunDraft, Step } from "../../../domain/run/run.ts";
import { readNativeRuns } from "../../../domain/wire/native.ts";
import { decodeSpans } from "../../../domain/wire/otlp.ts";
import { readTrace } from "../../../domain/wire/trace.ts";
import { aDraft, aStep } from "../run/a-run.ts";

const nowMs = Date.parse("2026-11-24T12:00:00Z");
const prices = priceBookOf({});

export const runOf = (steps: Step[], more: Partial<RunDraft> = {}): Run =>
  finishRun(aDraft({ steps, ...more }), { id: "run_r1", prices, nowMs });

export const tool = (id: string, more: Partial<Step> = {}): Step => aStep(id, "tool", { name: "lookup_order", ...more });
export const llm = (id: string, more: Partial<Step> = {}): Step => aStep(id, "llm", { name: "answer", ...more });
export const failedTool = (id: string, message: string, more: Partial<Step> = {}): Step =>
  tool(id, { status: "error", error: { type: null, message }, ...more });
export const softFailedTool = (id: string, result: unknown, more: Partial<Step> = {}): Step =>
  tool(id, { soft_error: true, result, ...more });
export const scored = (value: number | string | boolean): RunDraft["scores"] => [
  { name: "success", value, source: "check", comment: null },
];

export const fixture = (name: string): string => readFileSync(join(import.meta.dirname, "../../fixtures/finding", name), "utf8");

/** The runs of a native request. */
export function nativeRuns(body: unknown): Run[] {
  const reading = readNativeRuns(new TextEncoder().encode(JSON.stringify(body)), "json", { receipt: "r", receivedMs: nowMs });
  if (!reading.ok || reading.rejected.length > 0) throw new Error("a fixture could not be read");
  return reading.runs.map(({ draft, id }) => finishRun(draft, { id, prices, nowMs }));
}

/** The run of an OTLP request that holds one trace. */
export function otlpRun(body: string): Run {
  const decoded = decodeSpans(new TextEncoder().encode(body), "json");
  const draft = decoded.ok ? readTrace(decoded.records, { closed: true }) : null;
  if (draft === null) throw new Error("a fixture could not be read");
  return finishRun(draft, { id: "run_otlp", prices, nowMs });
}
