// What a person allows machines to do with one agent, and until when. A policy never widens what proof allows: it only stands in for the hand
// that would have promoted what a gate or a canary has shown to be good.
import type { ArtifactKind } from "./artifact.ts";
import type { LoopTerms } from "./loop-terms.ts";

export const policyGrants = [
  "artifact.draft",
  "artifact.validate",
  "artifact.canary",
  "artifact.promote",
  "artifact.revert",
  "canary.promote",
] as const;
export type PolicyGrant = (typeof policyGrants)[number];

export interface PolicyRecord {
  grants: PolicyGrant[];
  /** Of artifacts; null: every kind. */
  kinds: ArtifactKind[] | null;
  reason: string;
  /** How the loop works for the agent; absent or null: it does nothing by this policy. */
  loop?: LoopTerms | null;
  /** null: until it is revoked. */
  expires_ms: number | null;
  revoked_by: string | null;
  revoke_reason: string | null;
}

export interface Policy {
  id: string;
  agent: string;
  record: PolicyRecord;
  signedBy: string;
  signedMs: number;
  revokedMs: number | null;
}

export const isInForce = ({ record, revokedMs }: Pick<Policy, "record" | "revokedMs">, nowMs: number): boolean =>
  revokedMs === null && (record.expires_ms === null || nowMs < record.expires_ms);

/** The policy by which a machine may do it now, the one signed first; null without one. @param kind of the artifact; null for a canary */
export function policyFor(policies: readonly Policy[], grant: PolicyGrant, kind: ArtifactKind | null, nowMs: number): Policy | null {
  const fitting = policies.filter(
    (one) =>
      isInForce(one, nowMs) &&
      one.record.grants.includes(grant) &&
      (kind === null || one.record.kinds === null || one.record.kinds.includes(kind)),
  );
  return fitting.toSorted((a, b) => a.signedMs - b.signedMs || (a.id < b.id ? -1 : 1))[0] ?? null;
}
