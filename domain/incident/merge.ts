// Two incidents become one: the one that stays takes over drifts, signals, links and the worse severity; the other points to it and
// leaves the lists. Used by people who see that two are one, and by folding when the data show one cause.
import { worst } from "./severity.ts";
import type { Incident } from "./incident.ts";
import { joinedLineage } from "./lineage.ts";
import { told } from "./timeline.ts";

/** `[kept, swallowed]` after `from` was merged into `into`. */
export function merged(into: Incident, from: Incident, by: string, atMs: number): [Incident, Incident] {
  const ids = new Set(into.drifts.map(({ id }) => id));
  const drifts = [...into.drifts, ...from.drifts.filter(({ id }) => !ids.has(id))].map((drift) => ({ ...drift, incident_id: into.id }));
  const signalIds = new Set(into.signals.map(({ id }) => id));
  const kept: Incident = {
    ...into,
    drifts,
    signals: [...into.signals, ...from.signals.filter(({ id }) => !signalIds.has(id))],
    severity: worst([into.severity, from.severity]),
    onset_at: into.onset_at < from.onset_at ? into.onset_at : from.onset_at,
    owner: into.owner ?? from.owner,
    lineage: joinedLineage(into.lineage, from.lineage),
    recovered_at:
      into.recovered_at === null || from.recovered_at === null
        ? null
        : into.recovered_at > from.recovered_at
          ? into.recovered_at
          : from.recovered_at,
  };
  return [
    told(kept, atMs, "merged", by, `${from.slug} was merged into this incident`),
    told({ ...from, merged_into: into.id }, atMs, "merged_into", by, `merged into ${into.slug}`),
  ];
}
