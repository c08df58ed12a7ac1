// Which quoted strings of an error are values: those of JSON fields and lists, and those that no name looks like.
// A quoted name ('order', "utf-8") stays, since it often says what is wrong; so does a quoted message, which is the error itself.
import { wildcard } from "./mask.ts";

/** Fields whose value is text about the failure, not a value of the case. */
const tellingField =
  /^(?:errors?|err|message|msg|details?|reason|description|title|type|kind|code|status|state|cause|exception|error_?(?:message|type|code|description))$/i;
/** What comes right before a quoted message: "Error: ", "Exception(", "error=". */
const tellingPrefix = /(?:error|exception|failed|failure|message|msg|reason|warning|cause|detail)s?[:=(]? ?$/i;
/** A name: letters, with parts joined by one of . _ - */
const name = /^[\p{L}_$][\p{L}_$.-]{0,39}$/u;
const wordish = /[\p{L}\p{N}\p{M}_]/u;
/** Characters before a quote that may make it a telling one. */
const prefixLength = 12;

/** `text` (one line) with the values among its quoted strings masked. Every quote is looked at once. */
export function maskedQuotes(text: string): string {
  const closings = new Map<string, number>();
  let out = "";
  let isList = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    if (char === "[" || char === "]") isList = char === "[";
    const end = isQuote(char) && opens(text, i) ? closingOf(text, i, closings) : -1;
    if (end === -1) {
      out += char;
      continue;
    }
    const content = text.slice(i + 1, end);
    const role = roleOf(text, i, end, isList);
    if (role === "telling") {
      out += char;
      continue;
    }
    out += role === "value" || !name.test(content) || content.includes("<*>") ? wildcard : text.slice(i, end + 1);
    i = end;
  }
  return out;
}

function isQuote(char: string): boolean {
  return char === '"' || char === "'" || char === "`";
}

function opens(text: string, at: number): boolean {
  return at === 0 || !(wordish.test(text[at - 1] ?? "") || text.startsWith(wildcard, at - wildcard.length) || text[at - 1] === "\\");
}

/** Where the string that opens at `at` ends; −1 where it does not. Remembers per kind of quote where there is none any more. */
function closingOf(text: string, at: number, none: Map<string, number>): number {
  const quote = text[at] ?? "";
  if ((none.get(quote) ?? Infinity) <= at) return -1;
  for (let end = text.indexOf(quote, at + 1); end !== -1; end = text.indexOf(quote, end + 1)) {
    const isInner = text[end - 1] === "\\" || wordish.test(text[end + 1] ?? "") || text.startsWith(wildcard, end + 1);
    if (!isInner) return end;
  }
  none.set(quote, at);
  return -1;
}

/** A field's name, a field's or list's value, text that tells of the failure, or some quoted string. */
function roleOf(text: string, from: number, end: number, isList: boolean): "key" | "value" | "telling" | "other" {
  const before = text.slice(0, from).trimEnd();
  const isInObject = before.endsWith("{") || before.endsWith(",");
  if (
    isInObject &&
    text
      .slice(end + 1, end + 3)
      .trimStart()
      .startsWith(":")
  )
    return "key";
  const key = /["']([\p{L}\p{N}_-]{1,40})["'] ?: ?$/u.exec(text.slice(Math.max(0, from - 48), from));
  if (key !== null) return tellingField.test(key[1] ?? "") ? "telling" : "value";
  if (tellingPrefix.test(text.slice(Math.max(0, from - prefixLength), from)) || (from === 0 && end === text.length - 1)) return "telling";
  return isList && (before.endsWith("[") || before.endsWith(",")) ? "value" : "other";
}
