// Takes deleted bytes out of the embedded engine's files. SQLite leaves what was deleted in freed pages and in its write-ahead log, and
// workerd lets no Worker say otherwise (`PRAGMA secure_delete` is not authorized, VACUUM needs to stand outside a transaction). So the
// files are written anew while nobody has them open: before the engine starts and after it has stopped, when something was deleted.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";

/** The folder's own note, beside the state: up to which deletion its files were written anew. */
const noteName = "shredded-until";
/** What follows from a deletion has happened by then: the agent is judged without the run, and what said otherwise is replaced. */
const followedMs = 60 * 60_000;

/** A failure (a full disk) keeps nobody from starting or stopping. @param folder the data folder, of which no other process has a file open */
export function shredDeleted(folder: string, nowMs: number): void {
  try {
    shred(folder, nowMs);
  } catch (error) {
    console.warn(
      `Deleted data still stands in files of ${folder}; the next start tries again. ${error instanceof Error ? error.message : ""}`,
    );
  }
}

function shred(folder: string, nowMs: number): void {
  const index = sqliteFiles(join(folder, "state/d1"))[0];
  if (index === undefined) return;
  const note = join(folder, noteName);
  const doneMs = existsSync(note) ? Number(readFileSync(note, "utf8")) : 0;
  const { newestMs, isUnderWay } = deletionsIn(index);
  if (newestMs <= doneMs) return;
  for (const file of [index, ...sqliteFiles(join(folder, "state/do"))]) writeAnew(file);
  if (!isUnderWay && newestMs + followedMs <= nowMs) writeFileSync(note, String(newestMs));
}

/** Databases of the engine, without Miniflare's own records of them. */
function sqliteFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sqlite") && !name.endsWith("metadata.sqlite"))
    .map((name) => join(folder, name));
}

const deletions = z.object({ newest: z.number().nullable(), running: z.number() });

/** The newest deletion of a run, a user or a project, in epoch milliseconds (0: none), and whether one goes on. */
function deletionsIn(index: string): { newestMs: number; isUnderWay: boolean } {
  const db = new DatabaseSync(index);
  try {
    const tables = db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name IN ('erasure', 'audit', 'project')").get();
    if (tables?.["n"] !== 3) return { newestMs: 0, isUnderWay: false };
    const { newest, running } = deletions.parse(
      db
        .prepare(
          `SELECT max(
             coalesce((SELECT max(at_ms) FROM erasure), 0),
             coalesce((SELECT max(at_ms) FROM audit WHERE record->>'action' = 'project.deleted'), 0),
             coalesce((SELECT max(deleted_ms) FROM project), 0)
           ) AS newest,
           EXISTS (SELECT 1 FROM erasure WHERE is_running = 1) + EXISTS (SELECT 1 FROM project WHERE deleted_ms IS NOT NULL) AS running`,
        )
        .get(),
    );
    return { newestMs: newest ?? 0, isUnderWay: running > 0 };
  } finally {
    db.close();
  }
}

function writeAnew(file: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
}
