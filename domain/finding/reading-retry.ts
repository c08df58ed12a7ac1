// What to do after a call to the model that failed: wait and call again, come back later, or give up. Bounded twice: calls within one
// delivery, so that it ends, and calls for one reading, so that an outage costs no more than it must. A fault of the request is final.

export interface CallFailure {
  /** HTTP status; null where none came (no connection) or it had been 200 when the failure arrived. */
  status: number | null;
  /** The API's own word, `overloaded_error`; null without one. */
  type: string | null;
  /** What the answer asked to wait; null where it did not say. */
  retryAfterMs: number | null;
}

export type NextTry = { do: "again"; waitMs: number } | { do: "later"; waitMs: number } | { do: "give_up" };

export interface CallLimits {
  /** Calls in one delivery. */
  atOnce: number;
  /** Calls for one thing that is asked. */
  ever: number;
}

/** In one delivery. */
export const mostCallsAtOnce = 4;
/** For one reading. */
export const mostCalls = 12;
const ofReading: CallLimits = { atOnce: mostCallsAtOnce, ever: mostCalls };

const firstWaitMs = 1_000;
const longestWaitMs = 8_000;
/** A longer wait is not spent holding the message. */
const longestWaitInPlaceMs = 20_000;
/** Between deliveries; doubled with each. */
const firstPauseMs = 5_000;
/** What an answer asks for is honoured up to here: a bad header must not park a reading for a week. */
const longestPauseMs = 30 * 60_000;
/** The part of a wait that chance decides, so that many do not call at once. */
const jitterShare = 0.5;

const passingTypes: ReadonlySet<string> = new Set(["overloaded_error", "rate_limit_error", "api_error", "timeout_error"]);
/** Besides these, everything from 500 on. */
const passingStatuses: ReadonlySet<number> = new Set([408, 409, 429]);

/** Whether the same call may go well a little later. */
export function isPassing({ status, type }: CallFailure): boolean {
  if (status === null) return type === null || passingTypes.has(type);
  return status >= 500 || passingStatuses.has(status);
}

/**
 * @param callsNow made in this delivery, the failed one included
 * @param callsEver made for this reading, the same
 * @param jitter in [0, 1), from chance
 */
export function nextTry(
  failure: CallFailure,
  callsNow: number,
  callsEver: number,
  jitter: number,
  limits: CallLimits = ofReading,
): NextTry {
  if (!isPassing(failure) || callsEver >= limits.ever) return { do: "give_up" };
  const asked = Math.min(failure.retryAfterMs ?? 0, longestPauseMs);
  const grown = Math.min(longestWaitMs, firstWaitMs * 2 ** (callsNow - 1));
  // Never less than what was asked for.
  const waitMs = Math.round(Math.max(asked, grown * (1 - jitterShare)) + grown * jitterShare * jitter);
  if (callsNow < limits.atOnce && waitMs <= longestWaitInPlaceMs) return { do: "again", waitMs };
  const pause = firstPauseMs * 2 ** Math.floor(callsEver / limits.atOnce - 1);
  return { do: "later", waitMs: Math.round(Math.min(longestPauseMs, Math.max(asked, pause))) };
}

/** What became of the call, in words that hold nothing of the answer. */
export function failureSentence({ status, type }: CallFailure): string {
  const word = type !== null && /^[a-z_]{3,40}$/.test(type) ? type : null;
  if (status === null) return word === null ? "Claude could not be reached" : `Claude broke off (${word})`;
  return `Claude answered ${status}${word === null ? "" : ` (${word})`}`;
}

/** `retry-after` as seconds or as a date. @returns null where it says neither */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null || header.trim() === "") return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}
