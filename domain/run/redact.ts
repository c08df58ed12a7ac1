// Takes credentials and personal data out of JSON values before anything readable is kept. Works on decoded texts: object values,
// keys, JSON inside texts. Numbers are never touched, ids and times lose nothing but credentials, and user, session and record
// ids lose nothing at all, unless the project has user ids hashed.
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { isRecord, rebuildJson } from "./rebuild-json.ts";
import { type CustomPattern, readCustomPattern } from "./redact-custom.ts";
import { isJsonText, redactJsonText } from "./redact-json-text.ts";
import { isSecretValue, looksRandom, redactionMark, secrecyOfKey } from "./redact-patterns.ts";
import { markOf, type Redacted, redactText, type TextRules } from "./redact-text.ts";

export type { Redacted } from "./redact-text.ts";

export interface RedactionRules extends TextRules {
  /** The salt of the user-id hash; null keeps user ids as they are. */
  userIdSalt: string | null;
}

/** A project's choices as its settings hold them. */
export interface RedactionChoice {
  email: boolean;
  card: boolean;
  phone: boolean;
  hash_user_ids: boolean;
  patterns: readonly { name: string; pattern: string }[];
}

/** What every project gets. */
export const credentialsOnly: RedactionRules = { email: false, card: false, phone: false, custom: [], userIdSalt: null };

/** Levels of nesting kept: more than any limit upstream keeps, few enough for JSON.stringify and every recursive reader. */
const maxDepth = 256;
/** JSON inside JSON inside JSON; each level is one more layer of escaping, so real data has two. */
const maxJsonLayers = 4;

/**
 * A project's choices, compiled. `userIdSalt` is a secret of the project: with it no list of likely ids can be tried. A pattern that
 * cannot be compiled is left out; the settings' door refuses it with the reason (`customPatternProblem`).
 */
export function redactionRulesOf(choice: RedactionChoice, userIdSalt: string): RedactionRules {
  const custom: CustomPattern[] = [];
  for (const { name, pattern } of choice.patterns) {
    const reading = readCustomPattern(name, pattern);
    if (reading.kind === "pattern") custom.push(reading.pattern);
  }
  const { email, card, phone } = choice;
  return { email, card, phone, custom, userIdSalt: choice.hash_user_ids ? userIdSalt : null };
}

/** Why a project's pattern is refused, and what to change; null when it is fine. */
export function customPatternProblem(name: string, pattern: string): string | null {
  const reading = readCustomPattern(name, pattern);
  return reading.kind === "refused" ? reading.message : null;
}

/** `value` (any JSON) without what `rules` take out, and how many places were replaced. Never throws; nesting may be deep. */
export function redact(value: unknown, rules: RedactionRules): Redacted<unknown> {
  if (isClean(value, null, rules, 1)) return { value, count: 0 };
  let count = 0;
  const keys = new Map<string, string>();
  const keyRules = keyRulesOf(rules);
  const text = (from: string, name: string | null): string => {
    const redacted = redactNamed(from, name, rules, 0);
    count += redacted.count;
    return redacted.value;
  };
  const key = (from: string): string => {
    const known = keys.get(from);
    if (known !== undefined) return known;
    const redacted = redactText(from, keyRules);
    count += redacted.count;
    if (keys.size < 1000) keys.set(from, redacted.value);
    return redacted.value;
  };
  const rebuilt = rebuildJson(value, { text, key, maxDepth, tooDeep: () => `…[truncated below ${maxDepth} levels]`, nameOf: otlpNameOf });
  return { value: rebuilt, count };
}

/** Whether rebuilding would change nothing, which is so for nearly every value: looking costs a fraction of copying. */
function isClean(value: unknown, name: string | null, rules: RedactionRules, depth: number): boolean {
  if (typeof value === "string") return redactNamed(value, name, rules, 0).count === 0;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "boolean" || value === null) return true;
  if (depth > maxDepth) return false;
  if (Array.isArray(value)) return value.every((item: unknown) => isClean(item, name, rules, depth + 1));
  if (!isRecord(value)) return false;
  for (const key of Object.keys(value)) {
    if (!isCleanKey(key, rules) || !isClean(value[key], otlpNameOf(value, key, name), rules, depth + 1)) return false;
  }
  return true;
}

/** Keys that the rules leave as they are: the same few come in every step of every run. */
const cleanKeys = new WeakMap<RedactionRules, Set<string>>();
const keysRemembered = 5000;

