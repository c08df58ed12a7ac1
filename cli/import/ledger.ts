// What was acknowledged in earlier imports, so that an interrupted one goes on where it stopped and the same file sent again says so.
// It only saves work: Bento itself takes the same thing twice as one thing. Kept on this machine, a file for each Bento and key;
// digests and ids, no contents and no key.
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { Connection } from "../connection.ts";

const entry = z.object({ digests: z.array(z.string()), id: z.string().nullable() });
const unfinished = z.object({ paths: z.array(z.string()), format: z.string().nullable(), agent: z.string().nullable() });

/** What an import was asked to do. */
export type Task = z.infer<typeof unfinished>;

export interface Ledger {
  has: (digest: string) => boolean;
  /** Some ids that Bento must know if it is still the Bento that the ledger is about. */
  probes: () => string[];
  /** Durable when it returns. `id`: one that Bento will know. */
  write: (digests: readonly string[], id: string | null) => void;
  /** Everything that was acknowledged counts as never sent. */
  forget: () => void;
  /** The import that did not come to its end; null when the last one did. */
  unfinished: () => Task | null;
  begin: (task: Task) => void;
  finish: () => void;
}

export function stateFolder(variables: Readonly<Record<string, string | undefined>>): string {
  const home = variables["XDG_STATE_HOME"];
  return join(home === undefined || home === "" ? join(homedir(), ".local", "state") : home, "bento", "imports");
}

export function openLedger(folder: string, { url, key }: Connection): Ledger {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = createHash("sha256")
    .update(`${url}\0${key ?? ""}`)
    .digest("hex")
    .slice(0, 24);
  const file = join(folder, `${name}.ndjson`);
  const taskFile = join(folder, `${name}.unfinished.json`);
  const { digests, ids } = readEntries(file);
  return {
    has: (digest) => digests.has(digest),
    probes: () => spread(ids),
    write: (added, id) => {
      append(file, `${JSON.stringify({ digests: added, id })}\n`);
      for (const digest of added) digests.add(digest);
      if (id !== null) ids.push(id);
    },
    forget: () => {
      rmSync(file, { force: true });
      digests.clear();
      ids.length = 0;
    },
    unfinished: () => {
      const found = existsSync(taskFile) ? unfinished.safeParse(parsed(readFileSync(taskFile, "utf8"))) : null;
      return found?.success === true ? found.data : null;
    },
    begin: (task) => {
      writeFileSync(`${taskFile}.new`, JSON.stringify(task), { mode: 0o600 });
      renameSync(`${taskFile}.new`, taskFile);
    },
    finish: () => rmSync(taskFile, { force: true }),
  };
}

/** A line that was torn by a crash counts as not written. */
function readEntries(file: string): { digests: Set<string>; ids: string[] } {
  const digests = new Set<string>();
  const ids: string[] = [];
  if (!existsSync(file)) return { digests, ids };
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const read = entry.safeParse(parsed(line));
    if (!read.success) continue;
    for (const digest of read.data.digests) digests.add(digest);
    if (read.data.id !== null) ids.push(read.data.id);
  }
  return { digests, ids };
}

/** The line end before it closes a line that was torn. */
function append(file: string, line: string): void {
  const handle = openSync(file, "a", 0o600);
  try {
    writeSync(handle, `\n${line}`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The oldest, the newest and one between: a retention that took the first has left the last. */
function spread(ids: readonly string[]): string[] {
  const chosen = [ids[0], ids[Math.floor(ids.length / 2)], ids.at(-1)];
  return [...new Set(chosen.flatMap((id) => (id === undefined ? [] : [id])))];
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
