// The embedded engine: the same three Workers on workerd, through Miniflare's own API, with their state in a folder and a timer
// for the crons. Bindings and crons are read from the wrangler files, so they are declared once.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig, unstable_splitSqlQuery } from "wrangler";
import { buildWorkers, root } from "./build.ts";
import { readSecrets } from "./secrets.ts";

export interface EngineOptions {
  dataDir: string;
  /** 0 takes a free one. */
  port: number;
  host: string;
  /** undefined: made on first start and kept in the data folder. */
  adminKey: string | undefined;
}

export interface Engine {
  url: string;
  adminKey: string;
  adminKeyFile: string | null;
  stop: () => Promise<void>;
}

const minuteMs = 60_000;
/** Nothing is in flight when the engine starts, so whatever waits in the inbox is overdue, however young it is. */
const sweepAheadMs = 365 * 24 * 60 * minuteMs;

export async function startBento({ dataDir, port, host, adminKey }: EngineOptions): Promise<Engine> {
  const folder = resolve(dataDir);
  const secrets = readSecrets(folder, adminKey);
  const state = join(folder, "state");
  mkdirSync(state, { recursive: true });
  const built = await buildWorkers();
  const bindings = {
    BENTO_ADMIN_KEY: secrets.adminKey,
    BENTO_INBOX_KEY: secrets.inboxKey,
    BENTO_SESSION_KEY: secrets.sessionKey,
    BENTO_EMBEDDED: "1",
  };
  const workers = built.map(({ name, config, script }) => {
    const { workerOptions } = unstable_getMiniflareWorkerOptions(config);
    return {
      ...workerOptions,
      name,
      bindings: Object.assign({}, workerOptions.bindings, bindings),
      modulesRoot: dirname(script),
      modules: [{ type: "ESModule" as const, path: script }],
    };
  });
  // The first Worker is the one that HTTP reaches.
  const frontDoorFirst = workers.toSorted((a, b) => Number(b.name === "bento") - Number(a.name === "bento"));
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({ host, port, cf: false, workers: frontDoorFirst }),
    logRequests: false,
    enableDevRegistry: false,
    resourcePersistencePath: state,
  });
  const url = await miniflare.ready;
  await migrate(miniflare);
  const cron = await miniflare.getWorker("bento-cron");
  await cron.scheduled({ cron: "* * * * *", scheduledTime: new Date(Date.now() + sweepAheadMs) });
  const timers = cronsOf(built).map((expression) => everyMinute(() => cron.scheduled({ cron: expression })));
  return {
    url: url.origin,
    adminKey: secrets.adminKey,
    adminKeyFile: secrets.adminKeyFile,
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await miniflare.dispose();
    },
  };
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
