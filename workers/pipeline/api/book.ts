// The Book of an agent: its entries as JSON or as one Markdown document, one entry, and the contents of all books of a project. Before it is
// read it is brought up to what was decided, so that who promoted something finds it here at once.
import * as z from "zod";
import { countEntries, findEntry, listEntries } from "../../../d1/book.ts";
import { bookMarkdown, entryMarkdown } from "../../../domain/book/book-text.ts";
import { conclusions, entryKinds, type ListedEntry } from "../../../domain/book/entry.ts";
import { chainAudit } from "../../../queues/chain-audit.ts";
import { writeBook } from "../../../queues/write-book.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { acceptedType } from "./accepted-type.ts";
import { agentParams } from "./agents.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";

export const bookTag = "Book";
const mediaTypes = ["application/json", "text/markdown"] as const;
/** Entries that are read at a time for the document. */
const rowsAtATime = 200;

const sentences = z.array(z.object({ text: z.string(), refs: z.array(z.string()).meta({ description: "Ids of the evidence." }) }));

export const entrySchema = z
  .object({
    id: z.string(),
    agent: z.string(),
    at: z.string().meta({ description: "When it was learned." }),
    kind: z.enum(entryKinds),
    slug: z.string().meta({ description: "Names the subject: a later entry of the same one replaces an earlier one." }),
    title: z.string(),
    conclusion: z.enum(conclusions),
    claim: z
      .object({
        metric: z.string(),
        goal: z.enum(["increase", "decrease"]),
        difference: z.number(),
        low: z.number(),
        high: z.number(),
        n: z.number(),
        artifacts: z.array(z.string()),
        model: z.string().nullable(),
      })
      .nullable()
      .meta({ description: "What is claimed in numbers, with its 95 % interval." }),
    believed: sentences,
    tested: sentences,
    found: sentences,
    shipped: sentences,
    replaced: sentences,
    evidence: z.array(z.string()),
    superseded_by: z.string().nullable().meta({ description: "The entry that replaced it; null while it holds." }),
  })
  .meta({ id: "BookEntry", description: "One validated learning." });

export function addBook(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/agents/{agent}/book",
      audience: "read",
      tag: bookTag,
      summary: "What was learned about an agent, newest first",
      description:
        "With `Accept: text/markdown` one document of all entries that the filters leave. Entries that a later one replaced come with `superseded=true`.",
      params: agentParams,
      query: listQuery({ kind: z.enum(entryKinds).optional(), slug: exactly, superseded: z.stringbool().default(false) }),
      status: 200,
      mediaTypes,
      answer: listAnswer(entrySchema, "Entries."),
    },
    async ({ env, projectId, params: { agent }, query, headers }) => {
      await bookUpToDate(env, projectId);
      const { kind, slug, superseded } = query;
      const filter = { agent, kind, slug, withSuperseded: superseded };
      if (acceptedType(headers.get("accept"), mediaTypes) === "text/markdown")
        return markdownResponse(bookMarkdown(agent, await allEntries(env, projectId, filter)));
      const list = openList(`/v1/agents/${agent}/book`, query, timePosition);
      return list.answer(await listEntries(env.INDEX, projectId, filter, list.request));
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/book/{id}",
      audience: "read",
      tag: bookTag,
      summary: "One entry",
      params: z.strictObject({ id: pathText }),
      status: 200,
      mediaTypes,
      answer: entrySchema,
    },
    async ({ env, projectId, params, headers }) => {
      const entry = await findEntry(env.INDEX, projectId, params.id);
      if (entry === null) throw new Refusal(404, "There is no such entry in this key's project.");
      return acceptedType(headers.get("accept"), mediaTypes) === "text/markdown" ? markdownResponse(entryMarkdown(entry)) : entry;
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/book",
      audience: "read",
      tag: bookTag,
      summary: "The books of a project: agents with how much was learned about each",
      status: 200,
      answer: z
        .object({ data: z.array(z.object({ agent: z.string(), entries: z.number(), newest_at: z.string() })) })
        .meta({ description: "By agent; entries that hold." }),
    },
    async ({ env, projectId }) => {
      await bookUpToDate(env, projectId);
      const counts = await countEntries(env.INDEX, projectId);
      return { data: counts.map(({ agent, n, at_ms }) => ({ agent, entries: n, newest_at: new Date(at_ms).toISOString() })) };
    },
  );
}

/** What was decided up to now has its entries. */
export async function bookUpToDate(env: Env, projectId: string): Promise<void> {
  await chainAudit(env, projectId);
  await writeBook(env, projectId);
}

async function allEntries(env: Env, projectId: string, filter: Parameters<typeof listEntries>[2]): Promise<ListedEntry[]> {
  const entries: ListedEntry[] = [];
  for (let after: [number, string] | null = null; ;) {
    const page: Awaited<ReturnType<typeof listEntries>> = await listEntries(env.INDEX, projectId, filter, { after, limit: rowsAtATime });
    entries.push(...page.items);
    if (page.next === null) return entries;
    after = page.next;
  }
}

const markdownResponse = (text: string): Response =>
  new Response(text, { headers: { "content-type": "text/markdown; charset=utf-8", "x-content-type-options": "nosniff", vary: "accept" } });
