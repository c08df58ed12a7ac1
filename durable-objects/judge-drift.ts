// What a person says of a drift, as rows of its behaviour object and as a line for the audit log. The last word on a drift counts: a
// dismissal that is said again, or followed by an acceptance, teaches once or not at all.
import { recordHash } from "../domain/audit/chain.ts";
import type { AuditActor, AuditDraft, AuditedState } from "../domain/audit/entry.ts";
import type { Drift } from "../domain/drift/drift.ts";
import { dimensionHash, nameOf } from "./audit-words.ts";
import type { Judgement } from "./behaviour-records.ts";
import type { BehaviourRows } from "./behaviour-rows.ts";

export interface Said {
  drift: Drift;
  audited: Pick<AuditDraft, "action" | "object" | "before" | "after" | "reason">;
}

/** null: no such drift. */
export function judgeDrift(rows: BehaviourRows, driftId: string, judgement: Judgement, actor: AuditActor, nowMs: number): Said | null {
  const drift = rows.drifts().find(({ id }) => id === driftId);
  if (drift === undefined) return null;
  const { status, reason } = judgement;
  const { dimension, onset_at, onset_from, onset_to } = drift;
  rows.dropDismissal(driftId);
  if (judgement.status === "accepted") rows.putReset({ dimension, atMs: Date.parse(onset_at) }, reason, nameOf(actor), nowMs);
  else {
    const onset = { fromMs: Date.parse(onset_from), toMs: Date.parse(onset_to) };
    // Said of what was judged so far: it teaches nothing about the time before.
    const atMs = rows.evaluationState(nowMs).judgedUntilMs ?? nowMs;
    rows.putDismissal({ dimension, ...onset, kind: judgement.kind, atMs, driftId }, reason, nameOf(actor), nowMs);
  }
  const judged: Drift = { ...drift, status };
  rows.putDrift(judged);
  const stateOf = (one: Drift): AuditedState => ({ status: one.status, record: recordHash(one) });
  const after = judgement.status === "dismissed" ? { ...stateOf(judged), kind: judgement.kind } : stateOf(judged);
  return { drift: judged, audited: { action: `drift.${status}`, object: drift.id, before: stateOf(drift), after, reason } };
}

/** What dismissals taught of a dimension (null: of every one) counts no more; they stay dismissed. */
export function forgetFeedback(rows: BehaviourRows, dimension: string | null, actor: AuditActor, nowMs: number): Said["audited"] {
  rows.putForgotten({ dimension }, nameOf(actor), nowMs);
  const after = { dimension: dimensionHash(dimension) };
  return { action: "feedback.forgotten", object: rows.subject()?.agent ?? "", before: null, after, reason: null };
}
