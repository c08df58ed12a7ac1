// A trace's records, of whatever dialect, to a run. A trace is the set of its records: order and repeated delivery change nothing.
import type { RunDraft } from "../run/run.ts";
import type { KeyChoice } from "./about-run.ts";
import { assembleRun } from "./assemble-run.ts";
import { braintrustRowIds, isBraintrustOver, readBraintrustTrace } from "./braintrust.ts";
import { isOwnRequest } from "./claude-code.ts";
import { distinctSpans } from "./distinct-spans.ts";
import { isLangfuseOver, readLangfuseTrace } from "./langfuse-trace.ts";
import { isLangSmithOver, readLangSmithTrace } from "./langsmith-trace.ts";
import type { Observation } from "./observation.ts";
import { isOpenAiAgentsOver, readOpenAiAgentsTrace } from "./openai-agents.ts";
import { readSpan } from "./read-span.ts";
import type { DialectRecord, SpanRecord, TraceRecord } from "./record.ts";
import { withLogs } from "./span-logs.ts";

export interface ReadTraceOptions extends Partial<KeyChoice> {
  /** No more parts are expected: a quiet time has passed, or someone asked for it. */
  closed: boolean;
}

interface DialectReader {
  read(records: readonly DialectRecord[]): Observation[];
  isOver(records: readonly DialectRecord[]): boolean;
}

const dialects: Readonly<Record<DialectRecord["source"], DialectReader>> = {
  langfuse: { read: readLangfuseTrace, isOver: isLangfuseOver },
  langsmith: { read: readLangSmithTrace, isOver: isLangSmithOver },
  "openai-agents": { read: readOpenAiAgentsTrace, isOver: isOpenAiAgentsOver },
  braintrust: { read: readBraintrustTrace, isOver: isBraintrustOver },
};

/** The run of one trace; null while nothing in it is a step (only logs so far), or when it answers no user. */
export function readTrace(parts: readonly TraceRecord[], options: ReadTraceOptions): RunDraft | null {
  const records = distinctParts(parts);
  const [{ traceId } = { traceId: "" }] = records;
  const spans = distinctSpans(records.filter((record) => record.source === "span"));
  if (spans.length === 1 && spans.some(isOwnRequest)) return null;
  const fromSpans = withLogs(
    spans,
    records.filter((record) => record.source === "log"),
  ).map(readSpan);
  // Langfuse 5 sends spans by OTLP and may still say something of the trace by its older API: that is no second run.
  const fromDialects = byDialect(records)
    .flatMap(([source, ofSource]) => dialects[source].read(ofSource))
    .map((observation): Observation =>
      fromSpans.length > 0 && observation.id === traceId ? { ...observation, kind: "helper" } : observation,
    );
  return assembleRun([...new Map([...fromDialects, ...fromSpans].map((observation) => [observation.id, observation])).values()], {
    traceId,
    isClosed: options.closed,
    hasEndedRoot: isRootEnded(records),
    userKeys: options.userKeys ?? [],
    cohortKeys: options.cohortKeys ?? [],
  });
}

/** One record a key. Of a log line that came in two batches, the copy with the smaller index. */
function distinctParts(parts: readonly TraceRecord[]): TraceRecord[] {
  const byKey = new Map<string, TraceRecord>();
  for (const part of parts) {
    const known = byKey.get(part.key);
    if (known === undefined || (part.source === "log" && known.source === "log" && part.index < known.index)) byKey.set(part.key, part);
  }
  return [...byKey.values()];
}

/** Whether a root has come and has ended: what is missing then can only be late. */
export function isRootEnded(records: readonly TraceRecord[]): boolean {
  return (
    records.some((record) => record.source === "span" && isEndedRoot(record)) ||
    byDialect(records).some(([source, parts]) => dialects[source].isOver(parts))
  );
}

/** Other ids by which later feedback may name this trace's run, beside its trace id. */
export function aliasesOf(records: readonly TraceRecord[]): string[] {
  return byDialect(records).flatMap(([source, parts]) => (source === "braintrust" ? braintrustRowIds(parts) : []));
}

const isEndedRoot = (span: SpanRecord): boolean => span.parentId === null && span.endNs !== null;

function byDialect(records: readonly TraceRecord[]): [DialectRecord["source"], DialectRecord[]][] {
  const parts = records.filter((record): record is DialectRecord => record.source !== "span" && record.source !== "log");
  return [...Map.groupBy(parts, (record) => record.source)];
}
