// Flush: what time would do, now. Closes the agent's runs that wait for their root, closes its open windows, judges up to its
// newest run and publishes before it returns.
import { traceIdsOf } from "../domain/run/run-id.ts";
import { openRuns } from "../d1/read-for-store.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { assemblyShardOf, behaviourOf } from "../durable-objects/names.ts";
import { closeTraces } from "./closed-consumer.ts";
import { runLoop } from "./loop-run.ts";
import { measureAgent } from "./measure-optimisations.ts";
import { publish } from "./publish.ts";
import { refreshSignals } from "./refresh-signals.ts";

export interface Flushed {
  closed_runs: number;
  drifts: number;
  incidents_touched: number;
}

export async function flushAgent(env: Bindings, projectId: string, agent: string): Promise<Flushed> {
  const traceIds = (await openRuns(env.INDEX, projectId, agent)).flatMap(traceIdsOf);
  let closed = 0;
  for (const [shard, ofShard] of Map.groupBy(traceIds, assemblyShardOf)) closed += await closeTraces(env, projectId, shard, ofShard);
  await refreshSignals(env, projectId, agent, Date.now());
  const publication = await behaviourOf(env, projectId, agent).evaluate(true, Date.now());
  if (publication !== null) await publish(env, projectId, agent, publication);
  await measureAgent(env, projectId, agent, Date.now());
  await runLoop(env, projectId, agent, Date.now());
  return { closed_runs: closed, drifts: publication?.drifts.length ?? 0, incidents_touched: publication?.groups.length ?? 0 };
}
