// Cuts texts and nesting of any JSON value to what can be stored, searched and served, and says whether anything was cut.
// A cut is always visible in the text itself, never falls inside a character, and cutting again changes nothing.
import { rebuildJson } from "./rebuild-json.ts";

/** Limits on one value. */
export interface TruncateLimits {
  /** UTF-16 units kept of any one text, its mark included. */
  maxTextChars: number;
  /** Levels of nesting kept. */
  maxDepth: number;
}

/** 256 Ki characters hold every tool result that a person reads; eight such texts still fit a message of a run segment's batch. */
export const maxTextChars = 262_144;

/** Deeper nesting carries no meaning in agent data, and 64 levels are safe for every recursive reader after this one. */
export const maxDepth = 64;

export const storedLimits: TruncateLimits = { maxTextChars, maxDepth };

export interface Truncated<T> {
  value: T;
  truncated: boolean;
}

/** `value` as JSON within `limits`: clean text, cut where too long or too deep. Never throws. */
export function truncateJson(value: unknown, limits: TruncateLimits = storedLimits): Truncated<unknown> {
  let truncated = false;
  const text = (from: string): string => {
    const cut = truncateText(from, limits.maxTextChars);
    truncated ||= cut.truncated;
    return cut.value;
  };
  const tooDeep = (): string => {
    truncated = true;
    return `…[truncated below ${limits.maxDepth} levels]`;
  };
  const rebuilt = rebuildJson(value, { text, key: text, maxDepth: limits.maxDepth, tooDeep });
  return { value: rebuilt, truncated };
}

/** `text` cleaned and cut to at most `limit` UTF-16 units; the mark says how many were cut. */
export function truncateText(text: string, limit: number = maxTextChars): Truncated<string> {
  if (text.length <= limit) return { value: cleanText(text), truncated: false };
  // The mark's own length depends on the number in it, which depends on the mark's length: one round settles the digits.
  const longestMark = markOf(text.length).length;
  let kept = Math.max(0, limit - longestMark);
  if (kept > 0 && isHighSurrogate(text.charCodeAt(kept - 1)) && isLowSurrogate(text.charCodeAt(kept))) kept -= 1;
  return { value: cleanText(text.slice(0, kept)) + markOf(text.length - kept), truncated: true };
}

const markOf = (characters: number): string => `…[truncated ${characters} characters]`;

/**
 * Text that every store and reader survives: lone surrogates and NUL become U+FFFD. SQLite ends a text at a NUL in some of its
 * functions, so that words behind it could not be found again.
 */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes("\u0000") ? wellFormed.replaceAll("\u0000", "\ufffd") : wellFormed;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
