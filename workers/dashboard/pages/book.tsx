// The Book: which agents have one, an agent's own with its contents and entries, and one entry alone.
import type { Child } from "hono/jsx";
import { listing, queryString, type Listing } from "../api-client.ts";
import { ConclusionChip, EntryBody } from "../book-parts.tsx";
import { count, plural } from "../format.ts";
import { isRecord, number, text, timeMs } from "../json.ts";
import { agentPath, bookPath, entryPath, loopPath, segment, transferPath } from "../links.ts";
import { readEntry, type EntryView } from "../read/book.ts";
import { Name } from "../safe-text.tsx";
import { Moment } from "../time.tsx";
import { asked, type Page, type View } from "../view.ts";
import { spoken } from "../words.ts";
import { PartProblem, problemPage } from "./problem.tsx";

/** A page of the Book is read from top to bottom. */
const pageSize = "30";

export async function booksPage(view: View): Promise<Page> {
  const answer = await view.api.get("/v1/book");
  const books = answer.ok ? listing(answer.data, readBook).items : [];
  return {
    title: "The Book",
    section: "book",
    body: (
      <>
        <div class="page-head">
          <h1>The Book</h1>
          <p class="lede">What was learned about each agent: what was believed, what was tested, what was found, what shipped.</p>
        </div>
        {!answer.ok && <PartProblem what="The Book" message={answer.message} />}
        {answer.ok && books.length === 0 && <NothingLearned />}
        <ul class="rows">
          {books.map(({ agent, entries, newestMs }) => (
            <li>
              <a class="row-name" href={bookPath(agent)} data-row>
                <Name value={agent} most={60} />
              </a>
              <span class="row-text">{entries === null ? "" : plural(entries, "learning")}</span>
              <span class="row-end faint">
                <Moment at={newestMs} clock={view.clock} show="relative" />
              </span>
            </li>
          ))}
        </ul>
      </>
    ),
  };
}

export async function bookPage(view: View, agent: string): Promise<Page> {
  const isAll = asked(view, "superseded") === "true";
  const query = { superseded: isAll ? "true" : null, limit: pageSize, cursor: asked(view, "cursor") };
  const answer = await view.api.get(`/v1/agents/${segment(agent)}/book`, query);
  if (!answer.ok) return problemPage(answer);
  const found = listing(answer.data, readEntry);
  return {
    title: `The Book of ${agent}`,
    section: "book",
    body: (
      <>
        <div class="page-head">
          <h1>
            The Book of <Name value={agent} most={60} />
          </h1>
          <p class="lede">
            {found.total === null ? "" : plural(found.total, "learning")}, newest first.{" "}
            <a href={agentPath(agent)}>How the agent behaves now</a> · <a href={transferPath(agent)}>What holds under another model</a> ·{" "}
            <a href={loopPath(agent)}>What the loop does with it</a>
          </p>
        </div>
        <nav class="tabs" aria-label="Which entries">
          <a href={bookPath(agent)} {...(isAll ? {} : { "aria-current": "true" })}>
            What holds
          </a>
          <a href={`${bookPath(agent)}?superseded=true`} {...(isAll ? { "aria-current": "true" } : {})}>
            With what was replaced
          </a>
        </nav>
        {found.items.length === 0 ? <NothingLearned /> : <Contents entries={found.items} view={view} />}
        {found.items.map((entry) => (
          <section id={entry.id} aria-labelledby={`${entry.id}-title`}>
            <h2 id={`${entry.id}-title`}>
              <a href={entryPath(entry.id)}>
                <Name value={entry.title} most={200} />
              </a>
            </h2>
            <EntryBody entry={entry} clock={view.clock} />
          </section>
        ))}
        <Older found={found} view={view} />
      </>
    ),
  };
}

export async function entryPage(view: View, id: string): Promise<Page> {
  const answer = await view.api.get(`/v1/book/${segment(id)}`);
  if (!answer.ok) return problemPage(answer);
  const entry = readEntry(answer.data);
  if (entry === null) return problemPage({ status: 502, message: "The API answered something else than an entry of the Book." });
  return {
    title: entry.title,
    section: "book",
    body: (
      <>
        <div class="page-head">
          <h1>
            <Name value={entry.title} most={200} />
          </h1>
          <p class="lede">
            In{" "}
            <a href={bookPath(entry.agent)}>
              the Book of <Name value={entry.agent} most={60} />
            </a>
          </p>
        </div>
        <EntryBody entry={entry} clock={view.clock} />
      </>
    ),
  };
}

function Contents({ entries, view }: { entries: readonly EntryView[]; view: View }): Child {
  return (
    <nav aria-label="Contents">
      <ul class="rows">
        {entries.map((entry) => (
          <li>
            <a class="row-name" href={`#${entry.id}`} data-row>
              <Name value={entry.title} most={140} />
            </a>
            <span class="row-text">
              <ConclusionChip conclusion={entry.conclusion} /> {spoken(entry.kind)}
            </span>
            <span class="row-end faint">
              <Moment at={entry.atMs} clock={view.clock} show="absolute" />
            </span>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function NothingLearned(): Child {
  return (
    <section class="empty calm">
      <h2>Nothing here yet</h2>
      <p>
        Entries are written by themselves: when an experiment is decisive, a gate decides, an artifact is proved, shipped or withdrawn, a
        promise is kept or not, and when an incident with a known cause is resolved.
      </p>
    </section>
  );
}

function Older({ found, view }: { found: Listing<EntryView>; view: View }): Child {
  if (found.nextCursor === null) return null;
  const query = queryString({ ...Object.fromEntries(view.url.searchParams), cursor: found.nextCursor });
  return (
    <nav class="pager" aria-label="Pages">
      <span class="faint">{count(found.total)} in all</span>
      <a class="button" href={`${view.url.pathname}${query}`} rel="next">
        Older
      </a>
    </nav>
  );
}

function readBook(value: unknown): { agent: string; entries: number | null; newestMs: number | null } | null {
  const agent = isRecord(value) ? text(value["agent"]) : null;
  return !isRecord(value) || agent === null ? null : { agent, entries: number(value["entries"]), newestMs: timeMs(value["newest_at"]) };
}
