// Stores parts of traces: into the assembly objects first, then each touched trace as the run it now is. The trace that comes
// back holds all its parts, so a run is always the reading of a whole trace and a late part corrects every total.
import { finishRun } from "../domain/run/finish.ts";
import { runIdOf } from "../domain/run/run-id.ts";
import type { TraceRecord } from "../domain/wire/record.ts";
import { aliasesOf, readTrace } from "../domain/wire/trace.ts";
import { standingRuns } from "../d1/read-for-store.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { assemblyShardOf, traceAssemblyOf } from "../durable-objects/names.ts";
import type { AssembledTrace, Part } from "../durable-objects/trace-assembly.ts";
import type { ReadingRules, ReadRequest } from "./read-request.ts";
import { receiptMs } from "./receipt.ts";
import type { ReadRun } from "./store-runs.ts";
import { readStoredLine } from "./stored-line.ts";

export interface Assembled {
  /** The run of every touched trace. One that cannot be read as a run is left out. */
  runs: ReadRun[];
  /** Ids of traces that were deleted: what came of them was not kept. */
  erased: ReadonlySet<string>;
}

/** Adds the records to their traces. */
export async function assemble(
  env: Bindings,
  projectId: string,
  requests: readonly Pick<ReadRequest, "records" | "entry">[],
  rules: ReadingRules,
  nowMs: number,
): Promise<Assembled> {
  const runs: ReadRun[] = [];
  const erased = new Set<string>();
  const records = requests.flatMap((request) => request.records);
  const receivedMs = newestReceipts(requests);
  for (const [shard, ofShard] of Map.groupBy(records, ({ traceId }) => assemblyShardOf(traceId))) {
    const parts = ofShard.map((record): Part => ({ traceId: record.traceId, key: record.key, json: JSON.stringify(record) }));
    const assembly = traceAssemblyOf(env, projectId, shard);
    const added = await assembly.add(projectId, shard, parts, nowMs);
    for (const traceId of added.erased) erased.add(traceId);
    for (const trace of added.traces) {
      const whole = trace.parts === null ? await restore(env, projectId, shard, trace.traceId, nowMs) : trace;
      const run = runOf(whole, rules, receivedMs.get(trace.traceId) ?? nowMs, nowMs);
      if (run !== null) runs.push(run);
    }
  }
  return { runs, erased };
}

/** Trace id → when the newest request was received that brought a part of it now, epoch milliseconds. */
function newestReceipts(requests: readonly Pick<ReadRequest, "records" | "entry">[]): Map<string, number> {
  const newest = new Map<string, number>();
  for (const { records, entry } of requests) {
    const atMs = receiptMs(entry.receipt);
    for (const { traceId } of records) newest.set(traceId, Math.max(atMs, newest.get(traceId) ?? 0));
  }
  return newest;
}

/** The run that a trace's parts make; null where they make none (a log without a span). */
export function runOf(
  { traceId, version, isClosed, parts }: AssembledTrace,
  rules: ReadingRules,
  receivedMs: number,
  nowMs: number,
): ReadRun | null {
  const records = (parts ?? []).map((json): TraceRecord => JSON.parse(json));
  const draft = readTrace(records, { closed: isClosed, userKeys: rules.userKeys, cohortKeys: rules.cohortKeys });
  if (draft === null) return null;
  const run = finishRun(draft, { id: runIdOf(traceId), prices: rules.prices, nowMs });
  return {
    run,
    version: `${String(version).padStart(8, "0")}.${isClosed ? 1 : 0}`,
    isOpen: !isClosed,
    raw: records,
    isTrace: true,
    aliases: aliasesOf(records).map(runIdOf),
    receivedMs,
  };
}

/** A late part of a trace whose other parts were dropped: they stand in its segment as they were stored. */
async function restore(env: Bindings, projectId: string, shard: number, traceId: string, nowMs: number): Promise<AssembledTrace> {
  const [standing] = await standingRuns(env.INDEX, projectId, [runIdOf(traceId)]);
  const line = standing === undefined ? null : await readStoredLine(env, projectId, standing.id, standing.place);
  const records: TraceRecord[] = line !== null && Array.isArray(line.raw) ? line.raw : [];
  const parts = records.map((record): Part => ({ traceId, key: record.key, json: JSON.stringify(record) }));
  return traceAssemblyOf(env, projectId, shard).restore(traceId, parts, nowMs);
}
