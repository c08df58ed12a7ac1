// What an experiment's end means to those who watch the agent: an event for webhooks, and a line in the story of incidents that began while it
// ran. Of other moves there is nothing to tell.
import type { Experiment } from "../experiment/experiment.ts";
import { machine, type Incident } from "./incident.ts";
import { told } from "./timeline.ts";

export const experimentEvents = ["experiment.aborted", "experiment.done", "experiment.promoted"] as const;
export type ExperimentEvent = (typeof experimentEvents)[number];

export interface ExperimentNews {
  event: ExperimentEvent;
  /** The same for the same move. */
  key: string;
  experiment_id: string;
  kind: string;
  verdict: string;
  sentence: string;
  /** ISO 8601; incidents with an onset between the two may have to do with it. */
  started_at: string | null;
  at: string;
}

/** null where there is nothing to tell. */
export function experimentNews({ id, status, design, reading, startedMs, endedMs, updatedMs }: Experiment): ExperimentNews | null {
  const event = experimentEvents.find((one) => one === `experiment.${status}`);
  if (event === undefined) return null;
  return {
    event,
    key: `${event}.${id}`,
    experiment_id: id,
    kind: design.kind,
    verdict: reading.verdict,
    sentence: reading.decisive_sentence,
    started_at: startedMs === null ? null : new Date(startedMs).toISOString(),
    at: new Date(endedMs ?? updatedMs).toISOString(),
  };
}

/** Those incidents, changed, whose story the news belongs to and that do not tell it yet. */
export function withNews(incidents: readonly Incident[], news: ExperimentNews): Incident[] {
  const { started_at: since, at, experiment_id: id } = news;
  if (since === null) return [];
  const text = `${news.kind} ${id} is ${news.event.slice("experiment.".length)}: ${news.sentence}`;
  return incidents
    .filter(({ status, merged_into, withdrawn_at }) => status !== "resolved" && merged_into === null && withdrawn_at === null)
    .filter(({ onset_at }) => onset_at >= since && onset_at <= at)
    .filter(
      ({ lineage, timeline }) =>
        !lineage.experiments.includes(id) || !timeline.some((entry) => entry.by === machine && entry.text.startsWith(text.slice(0, 80))),
    )
    .map((incident) => {
      const experiments = [...new Set([...incident.lineage.experiments, id])];
      return told({ ...incident, lineage: { ...incident.lineage, experiments } }, Date.parse(at), "comment", machine, text);
    });
}
