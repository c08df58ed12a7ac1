// The bindings of the trace path below the routes, as wrangler.toml declares them.
import type { Behaviour } from "./behaviour.ts";
import type { IncidentDesk } from "./incident-desk.ts";
import type { TraceAssembly } from "./trace-assembly.ts";

export interface Bindings {
  INDEX: D1Database;
  ARCHIVE: R2Bucket;
  INGEST_QUEUE: Queue;
  CLOSED_QUEUE: Queue;
  BEHAVIOUR_QUEUE: Queue;
  NOTICE_QUEUE: Queue;
  TRACE_ASSEMBLY: DurableObjectNamespace<TraceAssembly>;
  BEHAVIOUR: DurableObjectNamespace<Behaviour>;
  INCIDENT_DESK: DurableObjectNamespace<IncidentDesk>;
  /** Secret: base64 of 32 bytes; encrypts bodies that wait in the inbox. Never in R2. */
  BENTO_INBOX_KEY: string;
  /** "1" on the embedded engine: webhooks may go to loopback addresses. */
  BENTO_EMBEDDED?: string;
}
