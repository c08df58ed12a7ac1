// What stays the same when one failure happens again: its text, word by word, with `<*>` for whatever names a case rather than a kind.
// Ids, numbers, times, addresses, paths and quoted values go; words, HTTP statuses and exit codes stay. It never judges which words matter.
import { type CodeContext, masked, wildcard } from "./mask.ts";
import { maskedQuotes } from "./mask-quotes.ts";
import { withoutFrames } from "./mask-frames.ts";
import { tellingLines } from "./telling-lines.ts";

/** UTF-16 units that are looked at: an error that is longer repeats itself or quotes something. */
const longestText = 4000;
/** Words of a template; what comes later is detail. */
const mostTokens = 300;
/** What is masked may change what a quote beside it means, so masking is repeated until it changes nothing: twice for all but odd texts. */
const mostPasses = 8;
/** A calendar word beside a masked number is part of a date. */
const calendarWord =
  /^(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)[.,]?$/;
const dayWord = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,?$/;
/** After a masked number: the rest of a time of day. */
const timeSuffix = /^(?:AM|PM|am|pm|UTC|GMT|CES?T|[ECMP][SD]T)([.,;:)\]]*)$/;

/**
 * The words of `text` with `<*>` for what varies; masking the joined result again changes nothing. Any text does: control and direction
 * characters are taken out, work is linear in the length, and at most 300 words of at most 4,000 characters come back.
 */
export function templateTokens(text: string): string[] {
  let tokens = maskedOnce(withoutFrames(normalised(tellingLines(text))));
  for (let pass = 1; pass < mostPasses; pass++) {
    const before = tokens;
    tokens = maskedOnce(before.join(" "));
    if (tokens.length === before.length && tokens.every((token, i) => token === before[i])) break;
  }
  return tokens;
}

/** @param text one line */
function maskedOnce(text: string): string[] {
  const context: CodeContext = { previous: "", beforePrevious: "" };
  const words = maskedQuotes(text)
    .split(" ")
    .filter((word) => word !== "");
  const tokens = words.map((word, i) => masked(word, words[i + 1] ?? "", context));
  return bounded(withoutRuns(withoutDates(tokens)));
}

/** One spelling of each character, without those that steer a terminal or a reader's eye; cut before and after, since NFKC may lengthen. */
function normalised(text: string): string {
  return cut(cut(text).toWellFormed().normalize("NFKC"))
    .replace(/\u001b\[[0-9;]{0,20}[A-Za-z]/g, "")
    .replace(/[^\P{Cc}\n\t\r]|[\p{Cf}\u0338\ufffd]/gu, "");
}

function cut(text: string): string {
  return text.length <= longestText ? text : text.slice(0, longestText).replace(/\p{Cs}$/u, "");
}

/** "Thu Jul <*>" and "<*> Jul <*>, <*> UTC" are dates. */
function withoutDates(tokens: string[]): string[] {
  const out = [...tokens];
  for (let i = out.length - 2; i >= 0; i--) {
    const word = out[i] ?? "";
    if ((calendarWord.test(word) || dayWord.test(word)) && isWild(out[i + 1])) out[i] = wildcard;
  }
  for (let i = 1; i < out.length; i++) {
    if (!isWild(out[i - 1])) continue;
    const suffix = timeSuffix.exec(out[i] ?? "");
    if (suffix !== null) out[i] = `${wildcard}${suffix[1] ?? ""}`;
    else if (calendarWord.test(out[i] ?? "")) out[i] = wildcard;
  }
  return out;
}

function isWild(token: string | undefined): boolean {
  return token !== undefined && (token === wildcard || token === `${wildcard},`);
}

/** A list of values is one value, however long it is: "[<*>, <*>, <*>]" → "[<*>]". */
function withoutRuns(tokens: readonly string[]): string[] {
  const out: string[] = [];
  for (const token of tokens) {
    const last = out.at(-1);
    const ending = last === undefined ? null : /<\*>,?$/.exec(last);
    if (last !== undefined && ending !== null && /^<\*>[,.;)\]}]*$/.test(token)) out[out.length - 1] = last.slice(0, ending.index) + token;
    else out.push(token);
  }
  return out;
}

/** Whole words within both bounds, so that a second masking cuts at the same place. */
function bounded(tokens: readonly string[]): string[] {
  let length = -1;
  const end = tokens.findIndex((token) => (length += token.length + 1) > longestText);
  return tokens.slice(0, Math.min(mostTokens, end === -1 ? tokens.length : end));
}
