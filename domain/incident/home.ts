// Where a group of drifts belongs: with the incidents that hold its drifts already, else with one about the same change or the same
// dimension at the same time, else with one that was over and has now come back.
import type { DriftGroup, FreshDrift } from "../drift/analysis.ts";
import type { Incident } from "./incident.ts";

const dayMs = 24 * 3_600_000;
/** The same dimension with onsets this close is one event whose estimate moved. */
const sameOnsetMs = 2 * dayMs;
/** A recorded change explains drifts that begin within a rollout's length of what it already explains. */
const sameChangeMs = 7 * dayMs;
/** What comes back within this time after it was over is a return, not a new incident. */
const returnMs = 7 * dayMs;

/** All incidents that the group belongs to, none for something new. */
export function homeOf(group: DriftGroup, incidents: readonly Incident[], drifts: ReadonlyMap<string, FreshDrift>): Incident[] {
  const live = incidents.filter(({ merged_into: into, withdrawn_at: withdrawn }) => into === null && withdrawn === null);
  const own = new Set(group.driftIds);
  const holders = live.filter((incident) => incident.drifts.some(({ id }) => own.has(id)));
  if (holders.length > 0) return holders;
  const members = group.driftIds.flatMap((id) => drifts.get(id) ?? []);
  const alike =
    live.find((incident) => isSameEvent(incident, group, members)) ?? live.find((incident) => isReturn(incident, group, members));
  return alike === undefined ? [] : [alike];
}

function isSameEvent(incident: Incident, group: DriftGroup, members: readonly FreshDrift[]): boolean {
  if (incident.status === "resolved" && incident.recovered_at === null) return false;
  const apart = Math.abs(Date.parse(incident.onset_at) - group.onset.atMs);
  const isOver = incident.recovered_at !== null && group.onset.fromMs > Date.parse(incident.recovered_at);
  if (isOver) return false;
  const named =
    group.attribution.verdict === "attributed" ? group.attribution.causes.slice(0, 1).flatMap(({ change_id: id }) => id ?? []) : [];
  if (apart <= sameChangeMs && named.some((id) => incident.lineage.changes.includes(id))) return true;
  return apart <= sameOnsetMs && members.some((drift) => incident.drifts.some(({ dimension }) => dimension === drift.dimension));
}

/** The most telling drift moves again in the same direction soon after the incident was over. */
function isReturn(incident: Incident, group: DriftGroup, members: readonly FreshDrift[]): boolean {
  const overAt = incident.recovered_at ?? incident.resolved_at;
  const [first] = members;
  if (overAt === null || first === undefined) return false;
  const since = group.onset.atMs - Date.parse(overAt);
  return (
    since >= 0 &&
    since <= returnMs &&
    incident.drifts.slice(0, 3).some(({ dimension, direction }) => dimension === first.dimension && direction === first.direction)
  );
}
