// Redacts one text: credentials always, personal data where the rules say so. What is found becomes `[redacted:kind]`; the marks
// themselves are never touched again, so that redacting twice equals redacting once.
import type { CustomPattern } from "./redact-custom.ts";
import {
  assignmentHint,
  cardPattern,
  credentialHint,
  credentialPatterns,
  emailPattern,
  isBareSecret,
  isLuhnValid,
  isSecretValue,
  phonePattern,
  redactionMark,
  type RedactionPattern,
  secretAssignment,
} from "./redact-patterns.ts";

/** What is redacted besides credentials. */
export interface TextRules {
  email: boolean;
  card: boolean;
  phone: boolean;
  custom: readonly CustomPattern[];
}

export interface Redacted<T> {
  value: T;
  /** Places that were replaced. */
  count: number;
}

/** Replacing one finding can uncover another beside it (a key glued to an address); numbers glued to each other come off one a look. */
const maxPasses = 12;

export const markOf = (kind: string): string => `[redacted:${kind}]`;

/** `text` with its findings replaced. `isProtected` texts (ids, times) lose credentials only. */
export function redactText(text: string, rules: TextRules, isProtected = false): Redacted<string> {
  let value = text;
  let count = 0;
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const once = redactOnce(value, rules, isProtected);
    if (once.count === 0) break;
    value = once.value;
    count += once.count;
  }
  return { value, count };
}

function redactOnce(text: string, rules: TextRules, isProtected: boolean): Redacted<string> {
  let value = text;
  let count = 0;
  const apply = (step: Redacted<string>): void => {
    value = step.value;
    count += step.count;
  };
  if (credentialHint.test(value)) apply(replaceAll(value, credentials));
  if (assignmentHint.test(value)) apply(replaceAssignments(value));
  if (isProtected) return { value, count };
  if (rules.email && value.includes("@")) apply(replaceAll(value, emails));
  if (rules.card && hasDigits.test(value)) apply(replaceAll(value, cards));
  if (rules.phone && hasDigits.test(value)) apply(replaceAll(value, phones));
  for (const pattern of rules.custom) apply(pattern.redact(value));
  return { value, count };
}

/** Fewer than seven digits with at most three other characters between them make neither a card nor a phone number. */
const hasDigits = /\d(?:\D{0,3}\d){6}/;

interface Compiled {
  regex: RegExp;
  patterns: readonly RedactionPattern[];
}

/** One alternation with one group a pattern: a single pass finds the leftmost of them all. */
function compile(patterns: readonly RedactionPattern[]): Compiled {
  return { regex: new RegExp(`${redactionMark}|${patterns.map(({ source }) => `(${source})`).join("|")}`, "g"), patterns };
}

const credentials = compile(credentialPatterns);
const emails = compile([emailPattern]);
const cards = compile([cardPattern]);
const phones = compile([phonePattern]);

function replaceAll(text: string, { regex, patterns }: Compiled): Redacted<string> {
  let count = 0;
  const value = text.replace(regex, (match: string, ...groups: unknown[]) => {
    const pattern = patterns.find((_, index) => groups[index] !== undefined);
    if (pattern === undefined || (pattern === cardPattern && !isLuhnValid(match))) return match;
    count += 1;
    return (pattern.lead?.exec(match)?.[0] ?? "") + markOf(pattern.kind);
  });
  return { value, count };
}

/** `name = value` in text; the name, the separator and the quotes stay. */
function replaceAssignments(text: string): Redacted<string> {
  let count = 0;
  let value = "";
  let from = 0;
  for (const match of text.matchAll(secretAssignment)) {
    const [, , quoted, bare] = match;
    const span = match.indices?.[quoted === undefined ? 3 : 2];
    if (span === undefined) continue;
    const [start, end] = span;
    const isSecret =
      quoted === undefined
        ? isBareSecret(bare ?? "", text[start - 1] === "=" && text[end] !== "(")
        : isSecretValue(quoted) && !isMark.test(quoted);
    if (!isSecret) continue;
    count += 1;
    value += text.slice(from, start) + markOf("secret");
    from = end;
  }
  return { value: value + text.slice(from), count };
}

const isMark = new RegExp(`^${redactionMark}$`);
