// The closed queue: traces that are over. Each is read once more as closed, stored, folded into behaviour and confirmed.
import type { Bindings } from "../durable-objects/bindings.ts";
import { traceAssemblyOf } from "../durable-objects/names.ts";
import { closedMessage } from "./messages.ts";
import { readingRulesOf } from "./reading-rules.ts";
import { retryLater } from "./settle.ts";
import { storeRuns } from "./store-runs.ts";
import { runOf } from "./store-traces.ts";

export async function consumeClosed(batch: MessageBatch, env: Bindings): Promise<void> {
  for (const message of batch.messages) {
    try {
      const { project_id, shard, trace_ids } = closedMessage.parse(message.body);
      // After a failure each on its own: one that cannot be stored must not keep the others open.
      const groups = message.attempts > 1 ? trace_ids.map((id) => [id]) : [trace_ids];
      const ends = await Promise.allSettled(groups.map((ids) => closeTraces(env, project_id, shard, ids)));
      const failure = ends.find((end) => end.status === "rejected");
      if (failure !== undefined) throw failure.reason;
      message.ack();
    } catch (error) {
      retryLater(message, "closed", error);
    }
  }
}

/** How many traces were stored as closed. */
export async function closeTraces(env: Bindings, projectId: string, shard: number, traceIds: readonly string[]): Promise<number> {
  const nowMs = Date.now();
  const rules = await readingRulesOf(env, projectId);
  if (rules === null) return 0;
  const assembly = traceAssemblyOf(env, projectId, shard);
  const traces = await assembly.close(traceIds);
  const runs = traces.flatMap((trace) => runOf(trace, rules, trace.lastPartMs, nowMs) ?? []);
  const [first] = traces;
  if (first === undefined) return 0;
  await storeRuns(
    env,
    projectId,
    `${shard}-${first.traceId.slice(0, 40).replaceAll(/[^\w-]/g, "_")}-${first.version}-${traces.length}`,
    runs,
    [],
    nowMs,
  );
  await assembly.confirm(
    traces.map(({ traceId, version }) => ({ traceId, version })),
    nowMs,
  );
  return runs.length;
}
