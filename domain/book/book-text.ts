// The Book as one Markdown document: contents first, then each entry in its five chapters, every sentence with links to its evidence. Words
// that came from traces are escaped; ids become links to pages where there is one.
import { escapeMarkdown, markdownLink } from "../report/markdown.ts";
import { chapters, type Chapter, type ListedEntry, type Sentence } from "./entry.ts";

export const chapterNames: Readonly<Record<Chapter, string>> = {
  believed: "What was believed",
  tested: "What was tested",
  found: "What was found",
  shipped: "What shipped",
  replaced: "What it replaced",
};

export function bookMarkdown(agent: string, entries: readonly ListedEntry[]): string {
  const lines = [
    `# The Book of ${escapeMarkdown(agent)}`,
    "",
    entries.length === 0
      ? "Nothing has been learned yet."
      : `${entries.length} ${entries.length === 1 ? "learning" : "learnings"}, newest first.`,
    "",
    ...entries.map(({ id, at, title, superseded_by: by }) => {
      const state = by === null ? "" : " (replaced)";
      return `- ${at.slice(0, 10)} [${escapeMarkdown(title)}](#${id.toLowerCase()})${state}`;
    }),
    ...entries.flatMap(entryLines),
  ];
  return `${lines.join("\n")}\n`;
}

export const entryMarkdown = (entry: ListedEntry): string => `${entryLines(entry).slice(1).join("\n")}\n`;

function entryLines(entry: ListedEntry): string[] {
  const { id, at, kind, title, conclusion, superseded_by: by } = entry;
  const replaced = by === null ? "" : ` Replaced by [${by}](#${by.toLowerCase()}).`;
  return [
    "",
    `<a id="${id.toLowerCase()}"></a>`,
    "",
    `## ${escapeMarkdown(title)}`,
    "",
    `${at.slice(0, 10)}, ${kind}, ${conclusion.replaceAll("_", " ")}.${replaced}`,
    ...chapters.flatMap((chapter) =>
      entry[chapter].length === 0
        ? []
        : ["", `**${chapterNames[chapter]}**`, "", ...entry[chapter].map((sentence) => `- ${sentenceMarkdown(sentence)}`)],
    ),
  ];
}

function sentenceMarkdown({ text, refs }: Sentence): string {
  const links = refs.map((ref) => {
    const path = evidencePath(ref);
    return path === null ? escapeMarkdown(ref) : markdownLink(ref, path);
  });
  return `${escapeMarkdown(text)} (${links.join(", ")})`;
}

const pages: Readonly<Record<string, string>> = {
  inc: "/incidents/",
  sig: "/signals/",
  exp: "/experiments/",
  gat: "/gates/",
  evl: "/evaluations/",
  ste: "/suites/",
  art: "/artifacts/",
  run: "/runs/",
  bok: "/book/",
  chg: "/changes#",
};

/** Where a piece of evidence is shown, percent-encoded; null where it has no page of its own. */
export function evidencePath(ref: string): string | null {
  const [, prefix = "", rest] = /^([a-z]{3})_(.+)$/.exec(ref) ?? [];
  const base = Object.hasOwn(pages, prefix) ? pages[prefix] : undefined;
  return rest === undefined || base === undefined ? null : base + encodeURIComponent(ref);
}
