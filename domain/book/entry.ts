// An entry of the Book: one validated learning in plain language. Entries are never changed; one that came later of the same subject replaces
// an earlier one. Its id is made of the evidence, so that the same evidence, looked at twice, is one entry.
import { timedId } from "../drift/stable-id.ts";

export const entryKinds = ["artifact", "promise", "experiment", "gate", "incident"] as const;
export type EntryKind = (typeof entryKinds)[number];

/** What became of what was believed. */
export const conclusions = ["confirmed", "refuted", "no_difference", "explained", "signed", "withdrawn"] as const;
export type Conclusion = (typeof conclusions)[number];

export interface Sentence {
  text: string;
  /** Ids of the evidence behind it. */
  refs: string[];
}

export const chapters = ["believed", "tested", "found", "shipped", "replaced"] as const;
export type Chapter = (typeof chapters)[number];

/** What is claimed in numbers, so that it can be tested again; null for a learning without one. */
export interface Claim {
  metric: string;
  /** Which way is better. */
  goal: "increase" | "decrease";
  difference: number;
  low: number;
  high: number;
  n: number;
  /** Artifacts, `slug@version`, and the model that the claim was tested with; null where that is not known. */
  artifacts: string[];
  model: string | null;
}

export interface BookEntry extends Record<Chapter, Sentence[]> {
  id: string;
  agent: string;
  /** When it was learned. */
  at: string;
  kind: EntryKind;
  /** Names the subject among the agent's: entries of one subject replace each other. */
  slug: string;
  title: string;
  conclusion: Conclusion;
  claim: Claim | null;
  /** Ids of all evidence: incidents, drifts, changes, signals, experiments, gates, artifacts, runs. */
  evidence: string[];
}

/** As it is listed. */
export type ListedEntry = BookEntry & { superseded_by: string | null };

export type NewEntry = Omit<BookEntry, "id" | "evidence" | Chapter> & Partial<Record<Chapter, Sentence[]>>;

/** @param proof what tells this learning from another one of its subject: the ids and the state that it rests on */
export function entryOf(given: NewEntry, proof: readonly string[], alsoEvidence: readonly string[] = []): BookEntry {
  const { believed = [], tested = [], found = [], shipped = [], replaced = [] } = given;
  const refs = [believed, tested, found, shipped, replaced].flat().flatMap((sentence) => sentence.refs);
  return {
    id: timedId("bok_", Date.parse(given.at), [given.agent, given.kind, given.slug, ...proof]),
    ...given,
    believed,
    tested,
    found,
    shipped,
    replaced,
    evidence: [...new Set([...refs, ...alsoEvidence])],
  };
}

/** A sentence that says where it is known from. Without any evidence there is no sentence. */
export function say(text: string, ...refs: readonly (string | null | undefined)[]): Sentence[] {
  const known = [...new Set(refs.flatMap((ref) => (ref === null || ref === undefined || ref === "" ? [] : [ref])))];
  return known.length === 0 || text === "" ? [] : [{ text, refs: known }];
}
