// A suite: a versioned set of cases. Its version rises with every change, and a case knows in which versions it is, so an old version can
// be evaluated as it was. Near-duplicates are dropped by their masked words, and a fifth of a growing suite is sealed by their hash.
import { canonicalJson, fingerprint } from "../run/fingerprint.ts";
import { templateTokens } from "../signal/template.ts";

/** Cases that are in a suite at once: its evaluation lists each of them. */
export const mostCases = 2_000;
/** Characters of JSON of an input, and of what is expected. */
export const longestInput = 100_000;
/** Entries of the growth log that are kept, the newest ones. */
export const mostGrowth = 100;
/** Share of words that two inputs have in common from which on they are one. */
const nearDuplicate = 0.9;
/** One case in so many is sealed. */
const holdoutEvery = 5;

export interface GrowthEntry {
  at: string;
  version: number;
  signal_id: string;
  /** Cases that came in, sealed ones among them. */
  added: number;
  sealed: number;
  /** Runs that were left out because their input is in already. */
  duplicates: number;
}

export interface SuiteSettings {
  /** Where cases come from by themselves; null: people add them. */
  grows_from: "signals" | null;
  /** Keep every fifth case apart. */
  holdout: boolean;
  growth: GrowthEntry[];
}

export const caseOrigins = ["person", "signal", "fix"] as const;
export type CaseOrigin = (typeof caseOrigins)[number];

export interface Suite {
  id: string;
  agent: string;
  name: string;
  version: number;
  settings: SuiteSettings;
  createdMs: number;
}

export interface SuiteCase {
  id: string;
  runId: string | null;
  input: unknown;
  /** null where only evaluators say. */
  expected: unknown;
  origin: CaseOrigin;
  signalId: string | null;
  isSealed: boolean;
  fingerprint: string;
  sinceVersion: number;
  untilVersion: number | null;
  createdMs: number;
}

/**
 * What an input is recognised by: a hash of its masked text, and hashes of its different words. Ids, numbers, times and quoted values
 * do not tell inputs apart.
 */
export function inputFingerprint(input: unknown): string {
  const tokens = templateTokens(typeof input === "string" ? input : canonicalJson(input));
  const words = [...new Set(tokens.map((token) => fingerprint(token.toLowerCase(), 5)))].toSorted();
  return [fingerprint(tokens.join(" ").toLowerCase(), 16), ...words].join(" ");
}

/** Whether two inputs are one case: the same masked text, or nine tenths of their words in common. */
export function isNearDuplicate(a: string, b: string): boolean {
  const [hash, ...words] = a.split(" ");
  const [otherHash, ...others] = b.split(" ");
  if (hash === otherHash) return true;
  const known = new Set(words);
  const shared = others.filter((word) => known.has(word)).length;
  const all = known.size + others.length - shared;
  return all > 0 && shared / all >= nearDuplicate;
}

/** Whether the case of that fingerprint is sealed, in a suite that keeps a holdout: the same answer whenever it comes. */
export function isHeldOut(print: string): boolean {
  return Number.parseInt(fingerprint(`holdout ${print.split(" ")[0] ?? ""}`, 8), 16) % holdoutEvery === 0;
}

/**
 * The case that `input` is already; null when it is new. Two different inputs that a person gives different expectations are two cases,
 * however alike they are.
 */
export function duplicateOf<Known extends Pick<SuiteCase, "fingerprint" | "input" | "expected">>(
  given: { input: unknown; expected: unknown; fingerprint: string },
  known: readonly Known[],
): Known | null {
  const told = (value: unknown) => canonicalJson(value);
  return (
    known.find((one) => {
      if (!isNearDuplicate(given.fingerprint, one.fingerprint)) return false;
      const isOther = told(given.input) !== told(one.input) && told(given.expected) !== told(one.expected);
      return !(isOther && given.expected !== null && one.expected !== null);
    }) ?? null
  );
}
