// What differs between two versions of an artifact, file by file as an agent loads them, and in what they promise and for whom they are meant.
import type { ArtifactVersion } from "./artifact.ts";
import { filesOf } from "./files.ts";
import { lineDiff, type DiffLine } from "./line-diff.ts";

export interface FileDiff {
  path: string;
  change: "added" | "removed" | "changed" | "same";
  added: number;
  removed: number;
  /** Empty for a file that is the same. */
  lines: DiffLine[];
}

/** In the order of the paths. */
export function versionDiff(slug: string, before: Pick<ArtifactVersion, "content">, after: Pick<ArtifactVersion, "content">): FileDiff[] {
  const [was, is] = [before, after].map(({ content }) => new Map(filesOf(slug, content).map(({ path, text }) => [path, text])));
  const paths = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].toSorted();
  return paths.map((path) => {
    const [old, now] = [was?.get(path) ?? null, is?.get(path) ?? null];
    const lines = old === now ? [] : lineDiff(old ?? "", now ?? "");
    return {
      path,
      change: old === null ? "added" : now === null ? "removed" : old === now ? "same" : "changed",
      added: lines.filter(({ kind }) => kind === "added").length,
      removed: lines.filter(({ kind }) => kind === "removed").length,
      lines,
    };
  });
}
