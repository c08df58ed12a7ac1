// What the audit log says of an incident that changed: one draft for each new line of its story, whoever told it. The story's own
// words stay out (they name prompts and categories of the traffic); the hash of the record vouches for them.
import { timedId } from "../drift/stable-id.ts";
import { canonicalJson } from "../run/fingerprint.ts";
import type { Incident, TimelineEntry } from "../incident/incident.ts";
import { recordHash } from "./chain.ts";
import type { AuditActor, AuditDraft, AuditedState } from "./entry.ts";

/** Steps whose words a person gave as the reason. */
const reasoned: readonly TimelineEntry["kind"][] = ["acknowledged", "mitigated", "resolved", "reopened"];

/** @param actor who acted (not read from the story: an owner may be called like the machine); @param nowMs wall time, where a story is in event time */
export function incidentDrafts(before: Incident | null, after: Incident, actor: AuditActor, nowMs: number): AuditDraft[] {
  const known = countOf(before?.timeline ?? []);
  const states = { before: before === null ? null : stateOf(before), after: stateOf(after) };
  const drafts: AuditDraft[] = [];
  const seen = new Map<string, number>();
  for (const entry of after.timeline) {
    const key = canonicalJson(entry);
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    if (nth <= (known.get(key) ?? 0)) continue;
    drafts.push({
      id: timedId("aud_", nowMs, [after.id, key, String(nth)]),
      at: new Date(nowMs).toISOString(),
      actor,
      action: `incident.${entry.kind}`,
      object: after.id,
      ...states,
      reason: actor.key_id !== null && reasoned.includes(entry.kind) && entry.text !== entry.kind ? entry.text : null,
    });
  }
  return drafts;
}

function stateOf(incident: Incident): AuditedState {
  const { status, severity, owner, merged_into } = incident;
  return { status, severity, owner, merged_into, record: recordHash(incident) };
}

/** How often each line is there: a story may say the same twice. */
function countOf(timeline: readonly TimelineEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of timeline) counts.set(canonicalJson(entry), (counts.get(canonicalJson(entry)) ?? 0) + 1);
  return counts;
}
