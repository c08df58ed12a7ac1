// The audit draft of what a request does: who asked, when, and the states on both sides as ids, words and hashes.
import { ulid } from "ulidx";
import type { AuditActor, AuditDraft } from "../../../domain/audit/entry.ts";
import type { Principal } from "../../../domain/project/principal.ts";

export function auditActorOf({ keyId, owner, kind }: Principal): AuditActor {
  return { key_id: keyId, owner, kind };
}

type What = Pick<AuditDraft, "action" | "object"> & Partial<Pick<AuditDraft, "before" | "after" | "reason">>;

export function audited(
  principal: Principal,
  nowMs: number,
  { action, object, before = null, after = null, reason = null }: What,
): AuditDraft {
  return {
    id: `aud_${ulid(nowMs)}`,
    at: new Date(nowMs).toISOString(),
    actor: auditActorOf(principal),
    action,
    object,
    before,
    after,
    reason,
  };
}
