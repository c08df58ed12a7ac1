// Where a group of drifts belongs: with the incidents that hold its drifts already, else with one about the same change or the same
// dimension at the same time, else with one that was over and has now come back.
import type { DriftGroup, FreshDrift } from "../drift/analysis.ts";
import type { Attribution } from "../drift/drift.ts";
import { type Incident, machine } from "./incident.ts";

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
  const holders = live.filter((incident) => incident.drifts.some(({ id }) => own.has(id)) && !isMistaken(incident, group, drifts));
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

/** `incident` with the group in it, as later groups of the same analysis must see it to find their home. */
export function withGroup(incident: Incident, group: DriftGroup, drifts: ReadonlyMap<string, FreshDrift>, isNew: boolean): Incident {
  const own = group.driftIds.flatMap((id) => drifts.get(id) ?? []).map((drift) => ({ ...drift, incident_id: incident.id }));
  const recovered_at = group.recoveredAtMs === null ? null : new Date(group.recoveredAtMs).toISOString();
  const held = incident.drifts.filter(({ id }) => !group.driftIds.includes(id));
  return { ...incident, drifts: [...own, ...held], recovered_at: isNew ? recovered_at : incident.recovered_at };
}

/**
 * The group was taken in as a return while its cause was not known, and is now known to have another cause than what the incident began with.
 * Without this the incident of a lived month would hold what an imported one tells apart. What a person touched since is left as it is.
 */
function isMistaken(incident: Incident, group: DriftGroup, drifts: ReadonlyMap<string, FreshDrift>): boolean {
  const others = incident.drifts.filter(({ id }) => !group.driftIds.includes(id)).map((drift) => drifts.get(drift.id) ?? drift);
  const lastOnsetMs = Math.max(...others.map(({ onset_at }) => Date.parse(onset_at)));
  if (others.length === 0 || group.onset.atMs - lastOnsetMs <= sameOnsetMs) return false;
  if (incident.timeline.some(({ by, at }) => by !== machine && Date.parse(at) >= group.openedAtMs)) return false;
  return isOtherCause(group.attribution, others);
}

/** The cause of `attribution` is named, so is that of some of `drifts`, and they are not the same. */
function isOtherCause(attribution: Attribution, drifts: readonly Pick<FreshDrift, "attribution">[]): boolean {
  const named = nameOf(attribution);
  const causes = drifts.flatMap((drift) => nameOf(drift.attribution) ?? []);
  return named !== null && causes.length > 0 && !causes.includes(named);
}

function nameOf({ verdict, causes: [first] }: Attribution): string | null {
  return verdict !== "attributed" || first === undefined ? null : `${first.kind} ${first.ref}`;
}

/** The most telling drift moves again in the same direction soon after the incident was over, and nothing says that it is something else. */
function isReturn(incident: Incident, group: DriftGroup, members: readonly FreshDrift[]): boolean {
  const overAt = incident.recovered_at ?? incident.resolved_at;
  const [first] = members;
  if (overAt === null || first === undefined) return false;
  const since = group.onset.atMs - Date.parse(overAt);
  return (
    since >= 0 &&
    since <= returnMs &&
    !isOtherCause(group.attribution, incident.drifts) &&
    incident.drifts.slice(0, 3).some(({ dimension, direction }) => dimension === first.dimension && direction === first.direction)
  );
}
