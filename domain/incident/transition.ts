// What a person may do with an incident, as a pure state machine: open → acknowledged → mitigated → resolved, and back by reopening.
// A refusal says what the state is and what to do instead; nothing is ever done silently or twice.
import type { Incident, IncidentEvent, IncidentStatus } from "./incident.ts";
import { merged } from "./merge.ts";
import { told } from "./timeline.ts";

interface Act {
  /** The owner of the key that acts. */
  by: string;
  atMs: number;
}

export type IncidentAction = Act &
  (
    | { type: "acknowledge" | "mitigate" | "resolve" | "reopen"; comment: string | null }
    | { type: "assign"; owner: string | null }
    | { type: "comment"; comment: string }
    | { type: "merge"; into: string }
  );

export type TransitionResult = { ok: true; incidents: Incident[]; events: IncidentEvent[] } | { ok: false; message: string };

/** From which states a step may be taken, and where it leads. */
const steps = {
  acknowledge: { from: ["open"], to: "acknowledged", kind: "acknowledged" },
  mitigate: { from: ["open", "acknowledged"], to: "mitigated", kind: "mitigated" },
  resolve: { from: ["open", "acknowledged", "mitigated"], to: "resolved", kind: "resolved" },
  reopen: { from: ["resolved", "mitigated"], to: "open", kind: "reopened" },
} as const;

/** The changed incidents (two for a merge) and what must be told, or why not. `incidents` are all that the desk remembers. */
export function transition(incidents: readonly Incident[], id: string, action: IncidentAction): TransitionResult {
  const incident = incidents.find((known) => known.id === id);
  if (incident === undefined) return refused("No such incident.");
  if (incident.merged_into !== null) return refused(`This incident was merged into ${incident.merged_into}; act on that one.`);
  switch (action.type) {
    case "assign":
      if (incident.owner === action.owner)
        return refused(action.owner === null ? "The incident has no owner." : `${action.owner} already owns the incident.`);
      return changed([
        told(
          { ...incident, owner: action.owner },
          action.atMs,
          "assigned",
          action.by,
          action.owner === null ? "no owner any more" : `assigned to ${action.owner}`,
        ),
      ]);
    case "comment":
      if (action.comment.trim() === "") return refused("A comment needs a text.");
      return changed([told(incident, action.atMs, "comment", action.by, action.comment)]);
    case "merge":
      return mergeInto(incidents, incident, action);
    default:
      return step(incident, action);
  }
}

function step(incident: Incident, action: Act & { type: keyof typeof steps; comment: string | null }): TransitionResult {
  const { from, to, kind } = steps[action.type];
  const allowed: readonly IncidentStatus[] = from;
  if (!allowed.includes(incident.status)) return refused(refusal(incident.status, action.type));
  const resolvedAt = to === "resolved" ? new Date(action.atMs).toISOString() : null;
  const next = told({ ...incident, status: to, resolved_at: resolvedAt }, action.atMs, kind, action.by, action.comment ?? kind);
  if (to !== "resolved" && kind !== "reopened") return changed([next]);
  const type = to === "resolved" ? "incident.resolved" : "incident.reopened";
  return changed(
    [next],
    [{ type, key: `${type}:${incident.id}:${action.atMs}`, at: new Date(action.atMs).toISOString(), incident_id: incident.id }],
  );
}

function mergeInto(incidents: readonly Incident[], incident: Incident, { into, by, atMs }: Act & { into: string }): TransitionResult {
  const target = incidents.find((known) => known.id === into || known.slug === into);
  if (target === undefined) return refused(`There is no incident ${into} of this agent to merge into.`);
  if (target.id === incident.id) return refused("An incident cannot be merged into itself.");
  if (target.merged_into !== null) return refused(`${into} was itself merged into ${target.merged_into}; merge into that one.`);
  if (target.status === "resolved" && incident.status !== "resolved")
    return refused(`${into} is resolved; reopen it first, or merge the other way round.`);
  return changed(merged(target, incident, by, atMs));
}

function refusal(status: IncidentStatus, type: keyof typeof steps): string {
  if (type === "reopen") return `The incident is ${status}; only a mitigated or resolved one can be reopened.`;
  return status === "resolved" ? `The incident is resolved; reopen it before you ${type} it.` : `The incident is already ${status}.`;
}

function changed(incidents: Incident[], events: IncidentEvent[] = []): TransitionResult {
  return { ok: true, incidents, events };
}

function refused(message: string): TransitionResult {
  return { ok: false, message };
}
