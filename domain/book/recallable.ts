// What can be recalled for an input: entries of the Book that hold, and the artifacts in use; each with the words by which it is found and
// the text that is handed back.
import { refOf } from "../artifact/artifact.ts";
import type { Bundleable } from "../artifact/bundle.ts";
import { chapters, type ListedEntry } from "./entry.ts";

export interface Recallable {
  /** Id of the entry, or `slug@version`. */
  id: string;
  kind: "book" | Bundleable["kind"];
  title: string;
  /** What is handed back. */
  text: string;
}

/** Characters of one text: a model reads several of them beside its own prompt. */
const longestText = 6_000;

export function recallableEntry(entry: ListedEntry): Recallable {
  const sentences = chapters.flatMap((chapter) => entry[chapter].map(({ text }) => text));
  return { id: entry.id, kind: "book", title: entry.title, text: cut(sentences.join("\n")) };
}

export function recallableArtifact({ slug, version, kind, name, content, applicability }: Bundleable): Recallable {
  const when = applicability.when === null ? [] : [applicability.when];
  return { id: refOf(slug, version), kind, title: name, text: cut([...when, ...textsIn(content)].join("\n")) };
}

/** Every text of an input, in its order: an input may be any JSON. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number" || typeof value === "boolean") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((inner: unknown) => textsIn(inner));
}

const cut = (text: string): string => (text.length <= longestText ? text : `${text.slice(0, longestText - 1).replace(/\p{Cs}$/u, "")}…`);
