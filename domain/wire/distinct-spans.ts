// Of several deliveries of one span, the one to believe. Retries are equal and fall together; a client that sends a span when it
// starts and again when it ends, or twice with more in it, means the fuller one.
import { compareNs } from "./nanoseconds.ts";
import type { SpanRecord } from "./record.ts";

/** One record for each span id, whatever the order given. */
export function distinctSpans(spans: readonly SpanRecord[]): SpanRecord[] {
  const best = new Map<string, SpanRecord>();
  for (const span of spans) {
    const known = best.get(span.spanId);
    if (known === undefined || isFuller(span, known)) best.set(span.spanId, span);
  }
  return [...best.values()];
}

function isFuller(a: SpanRecord, b: SpanRecord): boolean {
  if ((a.endNs === null) !== (b.endNs === null)) return a.endNs !== null;
  if (a.endNs !== b.endNs) return compareNs(a.endNs, b.endNs) > 0;
  const fields = Object.keys(a.attributes).length + a.events.length - Object.keys(b.attributes).length - b.events.length;
  return fields !== 0 ? fields > 0 : a.key > b.key;
}