function isCleanKey(key: string, rules: RedactionRules): boolean {
  const known = cleanKeys.get(rules) ?? new Set();
  if (known.has(key)) return true;
  const isUnchanged = redactText(key, keyRulesOf(rules)).count === 0;
  if (isUnchanged && known.size < keysRemembered) cleanKeys.set(rules, known.add(key));
  return isUnchanged;
}

/** A project's own pattern may be any word; it must not rename the fields of a record. */
const keyRulesOf = (rules: RedactionRules): TextRules => ({ ...rules, custom: [] });

/** The same id always gives the same hash within a project, and none can be led back. Hashing a hash changes nothing. */
export function hashUserId(userId: string, salt: string): string {
  if (/^usr_[0-9a-f]{24}$/.test(userId)) return userId;
  return `usr_${bytesToHex(hmac(sha256, utf8ToBytes(salt), utf8ToBytes(userId))).slice(0, 24)}`;
}

function redactNamed(text: string, name: string | null, rules: RedactionRules, layer: number): Redacted<string> {
  const kept: Redacted<string> = { value: text, count: 0 };
  if (text.length < 4 || isMark(text)) return name !== null && text !== "" ? redactBySecrecy(text, name, kept) : kept;
  const kind = name === null ? "text" : kindOfName(name);
  if (kind === "user" && rules.userIdSalt !== null) {
    const value = hashUserId(text, rules.userIdSalt);
    return { value, count: value === text ? 0 : 1 };
  }
  if (kind === "identity" || kind === "user" || kind === "number") return kept;
  const bySecrecy = name === null ? kept : redactBySecrecy(text, name, kept);
  if (bySecrecy.count > 0) return bySecrecy;
  if (layer < maxJsonLayers && isJsonText(text)) return redactJsonText(text, (inner, key) => redactNamed(inner, key, rules, layer + 1));
  return redactText(text, rules, kind === "id");
}

function redactBySecrecy(text: string, name: string, kept: Redacted<string>): Redacted<string> {
  if (isMark(text)) return kept;
  const secrecy = secrecyOfName(name);
  const isSecret = (secrecy === "secret" && isSecretValue(text)) || (secrecy === "token" && looksRandom(text));
  return isSecret ? { value: markOf("secret"), count: 1 } : kept;
}

const wholeMark = new RegExp(`^${redactionMark}$`);
const isMark = (text: string): boolean => text.startsWith("[") && wholeMark.test(text);

type NameKind = "text" | "user" | "identity" | "id" | "number";

/** Bounded memories: the same few keys come in every step of every run. */
const namesRemembered = 5000;
const kinds = new Map<string, NameKind>();
const secrecies = new Map<string, "secret" | "token" | "none">();

function kindOfName(name: string): NameKind {
  const known = kinds.get(name);
  if (known !== undefined) return known;
  const kind = judgeName(name);
  if (kinds.size < namesRemembered) kinds.set(name, kind);
  return kind;
}

function secrecyOfName(name: string): "secret" | "token" | "none" {
  const known = secrecies.get(name);
  if (known !== undefined) return known;
  const secrecy = secrecyOfKey(name);
  if (secrecies.size < namesRemembered) secrecies.set(name, secrecy);
  return secrecy;
}

function judgeName(name: string): NameKind {
  if (/^(?:int|double|bool)Value$/.test(name)) return "number";
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (/(?:^|end)userid$|metadatauserid$|contextuserid$|propertiesuserid$/.test(plain) || plain === "userid") return "user";
  if (/^(?:id|run|runid|sourceid|traceid|spanid|parentid|parentspanid|parentrunid|callid|toolcallid|observationid|parentobservationid|dottedorder|sessionid|threadid|conversationid|genaiconversationid|shadowof)$/.test(plain) || plain.endsWith("sessionid")) return "identity"; // prettier-ignore
  if (/unixnano$|^(?:start|end|time)ns$|timestamp$|(?:start|end|created|updated|started|ended)(?:at|time)$/.test(plain)) return "id";
  return /(?:[a-z0-9]I|[_.-][iI]|^[iI])[dD]s?$/.test(name) || plain.endsWith("uuid") ? "id" : "text";
}

/** OTLP writes `{"key": "user.id", "value": {"stringValue": "…"}}`: the text stands under "user.id", not under "stringValue". */
function otlpNameOf(parent: Readonly<Record<string, unknown>>, key: string, inherited: string | null): string | null {
  if (key === "value" && typeof parent["key"] === "string") return parent["key"];
  if (key === "stringValue" || key === "arrayValue" || key === "values") return inherited ?? key;
  return key;
}
