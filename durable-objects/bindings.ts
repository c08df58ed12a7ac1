// The bindings of the trace path below the routes, as wrangler.toml declares them.
import type { AuditLog } from "./audit-log.ts";
import type { Behaviour } from "./behaviour.ts";
import type { IncidentDesk } from "./incident-desk.ts";
import type { TraceAssembly } from "./trace-assembly.ts";

/**
 * The methods of an object as a caller sees them. Stated here rather than derived by the platform's own types, which turn
 * records that hold `unknown` (trace text may be any JSON) into `never`.
 */
export type Remote<T> = {
  [K in keyof T as T[K] extends (...given: never[]) => Promise<unknown> ? K : never]: T[K];
};

export interface ObjectNamespace<T> {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): Remote<T>;
}

export interface Bindings {
  INDEX: D1Database;
  ARCHIVE: R2Bucket;
  INGEST_QUEUE: Queue;
  CLOSED_QUEUE: Queue;
  BEHAVIOUR_QUEUE: Queue;
  NOTICE_QUEUE: Queue;
  AUDIT_QUEUE: Queue;
  UPKEEP_QUEUE: Queue;
  READ_QUEUE: Queue;
  BACKFILL_QUEUE: Queue;
  EVALUATION_QUEUE: Queue;
  REPLAY_QUEUE: Queue;
  TRACE_ASSEMBLY: ObjectNamespace<TraceAssembly>;
  BEHAVIOUR: ObjectNamespace<Behaviour>;
  INCIDENT_DESK: ObjectNamespace<IncidentDesk>;
  AUDIT_LOG: ObjectNamespace<AuditLog>;
  /** Secret: base64 of 32 bytes; encrypts bodies that wait in the inbox. Never in R2. */
  BENTO_INBOX_KEY: string;
  /** "1" on the embedded engine: webhooks may go to loopback addresses. */
  BENTO_EMBEDDED?: string;
}
