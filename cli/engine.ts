// The embedded engine: the same three Workers on workerd, through Miniflare's own API, with their state in a folder and a timer
// for the crons. Bindings and crons are read from the wrangler files, so they are declared once.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig, unstable_splitSqlQuery } from "wrangler";
import { buildWorkers, root, type BuiltWorker } from "./build.ts";
import { readSecrets, type Secrets } from "./secrets.ts";
import { shredDeleted } from "./shred.ts";

export interface EngineOptions {
  dataDir: string;
  /** 0 takes a free one. */
  port: number;
  host: string;
  /** undefined: made on first start and kept in the data folder. */
  adminKey: string | undefined;
  /** Of `modelBindings`; none: nothing is asked of a model. */
  model?: Record<string, string>;
}

export interface Engine {
  url: string;
  adminKey: string;
  adminKeyFile: string | null;
  stop: () => Promise<void>;
}

const minuteMs = 60_000;

/** Bound to the cron Worker only, which is the one that asks a model. */
const modelVariables = ["ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "BENTO_MODEL"];

/** Those of the variables that are set. */
export function modelBindings(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    modelVariables.flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
}

export async function startBento({ dataDir, port, host, adminKey, model = {} }: EngineOptions): Promise<Engine> {
  const folder = resolve(dataDir);
  const secrets = readSecrets(folder, adminKey);
  shredDeleted(folder, Date.now());
  const built = await buildWorkers();
  const { miniflare, url } = await startWorkers(workerOptions(built, secrets, model), { folder, port, host });
  const cron = await miniflare.getWorker("bento-cron");
  await cron.scheduled({ cron: "start" });
  const timers = cronsOf(built).map((expression) => everyMinute(() => cron.scheduled({ cron: expression })));
  return {
    url,
    adminKey: secrets.adminKey,
    adminKeyFile: secrets.adminKeyFile,
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await miniflare.dispose();
      shredDeleted(folder, Date.now());
    },
  };
}

/** The Workers as they run here, in Miniflare's words. The first is the one that HTTP reaches. */
export function workerOptions(built: readonly BuiltWorker[], secrets: Secrets, model: Record<string, string> = {}) {
  const bindings = {
    BENTO_ADMIN_KEY: secrets.adminKey,
    BENTO_INBOX_KEY: secrets.inboxKey,
    BENTO_SESSION_KEY: secrets.sessionKey,
    BENTO_EMBEDDED: "1",
  };
  const workers = built.map(({ name, config, script }) => {
    const options = unstable_getMiniflareWorkerOptions(config).workerOptions;
    return {
      ...options,
      name,
      bindings: Object.assign({}, options.bindings, bindings, name === "bento-cron" ? model : {}),
      modulesRoot: dirname(script),
      modules: [{ type: "ESModule" as const, path: script }],
    };
  });
  return workers.toSorted((a, b) => Number(b.name === "bento") - Number(a.name === "bento"));
}

export type WorkerOptions = ReturnType<typeof workerOptions>[number];

/** Starts them on workerd with their state in `folder`, and brings the index up to its newest migration. */
export async function startWorkers(
  workers: WorkerOptions[],
  { folder, port, host }: { folder: string; port: number; host: string },
): Promise<{ miniflare: Miniflare; url: string }> {
  const state = join(folder, "state");
  mkdirSync(state, { recursive: true });
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({ host, port, cf: false, workers }),
    logRequests: false,
    enableDevRegistry: false,
    resourcePersistencePath: state,
  });
  const url = await miniflare.ready;
  await migrate(miniflare);
  return { miniflare, url: url.origin };
}

/** All crons of this project run every minute or are filtered by the Worker itself; a richer table needs a richer timer. */
function cronsOf(built: readonly { config: string }[]): string[] {
  const crons = built.flatMap(({ config }) => unstable_readConfig({ config }, { hideWarnings: true }).triggers?.crons ?? []);
  const odd = crons.find((expression) => expression !== "* * * * *");
  if (odd !== undefined) throw new Error(`the embedded engine has no timer for the cron "${odd}"`);
  return crons;
}

function everyMinute(run: () => Promise<unknown>): NodeJS.Timeout {
  return setInterval(() => {
    run().catch((error: unknown) => console.error(`cron: ${error instanceof Error ? error.message : "failed"}`));
  }, minuteMs);
}

/** Applies what wrangler would apply, in the same table, so that a folder can be looked at with wrangler too. */
async function migrate(miniflare: Miniflare): Promise<void> {
  const db = await miniflare.getD1Database("INDEX", "bento");
  await db
    .prepare(
      "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
    )
    .run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const folder = join(root, "d1-migrations");
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .toSorted()) {
    if (applied.has(name)) continue;
    const statements = unstable_splitSqlQuery(readFileSync(join(folder, name), "utf8")).map((sql) => db.prepare(sql));
    await db.batch([...statements, db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name)]);
  }
}
