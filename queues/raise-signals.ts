// Signals that began to escalate, or stopped: their states follow the drifts of their rates, and the incident that holds such a drift
// holds its signal. Done after an evaluation is published; may run twice.
import { writeIncidents } from "../d1/write-behaviour.ts";
import { risingDrifts } from "../d1/rising-signals.ts";
import { signalsOfAgent } from "../d1/signal-rows.ts";
import { touchSignals } from "../d1/write-findings.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { incidentDeskOf } from "../durable-objects/names.ts";
import { refreshSignals } from "./refresh-signals.ts";

export async function raiseSignals(env: Bindings, projectId: string, agent: string, nowMs: number): Promise<void> {
  await touchSignals(env.INDEX, projectId, [agent], nowMs, nowMs);
  await refreshSignals(env, projectId, agent, nowMs);
  const [drifts, rows] = await Promise.all([risingDrifts(env.INDEX, projectId, agent), signalsOfAgent(env.INDEX, projectId, agent)]);
  const bySlug = new Map(rows.map((row) => [row.slug, row]));
  const rising = drifts.flatMap((drift) => {
    const signal = bySlug.get(drift.dimension.slice("signal.".length));
    if (signal === undefined || signal.record.polarity === "win") return [];
    const { id, slug, state, rate, rate_low, rate_high, severity } = signal.record;
    // an incident outlives the runs whose errors make a signal's own name
    const name = signal.said.name ?? rows.find((row) => row.id === signal.parentId)?.record.name ?? slug;
    return [{ id, slug, name, state, rate, rate_low, rate_high, severity, onset_at: drift.onset_at }];
  });
  if (rising.length === 0) return;
  const desk = incidentDeskOf(env, projectId, agent);
  const { incidents, told } = await desk.raise({ projectId, agent }, rising, nowMs);
  await writeIncidents(env.INDEX, projectId, incidents, told);
  await desk.audited(told.map(({ id }) => id));
}
