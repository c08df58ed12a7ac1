// How far a deletion reaches into what comes after it. A run that was sent again later is a new run; a part of a deleted trace that
// comes late is not, because without the deleted parts it would be read as a run of the rest.

/**
 * How long a deleted trace stays known, in milliseconds: 31 days. No process sends spans of one trace for longer, and no body or queue
 * message waits for longer.
 */
export const erasedTraceMs = 31 * 24 * 60 * 60_000;

/** @param receivedMs when the newest of the run was received; @param erasedMs up to when the deletion takes what was received */
export function isErased({ isTrace, receivedMs }: { isTrace: boolean; receivedMs: number }, erasedMs: number): boolean {
  return receivedMs <= (isTrace ? erasedMs + erasedTraceMs : erasedMs);
}
