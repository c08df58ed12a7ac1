// The files that an import means: those that are named, and in folders those whose names say that they may hold traces. Symbolic links
// to folders are not followed, so that no walk runs in circles.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CommandFailure } from "../failure.ts";

export interface NamedFile {
  path: string;
  /** Somebody named it: when it cannot be read that is a refusal, and not merely another file in the folder. */
  isNamed: boolean;
}

const mayHoldTraces = /\.(jsonl|ndjson|json|pb|bin|binpb|otlp)(\.gz)?$/i;

/** In the order named, folders by name. Throws CommandFailure for a path that is not there. */
export async function filesOf(paths: readonly string[]): Promise<NamedFile[]> {
  const found = new Map<string, NamedFile>();
  for (const path of paths) {
    const what = await stat(path).catch(() => null);
    if (what === null) throw new CommandFailure(`There is no file or folder "${path}".`);
    const files = what.isDirectory() ? await filesIn(path) : [{ path, isNamed: true }];
    for (const file of files) if (!found.has(file.path)) found.set(file.path, file);
  }
  return [...found.values()];
}

async function filesIn(folder: string): Promise<NamedFile[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const files: NamedFile[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith(".") && entry.name !== "node_modules") files.push(...(await filesIn(path)));
    } else if (mayHoldTraces.test(entry.name) && (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path))))) {
      files.push({ path, isNamed: false });
    }
  }
  return files;
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() === true;
