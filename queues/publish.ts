// Publishes an evaluation: from the behaviour object to the incident desk, and from both to the index. May run twice and stop
// half way: the evaluation stays unpublished until all of it stands.
import { markAlertsDue } from "../d1/alert-states.ts";
import { writeEvaluation } from "../d1/write-behaviour.ts";
import type { Publication } from "../durable-objects/behaviour-records.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf, incidentDeskOf } from "../durable-objects/names.ts";
import { alertsAfter } from "./evaluate-alerts.ts";
import { raiseSignals } from "./raise-signals.ts";
import type { AuditMessage } from "./messages.ts";

export async function publish(env: Bindings, projectId: string, agent: string, publication: Publication): Promise<void> {
  const desk = incidentDeskOf(env, projectId, agent);
  const { incidents, told } = await desk.fold({ projectId, agent }, publication, Date.now());
  const incidentOf = new Map(incidents.flatMap((incident) => incident.drifts.map((drift) => [drift.id, incident.id])));
  const drifts = publication.drifts.map((drift) => ({ ...drift, incident_id: incidentOf.get(drift.id) ?? null }));
  await writeEvaluation(env.INDEX, projectId, agent, { ...publication, drifts, incidents, told });
  if (told.length > 0) {
    await desk.audited(told.map(({ id }) => id));
    const message: AuditMessage = { v: 1, kind: "audit", project_id: projectId, from: null };
    await env.AUDIT_QUEUE.send(message);
  }
  if (drifts.some(({ dimension }) => dimension.startsWith("signal."))) await raiseSignals(env, projectId, agent, Date.now());
  const isWatched = await markAlertsDue(env.INDEX, projectId, agent, Date.now());
  await behaviourOf(env, projectId, agent).published(publication.evaluation);
  if (isWatched) await alertsAfter(env, projectId, agent, Date.now());
}
