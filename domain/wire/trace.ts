// A trace's records, of whatever dialect, to a run. A trace is the set of its records: order and repeated delivery change nothing.
import type { RunDraft } from "../run/run.ts";
import type { KeyChoice } from "./about-run.ts";
import { assembleRun } from "./assemble-run.ts";
import { isOwnRequest } from "./claude-code.ts";
import { distinctSpans } from "./distinct-spans.ts";
import { readSpan } from "./read-span.ts";
import type { SpanRecord, TraceRecord } from "./record.ts";

export interface ReadTraceOptions extends Partial<KeyChoice> {
  /** No more parts are expected: a quiet time has passed, or someone asked for it. */
  closed: boolean;
}

/** The run of one trace; null while nothing in it is a step (only logs so far), or when it answers no user. */
export function readTrace(records: readonly TraceRecord[], options: ReadTraceOptions): RunDraft | null {
  const [{ traceId } = { traceId: "" }] = records;
  const spans = distinctSpans(records.filter((record) => record.source === "span"));
  if (spans.length === 1 && spans.some(isOwnRequest)) return null;
  return assembleRun(spans.map(readSpan), {
    traceId,
    isClosed: options.closed,
    hasEndedRoot: isRootEnded(records),
    declaredUsage: null,
    declaredCostUsd: null,
    scores: [],
    userKeys: options.userKeys ?? [],
    cohortKeys: options.cohortKeys ?? [],
  });
}

/** Whether a root has come and has ended: what is missing then can only be late. */
export function isRootEnded(records: readonly TraceRecord[]): boolean {
  return records.some((record) => record.source === "span" && isEndedRoot(record));
}

const isEndedRoot = (span: SpanRecord): boolean => span.parentId === null && span.endNs !== null;
