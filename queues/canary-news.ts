// Tells of a canary that was aborted, ended or promoted: to the webhooks that ask for it, and in the story of incidents that began while it ran.
// The agent's desk keeps each word once, so telling twice is harmless.
import { writeIncidents } from "../d1/write-behaviour.ts";
import type { Experiment } from "../domain/experiment/experiment.ts";
import { experimentNews } from "../domain/incident/experiment-news.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { incidentDeskOf } from "../durable-objects/names.ts";

export async function tellCanary(env: Bindings, projectId: string, experiment: Experiment, nowMs: number): Promise<void> {
  const news = experimentNews(experiment);
  if (news === null) return;
  const desk = incidentDeskOf(env, projectId, experiment.agent);
  const { incidents, told } = await desk.tellExperiment({ projectId, agent: experiment.agent }, news, nowMs);
  if (incidents.length === 0) return;
  await writeIncidents(env.INDEX, projectId, incidents, told);
  await desk.audited(told.map(({ id }) => id));
}
