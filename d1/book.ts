// Entries of the Book as they stand, what they are written from, and how far the audit log was read for them. An entry is written once; of
// one subject each is superseded by the next in time, in whatever order they were written.
import type { ArtifactVersion } from "../domain/artifact/artifact.ts";
import type { BookEntry, EntryKind, ListedEntry } from "../domain/book/entry.ts";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";

interface Row {
  id: string;
  at_ms: number;
  superseded_by: string | null;
  record: string;
}

const columns = "id, at_ms, superseded_by, record";

function entryOf({ record, superseded_by }: Row): ListedEntry {
  const entry: BookEntry = JSON.parse(record);
  return { ...entry, superseded_by };
}

/** Those that are known already change nothing. */
export async function writeEntries(db: D1Database, projectId: string, entries: readonly BookEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((entry) => ({
    id: entry.id,
    agent: entry.agent,
    at: Date.parse(entry.at),
    kind: entry.kind,
    slug: entry.slug,
    record: JSON.stringify(entry),
  }));
  await db.batch([
    db
      .prepare(
        `INSERT INTO book_entry (project_id, id, agent, at_ms, kind, slug, superseded_by, record)
         SELECT ?1, value->>'id', value->>'agent', value->>'at', value->>'kind', value->>'slug', NULL, value->>'record' FROM json_each(?2)
         WHERE true ON CONFLICT DO NOTHING`,
      )
      .bind(projectId, JSON.stringify(rows)),
    db
      .prepare(
        `UPDATE book_entry SET superseded_by = (SELECT later.id FROM book_entry AS later WHERE later.project_id = ?1
           AND later.agent = book_entry.agent AND later.slug = book_entry.slug AND (later.at_ms, later.id) > (book_entry.at_ms, book_entry.id)
           ORDER BY later.at_ms, later.id LIMIT 1)
         WHERE project_id = ?1 AND (agent, slug) IN (SELECT value->>'agent', value->>'slug' FROM json_each(?2))`,
      )
      .bind(projectId, JSON.stringify(rows.map(({ agent, slug }) => ({ agent, slug })))),
  ]);
}

export interface BookFilter {
  agent?: string | undefined;
  kind?: EntryKind | undefined;
  slug?: string | undefined;
  /** Also entries that a later one has replaced. */
  withSuperseded?: boolean | undefined;
}

/** Newest first. */
export async function listEntries(
  db: D1Database,
  projectId: string,
  { agent, kind, slug, withSuperseded = false }: BookFilter,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<ListedEntry, TimePosition>> {
  const matching = `project_id = ?1 AND (?2 IS NULL OR agent = ?2) AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR slug = ?4)
    AND (?5 = 1 OR superseded_by IS NULL)`;
  const filter = [projectId, agent ?? null, kind ?? null, slug ?? null, withSuperseded ? 1 : 0];
  const behind = after === null ? "" : "AND (at_ms, id) < (?7, ?8)";
  const [found, counted] = await Promise.all([
    db
      .prepare(`SELECT ${columns} FROM book_entry WHERE ${matching} ${behind} ORDER BY at_ms DESC, id DESC LIMIT ?6`)
      .bind(...filter, limit + 1, ...(after ?? []))
      .all<Row>(),
    db
      .prepare(`SELECT count(*) AS n FROM book_entry WHERE ${matching}`)
      .bind(...filter)
      .first<number>("n"),
  ]);
  const page = pageOf(found.results, limit, ({ at_ms, id }): TimePosition => [at_ms, id], counted);
  return { ...page, items: page.items.map(entryOf) };
}

/** null when the project has no such entry. */
export async function findEntry(db: D1Database, projectId: string, id: string): Promise<ListedEntry | null> {
  const row = await db.prepare(`SELECT ${columns} FROM book_entry WHERE project_id = ? AND id = ?`).bind(projectId, id).first<Row>();
  return row === null ? null : entryOf(row);
}

/** Ids of entries that hold and that an incident taught or led to. */
export async function entriesOfIncident(
  db: D1Database,
  projectId: string,
  { id, agent }: { id: string; agent: string },
): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT id FROM book_entry WHERE project_id = ?1 AND agent = ?2 AND superseded_by IS NULL
       AND EXISTS (SELECT 1 FROM json_each(record, '$.evidence') AS each WHERE each.value = ?3) ORDER BY at_ms DESC, id DESC LIMIT 20`,
    )
    .bind(projectId, agent, id)
    .all<{ id: string }>();
  return results.map((row) => row.id);
}

/** How many entries that hold each agent of the project has. */
export async function countEntries(db: D1Database, projectId: string): Promise<{ agent: string; n: number; at_ms: number }[]> {
  const { results } = await db
    .prepare(
      "SELECT agent, count(*) AS n, max(at_ms) AS at_ms FROM book_entry WHERE project_id = ? AND superseded_by IS NULL GROUP BY agent ORDER BY agent",
    )
    .bind(projectId)
    .all<{ agent: string; n: number; at_ms: number }>();
  return results;
}

/** Number of the last audit entry that was read for the Book. */
export async function bookMarkOf(db: D1Database, projectId: string): Promise<number> {
  return (await db.prepare("SELECT seq FROM book_mark WHERE project_id = ?").bind(projectId).first<number>("seq")) ?? 0;
}

/** Never back: of two that read at once the one that is further counts. */
export async function setBookMark(db: D1Database, projectId: string, seq: number): Promise<void> {
  await db
    .prepare("INSERT INTO book_mark (project_id, seq) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET seq = max(seq, ?2)")
    .bind(projectId, seq)
    .run();
}

/** Projects whose audit log has entries that were not read for the Book. */
export async function projectsBehindBook(db: D1Database, limit: number): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT id FROM project WHERE deleted_ms IS NULL AND EXISTS (SELECT 1 FROM audit WHERE audit.project_id = project.id
         AND audit.seq > coalesce((SELECT seq FROM book_mark WHERE book_mark.project_id = project.id), 0)) LIMIT ?1`,
    )
    .bind(limit)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

export type VersionFacts = Pick<ArtifactVersion, "version" | "hypothesis" | "provenance">;

/** Of one artifact, without their contents; oldest first. */
export async function versionFactsOf(db: D1Database, projectId: string, artifactId: string): Promise<VersionFacts[]> {
  const { results } = await db
    .prepare("SELECT version, hypothesis, provenance FROM artifact_version WHERE project_id = ? AND artifact_id = ? ORDER BY version")
    .bind(projectId, artifactId)
    .all<{ version: number; hypothesis: string | null; provenance: string }>();
  return results.map(({ version, hypothesis, provenance }) => ({
    version,
    hypothesis: JSON.parse(hypothesis ?? "null"),
    provenance: JSON.parse(provenance),
  }));
}
