// An entry of the Book, read from the public API.
import { chapters, conclusions, entryKinds, type Chapter, type Conclusion, type EntryKind } from "../../../domain/book/entry.ts";
import { isRecord, list, record, text, texts, timeMs, word } from "../json.ts";

export interface SentenceView {
  text: string;
  refs: string[];
}

export interface EntryView {
  id: string;
  agent: string;
  atMs: number | null;
  kind: EntryKind | "unknown";
  title: string;
  conclusion: Conclusion | "unknown";
  chapters: { name: Chapter; sentences: SentenceView[] }[];
  supersededBy: string | null;
}

export function readEntry(value: unknown): EntryView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  return {
    id,
    agent: text(value["agent"]) ?? "",
    atMs: timeMs(value["at"]),
    kind: word(value["kind"], entryKinds, "unknown"),
    title: text(value["title"]) ?? "",
    conclusion: word(value["conclusion"], conclusions, "unknown"),
    chapters: chapters
      .map((name) => ({ name, sentences: list(value[name]).flatMap(readSentence) }))
      .filter(({ sentences }) => sentences.length > 0),
    supersededBy: text(value["superseded_by"]),
  };
}

function readSentence(value: unknown): SentenceView[] {
  const said = text(record(value)["text"]);
  return said === null ? [] : [{ text: said, refs: texts(record(value)["refs"]) }];
}
