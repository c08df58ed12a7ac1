// A new incident from a group of drifts, with an id that the same group always gets. Its content is filled in by the first update.
import type { DriftGroup, FreshDrift } from "../drift/analysis.ts";
import { timedId } from "../drift/stable-id.ts";
import { dimensionWords } from "../drift/words.ts";
import { type Incident, machine } from "./incident.ts";
import { lineageOf, noLineage } from "./lineage.ts";
import { slugOf } from "./slug.ts";
import { told } from "./timeline.ts";

/** The incident as it opens, without drifts yet. */
export function opened(group: DriftGroup, drifts: ReadonlyMap<string, FreshDrift>, slugs: ReadonlySet<string>, agent: string): Incident {
  const members = group.driftIds.flatMap((id) => drifts.get(id) ?? []);
  const firstAlarm = members.toSorted((a, b) =>
    a.detected_at < b.detected_at ? -1 : a.detected_at > b.detected_at ? 1 : a.id < b.id ? -1 : 1,
  )[0];
  const dimension = members[0]?.dimension ?? "drift";
  const incident: Incident = {
    id: timedId("inc_", group.openedAtMs, [agent, firstAlarm?.id ?? group.driftIds[0] ?? ""]),
    slug: slugOf(agent, group.openedAtMs, dimension, slugs),
    agent,
    title: group.title,
    summary: group.summary,
    status: "open",
    severity: group.severity,
    opened_at: new Date(group.openedAtMs).toISOString(),
    onset_at: new Date(group.onset.atMs).toISOString(),
    owner: null,
    drifts: [],
    signals: [],
    attribution: group.attribution,
    // Another group of the same analysis that the same change explains finds it by this.
    lineage: lineageOf(noLineage, group.attribution, []),
    timeline: [],
    recovered_at: null,
    resolved_at: null,
    merged_into: null,
    withdrawn_at: null,
  };
  return told(incident, group.openedAtMs, "opened", machine, `opened on ${dimensionWords(firstAlarm?.dimension ?? dimension)}`);
}
