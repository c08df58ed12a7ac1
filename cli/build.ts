// Builds the three Workers with wrangler, exactly as they would be deployed, once for each state of the source.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

export interface BuiltWorker {
  name: string;
  config: string;
  /** The bundle that wrangler made. */
  script: string;
}

export const root = join(import.meta.dirname, "..");

/** In the order in which they are deployed: the pipeline binds the dashboard. */
export const workers = [
  { name: "bento-dashboard", config: "workers/dashboard/wrangler.toml", bundle: "index.js" },
  { name: "bento", config: "wrangler.toml", bundle: "index.js" },
  { name: "bento-cron", config: "workers/cron/wrangler.toml", bundle: "index.js" },
] as const;

const sourceFolders = ["domain", "r2", "d1", "queues", "durable-objects", "workers"];
const keptBuildMs = 60 * 60_000;
const cacheFolder = join(root, "node_modules/.cache/bento");

export async function buildWorkers(): Promise<BuiltWorker[]> {
  const folder = join(cacheFolder, sourceHash());
  if (!existsSync(folder)) {
    dropOldBuilds();
    const unfinished = `${folder}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    await Promise.all(workers.map(({ name, config }) => bundle(join(root, config), join(unfinished, name))));
    if (!existsSync(folder)) renameSync(unfinished, folder);
  }
  return workers.map(({ name, config, bundle: file }) => ({ name, config: join(root, config), script: join(folder, name, file) }));
}

/** Not the young ones: another process may be starting from one. */
function dropOldBuilds(): void {
  if (!existsSync(cacheFolder)) return;
  for (const name of readdirSync(cacheFolder)) {
    const build = join(cacheFolder, name);
    if (statSync(build).mtimeMs < Date.now() - keptBuildMs) rmSync(build, { recursive: true, force: true });
  }
}

async function bundle(config: string, outdir: string): Promise<void> {
  const wrangler = join(root, "node_modules/.bin/wrangler");
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1", NO_COLOR: "1" };
  try {
    await promisify(execFile)(wrangler, ["deploy", "--dry-run", "--outdir", outdir, "--config", config], { cwd: root, env });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    throw new Error(`wrangler could not build ${config}:\n${said}`);
  }
}

function sourceHash(): string {
  const hash = createHash("sha256");
  for (const folder of sourceFolders) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true }).toSorted((a, b) =>
      order(join(a.parentPath, a.name), join(b.parentPath, b.name)),
    )) {
      if (entry.isFile()) hash.update(entry.name).update(readFileSync(join(entry.parentPath, entry.name)));
    }
  }
  for (const file of ["wrangler.toml", "package-lock.json", "tsconfig.json"]) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex").slice(0, 16);
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
