// Where a benchmark lies: `--data` may be the folder of all data, that of the benchmarks, or one with further series in the same layout.
// And its files, gzipped or plain.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** The folder of a benchmark (`tcpd`, `nab`, `skab` …) under `data`; null where there is none. */
export function benchmarkFolder(data: string, name: string): string | null {
  return [join(data, "benchmarks", name), join(data, name)].find((folder) => existsSync(folder)) ?? null;
}

/** Text of `path` or `path.gz`; null where there is neither. */
export function readText(path: string): string | null {
  if (existsSync(`${path}.gz`)) return gunzipSync(readFileSync(`${path}.gz`)).toString("utf8");
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

/** Names under `folder` with that ending, `.gz` taken off, sorted; with their folders inside it. */
export function namesIn(folder: string, ending: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/").replace(/\.gz$/, ""));
  return [...new Set(names.filter((name) => name.endsWith(ending)))].sort();
}

/** Halves by name, so that a choice made on one half can be checked on the other. */
export function halfOf(name: string): "A" | "B" {
  return (createHash("sha256").update(name).digest()[31] ?? 0) % 2 === 0 ? "A" : "B";
}

/** NaN for none. */
export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
