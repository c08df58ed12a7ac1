// The embedded engine with every billed operation counted: the same Workers, started the same way, each behind `metered-worker.js`.
// It runs no cron by itself; time passes when the bench says so. What it looks at itself goes past the Workers and counts nothing.
import type { Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";
import { buildWorkers, type BuiltWorker } from "../cli/build.ts";
import { startWorkers, workerOptions } from "../cli/engine.ts";
import { readSecrets, type Secrets } from "../cli/secrets.ts";
import { sum, type Counts } from "./cost-counts.ts";
import { countsHost, meteredModules } from "./metered-modules.ts";
import { childPid, cpuMsOf } from "./process-time.ts";

export interface MeteredEngine {
  url: string;
  adminKey: string;
  /** Since the start. */
  counts: () => Promise<Counts>;
  /** CPU milliseconds of the engine's process since its start, its simulators with it; null where the system does not say. */
  cpuMs: () => number | null;
  /** The cron as it would run at `at`. */
  tick: (at: Date) => Promise<void>;
  isInboxEmpty: () => Promise<boolean>;
  /** Runs that stand in the index, and those of them that are not over yet. */
  runs: () => Promise<{ stored: number; open: number }>;
  /** Bytes that stand in the archive. */
  archiveBytes: () => Promise<number>;
  stop: () => Promise<void>;
}

export async function startMetered(dataDir: string): Promise<MeteredEngine> {
  const secrets = readSecrets(dataDir, undefined);
  const workers = meteredWorkers(await buildWorkers(), secrets);
  const { miniflare, url } = await startWorkers(workers, { folder: dataDir, port: 0, host: "127.0.0.1" });
  const pid = childPid("workerd");
  const metered = await Promise.all(["bento", "bento-cron"].map((name) => miniflare.getWorker(name)));
  const cron = await miniflare.getWorker("bento-cron");
  const bucket = await miniflare.getR2Bucket("ARCHIVE", "bento");
  const index = await miniflare.getD1Database("INDEX", "bento");
  return {
    url,
    adminKey: secrets.adminKey,
    counts: async () => {
      const answers = await Promise.all(metered.map((worker) => worker.fetch(`http://${countsHost}/`)));
      return (await Promise.all(answers.map(async (answer) => (await answer.json()) as Counts))).reduce(sum);
    },
    cpuMs: () => (pid === null ? null : cpuMsOf(pid)),
    tick: async (at) => {
      await cron.scheduled({ cron: "* * * * *", scheduledTime: at });
    },
    isInboxEmpty: async () => (await bucket.list({ prefix: "inbox/", limit: 1 })).objects.length === 0,
    runs: async () => {
      const row = await index
        .prepare("SELECT count(*) AS stored, count(*) FILTER (WHERE is_open = 1) AS open FROM run")
        .first<{ stored: number; open: number }>();
      return row ?? { stored: 0, open: 0 };
    },
    archiveBytes: () => bytesIn(bucket),
    stop: () => miniflare.dispose(),
  };
}

function meteredWorkers(built: readonly BuiltWorker[], secrets: Secrets) {
  return workerOptions(built, secrets).map((options) => {
    const [bundle] = options.modules;
    if (bundle === undefined) throw new Error(`${options.name} has no bundle`);
    return { ...options, modules: meteredModules(bundle.path, classesOf(built, options.name)) };
  });
}

/** Classes of objects that a Worker exports. */
function classesOf(built: readonly BuiltWorker[], name: string): string[] {
  const config = built.find((one) => one.name === name)?.config;
  if (config === undefined) return [];
  const { bindings }: { bindings: { class_name: string }[] } = unstable_readConfig({ config }, { hideWarnings: true }).durable_objects;
  return bindings.map((one) => one.class_name);
}

async function bytesIn(bucket: Awaited<ReturnType<Miniflare["getR2Bucket"]>>): Promise<number> {
  let bytes = 0;
  let cursor: string | undefined;
  do {
    const page = await bucket.list(cursor === undefined ? {} : { cursor });
    for (const { size } of page.objects) bytes += size;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return bytes;
}
