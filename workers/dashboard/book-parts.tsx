// What the pages of the Book share: an entry in its chapters, each sentence with links to its evidence.
import type { Child } from "hono/jsx";
import { chapterNames, evidencePath } from "../../domain/book/book-text.ts";
import type { Conclusion } from "../../domain/book/entry.ts";
import type { EntryView, SentenceView } from "./read/book.ts";
import { entryPath } from "./links.ts";
import { cleanText, Name } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import type { Clock } from "./time-format.ts";
import { spoken } from "./words.ts";

/** References of one sentence that are shown. */
const mostRefs = 8;

const tones: Partial<Record<Conclusion | "unknown", string>> = { confirmed: "win", refuted: "flag", withdrawn: "flag" };

export function ConclusionChip({ conclusion }: { conclusion: EntryView["conclusion"] }): Child {
  return <span class={`chip ${tones[conclusion] ?? ""}`}>{spoken(conclusion)}</span>;
}

export function EntryBody({ entry, clock }: { entry: EntryView; clock: Clock }): Child {
  return (
    <>
      <p class="chips">
        <ConclusionChip conclusion={entry.conclusion} />
        <span class="chip">{spoken(entry.kind)}</span>
        <span class="faint small">
          <Moment at={entry.atMs} clock={clock} show="absolute" />
        </span>
        {entry.supersededBy !== null && (
          <a href={entryPath(entry.supersededBy)} class="small">
            replaced by a later entry
          </a>
        )}
      </p>
      {entry.chapters.map(({ name, sentences }) => (
        <section>
          <h3>{chapterNames[name]}</h3>
          <ul class="evidence">
            {sentences.map((sentence) => (
              <Said sentence={sentence} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Said({ sentence: { text, refs } }: { sentence: SentenceView }): Child {
  return (
    <li>
      {cleanText(text)}{" "}
      <span class="ids small">
        {refs.slice(0, mostRefs).map((ref) => {
          const path = evidencePath(ref);
          const name = (
            <code>
              <Name value={ref} most={36} />
            </code>
          );
          return path === null ? name : <a href={path}>{name}</a>;
        })}
        {refs.length > mostRefs && <span class="faint">and {refs.length - mostRefs} more</span>}
      </span>
    </li>
  );
}
