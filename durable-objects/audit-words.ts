// How the audit log names who did something and what it was done to, without a word of a trace.
import { recordHash } from "../domain/audit/chain.ts";
import type { AuditActor } from "../domain/audit/entry.ts";

/** As records name who did something. */
export function nameOf({ owner, key_id }: AuditActor): string {
  return owner ?? key_id ?? "bento";
}

/** The name of a dimension may hold a value of the traffic (`tool.x.arg.y`, `cohort.z`). */
export function dimensionHash(dimension: string | null): string | null {
  return dimension === null ? null : recordHash(dimension);
}
