// A folder of artifacts on disk, kept as Bento says it is to be. Only files that this wrote are ever changed or removed, which the lock file says;
// nothing is written outside the folder, also not by way of a link in it. Stopped half way, it goes on from where it was.
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { pathProblem } from "../domain/artifact/skill-file.ts";
import { CommandFailure } from "./failure.ts";

export const lockName = "bento.lock.json";

const lockSchema = z.object({
  version: z.literal(1),
  agent: z.string(),
  /** Of the bundle. */
  hash: z.string(),
  /** `slug@version`, in the order in which they apply. */
  artifacts: z.array(z.string()),
  /** Path → what was written there. */
  files: z.record(z.string(), z.object({ artifact: z.string(), sha256: z.string() })),
});
export type Lock = z.infer<typeof lockSchema>;

export interface WantedFile {
  path: string;
  text: string;
  artifact: string;
}

export interface Pulled {
  written: string[];
  removed: string[];
  /** No longer wanted, but changed by hand: left where they are. */
  left: string[];
  unchanged: number;
}

/** null where the folder has none. Throws CommandFailure for one that is not ours. */
export function readLock(folder: string): Lock | null {
  const file = join(folder, lockName);
  if (!existsSync(file)) return null;
  try {
    const lock = lockSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    for (const path of Object.keys(lock.files)) if (pathProblem(path) !== null) throw new Error("a path that leaves the folder");
    return lock;
  } catch {
    throw new CommandFailure(`${file} is no lock file of bento pull. Remove it, or pull into another folder.`);
  }
}

/** What pulling would do, or does. Throws CommandFailure where a file of somebody else is in the way. */
export function pullInto(
  folder: string,
  wanted: readonly WantedFile[],
  next: Pick<Lock, "agent" | "hash" | "artifacts">,
  { force, dryRun }: { force: boolean; dryRun: boolean },
): Pulled {
  const lock = readLock(folder);
  const known = lock?.files ?? {};
  for (const { path } of wanted)
    if (pathProblem(path) !== null) throw new CommandFailure(`Bento named a path that leaves the folder: refused.`);
  for (const path of [...wanted.map((file) => file.path), ...Object.keys(known)]) refuseLinks(folder, path);
  const changed = wanted.filter(({ path, text }) => hashAt(folder, path) !== hashOf(text));
  const foreign = changed.filter(({ path }) => {
    const now = hashAt(folder, path);
    return now !== null && now !== known[path]?.sha256;
  });
  if (foreign.length > 0 && !force)
    throw new CommandFailure(
      `${foreign.length === 1 ? "A file" : `${foreign.length} files`} that bento did not write, or that somebody changed, would be overwritten:\n${foreign
        .slice(0, 10)
        .map(({ path }) => `  ${path}`)
        .join("\n")}\nMove them, or give --force.`,
    );
  const paths = new Set(wanted.map(({ path }) => path));
  const stale = Object.keys(known).filter((path) => !paths.has(path) && hashAt(folder, path) !== null);
  const [removed, left] = [true, false].map((ours) => stale.filter((path) => (hashAt(folder, path) === known[path]?.sha256) === ours));
  const pulled: Pulled = {
    written: changed.map(({ path }) => path),
    removed: removed ?? [],
    left: left ?? [],
    unchanged: wanted.length - changed.length,
  };
  if (dryRun) return pulled;
  const files = Object.fromEntries(wanted.map(({ path, text, artifact }) => [path, { artifact, sha256: hashOf(text) }]));
  mkdirSync(folder, { recursive: true });
  // First all that is or will be ours: who is stopped half way still knows which files are.
  const during = { ...known, ...files };
  for (const { path } of foreign) delete during[path];
  writeLock(folder, { version: 1, ...next, files: during });
  for (const { path, text } of changed) writeWhole(join(folder, path), text);
  for (const path of pulled.removed) removeFile(folder, path);
  writeLock(folder, { version: 1, ...next, files });
  return pulled;
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** null where there is no file. */
function hashAt(folder: string, path: string): string | null {
  const file = join(folder, path);
  return existsSync(file) && lstatSync(file).isFile() ? hashOf(readFileSync(file, "utf8")) : null;
}

/** A link, or a folder where a file is to be, leads somewhere that is not ours. */
function refuseLinks(folder: string, path: string): void {
  const parts = path.split("/");
  for (let n = 1; n <= parts.length; n++) {
    const place = join(folder, ...parts.slice(0, n));
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found === undefined) return;
    const isRight = n === parts.length ? found.isFile() : found.isDirectory();
    if (!isRight) throw new CommandFailure(`${place} is in the way: it is no ${n === parts.length ? "plain file" : "folder"}.`);
  }
}

/** Never half a file: written beside it, then put in its place. */
function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.bento-new`;
  writeFileSync(beside, text);
  renameSync(beside, file);
}

const writeLock = (folder: string, lock: Lock): void => writeWhole(join(folder, lockName), `${JSON.stringify(lock, null, 2)}\n`);

/** The file, and the folders that are empty without it. */
function removeFile(folder: string, path: string): void {
  rmSync(join(folder, path));
  const parts = path.split("/");
  for (let n = parts.length - 1; n > 0; n--) {
    const parent = join(folder, ...parts.slice(0, n));
    if (readdirSync(parent).length > 0) return;
    rmdirSync(parent);
  }
}
