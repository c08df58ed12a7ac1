// What an artifact's coming and going means to those who watch the agent: an event for webhooks, a line in the story of the incidents that it
// has to do with, and an incident of its own where a promise was not kept. Telling twice changes nothing.
import type { Attribution } from "../drift/drift.ts";
import { timedId } from "../drift/stable-id.ts";
import { oneLine } from "../drift/words.ts";
import type { FoldResult } from "../incident/fan-in.ts";
import { machine, type Incident } from "../incident/incident.ts";
import { noLineage } from "../incident/lineage.ts";
import { slugOf } from "../incident/slug.ts";
import { told } from "../incident/timeline.ts";
import type { MeasuredEffect } from "./effect.ts";

export const artifactEvents = ["artifact.promoted", "artifact.reverted", "artifact.deprecated", "artifact.promise_not_kept"] as const;
export type ArtifactEvent = (typeof artifactEvents)[number];

export interface ArtifactNews {
  event: ArtifactEvent;
  /** The same for the same fact. */
  key: string;
  at: string;
  artifact_id: string;
  /** `slug@version` that came, went, or did not keep its promise. */
  ref: string;
  kind: string;
  /** In use now, `slug@version`; null for none. */
  in_use: string | null;
  /** `slug@version` that a revert would bring back; null for none. */
  before: string | null;
  reason: string | null;
  /** Ids of incidents that it was made from or that it opened. */
  incidents: string[];
  /** Id of the signal that it is meant for. */
  signal_id: string | null;
  shipped_at: string | null;
  change_id: string | null;
  measured: MeasuredEffect | null;
}

export function foldArtifact(existing: readonly Incident[], agent: string, news: ArtifactNews, nowMs: number): FoldResult {
  const live = existing.filter(({ merged_into: into, withdrawn_at: withdrawn }) => into === null && withdrawn === null);
  if (news.event === "artifact.promise_not_kept") return foldBroken(live, agent, news, nowMs);
  const text = sentenceOf(news);
  const incidents = live
    .filter(
      ({ id, status, signals }) =>
        news.incidents.includes(id) || (status !== "resolved" && signals.some((signal) => signal.id === news.signal_id)),
    )
    .filter((incident) => !tells(incident, text, news.at))
    .map((incident) => told(withArtifact(incident, news.ref), Date.parse(news.at), "comment", machine, text));
  return { incidents, events: [] };
}

/** The incident of this broken promise: always the same one. */
export const promiseIncidentId = ({
  artifact_id: id,
  ref,
  shipped_at: at,
}: Pick<ArtifactNews, "artifact_id" | "ref" | "shipped_at">): string => timedId("inc_", Date.parse(at ?? ""), [id, ref, "promise"]);

function foldBroken(live: readonly Incident[], agent: string, news: ArtifactNews, nowMs: number): FoldResult {
  const { measured, ref } = news;
  const id = promiseIncidentId(news);
  if (measured === null || live.some((one) => one.id === id)) return { incidents: [], events: [] };
  const slugs = new Set(live.map(({ slug }) => slug));
  const name = oneLine(ref, 80);
  const incident: Incident = {
    id,
    slug: slugOf(agent, nowMs, ref, slugs),
    agent,
    title: `${name} does not keep its promise in ${oneLine(agent, 40)}`,
    summary: measured.sentence,
    status: "open",
    severity: isHarm(measured) ? "high" : "medium",
    opened_at: news.at,
    onset_at: news.shipped_at ?? news.at,
    owner: null,
    drifts: [],
    signals: [],
    attribution: attributionOf(news, measured),
    lineage: { ...noLineage, artifacts: [ref], changes: news.change_id === null ? [] : [news.change_id] },
    timeline: [],
    recovered_at: null,
    resolved_at: null,
    merged_into: null,
    withdrawn_at: null,
  };
  const atMs = Date.parse(news.at);
  const opened = told(incident, atMs, "opened", machine, `opened on the promise of ${name}: ${measured.sentence}`);
  const back = news.before === null ? "which takes it out of use" : `which brings back ${news.before}`;
  const proposal = `Proposed: revert ${name}, ${back} (POST /v1/artifacts/${news.artifact_id}/revert with a reason).`;
  return {
    incidents: [told(opened, atMs, "comment", machine, proposal)],
    events: [{ type: "incident.opened", key: `incident.opened:${id}:opened`, at: news.at, incident_id: id }],
  };
}

/** Something is surely worse with it. */
const isHarm = ({ signal, success }: MeasuredEffect): boolean => (signal?.low ?? -1) > 0 || (success.high ?? 1) < 0;

/** Worse beside runs without it is its doing; worse than before may be the time's. That nothing came of it has no cause to name. */
function attributionOf({ ref, before, change_id, shipped_at, in_use }: ArtifactNews, measured: MeasuredEffect): Attribution {
  if (!isHarm(measured)) return { verdict: "unattributed", causes: [], mix: null, certain: false };
  const isBeside = measured.against === "beside";
  const cause = {
    kind: "artifact" as const,
    ref,
    change_id,
    at: shipped_at,
    from: before,
    to: in_use ?? ref,
    share: null,
    share_low: null,
    share_high: null,
    confidence: isBeside ? confidenceBeside : confidenceBefore,
    declared: true,
    evidence: [measured.sentence],
  };
  return { verdict: isBeside ? "attributed" : "confounded", causes: [cause], mix: null, certain: isBeside };
}

/** The interval that shows the harm is one of 95 %. */
const confidenceBeside = 0.95;
/** Anything else may have changed on the same day. */
const confidenceBefore = 0.5;

const withArtifact = (incident: Incident, ref: string): Incident => ({
  ...incident,
  lineage: { ...incident.lineage, artifacts: [...new Set([...incident.lineage.artifacts, ref])] },
});

const tells = ({ timeline }: Incident, text: string, at: string): boolean =>
  timeline.some((entry) => entry.by === machine && entry.at === at && entry.text.startsWith(text.slice(0, 80)));

function sentenceOf({ event, ref, in_use: inUse, reason }: ArtifactNews): string {
  const why = reason === null ? "" : `: ${reason}`;
  switch (event) {
    case "artifact.promoted":
      return `${ref} was promoted${why}`;
    case "artifact.deprecated":
      return `${ref} was deprecated${why}`;
    default:
      if (inUse === ref) return `${ref} is in use again${why}`;
      return inUse === null ? `${ref} was taken out of use${why}` : `${ref} was reverted to ${inUse}${why}`;
  }
}
