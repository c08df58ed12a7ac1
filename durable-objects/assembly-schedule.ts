// When a trace is taken to be over, as pure arithmetic: its root has ended and it was quiet for a moment, or it said nothing
// for longer without a root. Nothing here reads a clock.

/** Exporters flush every five seconds: children of an ended root come within it. */
const quietMs = 8_000;
/** A process that died sends no root; waiting longer than this helps nobody. */
const silenceMs = 5 * 60_000;
/** A closed pointer that nobody confirmed for this long was lost, and is sent again. */
const confirmMs = 60_000;
/** How long the parts of a closed trace stay at hand for late ones; after that they are read back from the segment. */
export const keptMs = 7 * 24 * 60 * 60_000;

export interface OpenTrace {
  isRootEnded: boolean;
  lastPartMs: number;
  /** When it was last announced as closed; null while it was not. */
  announcedMs: number | null;
}

/** Epoch milliseconds at which this trace must be announced (again). */
export function dueAtMs(trace: OpenTrace): number {
  const overMs = trace.lastPartMs + (trace.isRootEnded ? quietMs : silenceMs);
  return trace.announcedMs === null ? overMs : Math.max(overMs, trace.announcedMs + confirmMs);
}

/**
 * null when nothing is open, kept or remembered.
 * @param keptSinceMs when the oldest trace was closed whose parts are still at hand
 * @param erasedUntilMs when the first deleted trace may be forgotten
 */
export function nextAlarmMs(open: readonly OpenTrace[], keptSinceMs: number | null, erasedUntilMs: number | null): number | null {
  const others = [keptSinceMs === null ? null : keptSinceMs + keptMs + 1, erasedUntilMs];
  const times = [...open.map(dueAtMs), ...others.filter((atMs) => atMs !== null)];
  return times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b));
}
