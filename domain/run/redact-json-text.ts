// Redacts inside JSON that came as text. Only string literals that change are written anew, in place: the text stays valid JSON,
// and numbers of any length, spaces and the order of keys stay exactly as they were sent.
import type { Redacted } from "./redact-text.ts";

/** Redacts one decoded string, given the key that it stands under (null for a key itself). */
export type RedactString = (text: string, name: string | null) => Redacted<string>;

/** Longer texts are read as plain text: parsing them would hold several copies of a whole request in memory. */
const maxParsedChars = 4_000_000;

/** True for text that is a JSON object or array. */
export function isJsonText(text: string): boolean {
  if (text.length > maxParsedChars || !/^\s{0,64}[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** `text` (valid JSON) with every string in it redacted. */
export function redactJsonText(text: string, redactString: RedactString): Redacted<string> {
  /** The name that each open container stands under; the items of a list stand under the list's. */
  const names: (string | null)[] = [];
  let name: string | null = null;
  let count = 0;
  let value = "";
  let written = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === "{" || sign === "[") names.push(name);
    else if (sign === "}" || sign === "]") name = names.pop() ?? null;
    else if (sign === '"') {
      const end = endOfString(text, at);
      const decoded = decodeString(text.slice(at, end));
      const isKey = isFollowedByColon(text, end);
      const redacted = redactString(decoded, isKey ? null : name);
      if (isKey) name = decoded;
      if (redacted.count > 0) {
        count += redacted.count;
        value += text.slice(written, at) + JSON.stringify(redacted.value);
        written = end;
      }
      at = end - 1;
    }
  }
  return { value: value + text.slice(written), count };
}

/** The index behind the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let from = start + 1; ;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return text.length;
    let firstBackslash = quote;
    while (firstBackslash > from && text[firstBackslash - 1] === "\\") firstBackslash -= 1;
    if ((quote - firstBackslash) % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

function decodeString(literal: string): string {
  if (!literal.includes("\\")) return literal.slice(1, -1);
  const decoded: unknown = JSON.parse(literal);
  return typeof decoded === "string" ? decoded : "";
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\t" || text[at] === "\r") at += 1;
  return text[at] === ":";
}
