// One line of the audit log: who did what to what, when, and how it stood before and after, as ids, words of state and hashes.
// It never holds text of a trace. A draft becomes an entry when the project's log numbers it and chains it to the one before.
import type { AlertEvent } from "../incident/alert-state.ts";
import type { TimelineKind } from "../incident/incident.ts";

export interface AuditActor {
  /** null for the machine. */
  key_id: string | null;
  owner: string | null;
  kind: "person" | "machine";
}

/** What Bento does by itself. */
export const bento: AuditActor = { key_id: null, owner: "bento", kind: "machine" };

export type AuditAction =
  | `incident.${TimelineKind}`
  | Exclude<AlertEvent, "alert.renotified">
  | "alert_rule.made"
  | "alert_rule.changed"
  | "alert_rule.removed"
  | "drift.dismissed"
  | "drift.accepted"
  | "baseline.reset"
  | "baseline.blessed"
  | "feedback.forgotten"
  | "dimension.defined"
  | "dimension.removed"
  | "signal.made"
  | "signal.changed"
  | "signal.merged"
  | "signal.split"
  | "signal.archived"
  | "signal.resolved"
  | "signal.confirmed"
  | "finding.labelled"
  | "change.declared"
  | "key.made"
  | "key.revoked"
  | "settings.changed"
  | "prices.replaced"
  | "webhook.made"
  | "webhook.removed"
  | "project.made"
  | "project.deleted"
  | "run.deleted"
  | "user_data.deletion_asked"
  | "user_data.deleted"
  | "experiment.made"
  | "experiment.started"
  | "experiment.stopped"
  | "experiment.aborted"
  | "experiment.promoted"
  | "experiment.done"
  | "experiment.failed"
  | "experiment.ramped"
  | "gate.made"
  | "gate.decided"
  | "gate.waived"
  | "suite.made"
  | "suite.changed"
  | "suite.case_added"
  | "suite.case_removed"
  | "suite.grown"
  | "evaluator.made"
  | "evaluator.removed"
  | "evaluation.made"
  | "evaluation.cancelled"
  | "evaluation.retried"
  | "evaluation_schedule.made"
  | "evaluation_schedule.removed"
  | "artifact.made"
  | "artifact.version_added"
  | "artifact.validated"
  | "artifact.promoted"
  | "artifact.deprecated"
  | "artifact.reverted"
  | "optimisation.judged"
  | "policy.signed"
  | "policy.revoked"
  | "backfill.made"
  | "backfill.paused"
  | "backfill.resumed"
  | "backfill.cancelled"
  | "backfill.done"
  | "backfill.failed"
  | "dead_letter.redriven"
  | "dead_letter.discarded";

/** Ids, words of state, numbers, and hashes of whatever is longer. */
export type AuditedState = Readonly<Record<string, string | number | boolean | null>>;

export interface AuditDraft {
  /** The same id is the same entry however often it is sent. */
  id: string;
  at: string;
  actor: AuditActor;
  action: AuditAction;
  /** Id or name of what was acted on. */
  object: string;
  before: AuditedState | null;
  after: AuditedState | null;
  /** What a person gave as the reason. */
  reason: string | null;
}

export interface AuditEntry extends AuditDraft {
  /** From 1, without gaps. */
  seq: number;
  /** `hash` of the entry before; 64 zeros for the first. */
  prev_hash: string;
  /** SHA-256 hex over the canonical JSON of all other fields. */
  hash: string;
}
