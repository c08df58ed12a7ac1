// How many bytes does a run take, in the index and in the archive, before its hour is merged and after? Counted on the embedded engine
// after really sending runs; the hour is over when the cron says that two more have passed.
import { join } from "node:path";
import { buildWorkers } from "../cli/build.ts";
import { startWorkers, workerOptions } from "../cli/engine.ts";
import { readSecrets } from "../cli/secrets.ts";
import { atLeast, told, type Row } from "./rows.ts";
import { runsBody, tracesBody } from "./traffic.ts";

export interface StorageOptions {
  dataDir: string;
  onRound: (name: string) => void;
}

interface Load {
  name: string;
  path: string;
  body: (n: number) => Buffer;
  requests: number;
  runsPerRequest: number;
  agents: readonly string[];
}

const loads: readonly Load[] = [
  {
    name: "a native run of three steps",
    path: "/v1/runs",
    body: runsBody,
    requests: 200,
    runsPerRequest: 20,
    agents: ["bench-0", "bench-1", "bench-2", "bench-3"],
  },
  { name: "an OTLP trace of four spans", path: "/v1/traces", body: tracesBody, requests: 600, runsPerRequest: 5, agents: ["bench-otlp"] },
];

/** Requests at a time: so that consumers write more than one segment, as under live traffic. */
const clients = 4;
const lookMs = 200;
/** Storing or merging that takes longer is stuck, and the bench says so. */
const longestWaitMs = 300_000;
const aheadMs = 2 * 60 * 60_000;
/** A merged hour that is not a good deal smaller was not packed. */
const leastShrink = 2;

export async function storageRows({ dataDir, onRound }: StorageOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [i, load] of loads.entries()) {
    onRound(`storage of ${load.name}`);
    rows.push(...(await rowsOf(load, join(dataDir, `storage-${i}`))));
  }
  return rows;
}

async function rowsOf(load: Load, dataDir: string): Promise<Row[]> {
  const engine = await start(dataDir);
  try {
    const empty = await engine.indexBytes();
    await sendAll(load, engine);
    const index = (await engine.indexBytes()) - empty;
    const loose = await engine.segments();
    await engine.passHours();
    const packed = await engine.segments();
    const runs = load.requests * load.runsPerRequest;
    const beside = `${runs} runs`;
    return [
      told(`sent: ${load.name}`, load.body(0).length / load.runsPerRequest, "bytes", `as JSON, ${beside}`),
      told("· in the index (D1)", index / runs, "bytes", "rows, indexes and the text that is searched"),
      told("· in the archive (R2) as stored", loose.bytes / runs, "bytes", `${loose.count} segments; the run as read and as sent`),
      told("· in the archive (R2), hour merged", packed.bytes / runs, "bytes", `${packed.count} segments`),
      atLeast("· merging makes it smaller", loose.bytes / packed.bytes, "×", leastShrink),
    ];
  } finally {
    await engine.stop();
  }
}

/** Until every run is stored whole. */
async function sendAll({ path, body, requests, agents }: Load, { url, key, openRuns }: Engine): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const ask = async (target: string, init: RequestInit) => {
    const response = await fetch(url + target, { ...init, headers });
    if (!response.ok) throw new Error(`${target} answered ${response.status}`);
    return response;
  };
  let n = 0;
  const client = async () => {
    while (n < requests) await (await ask(path, { method: "POST", body: new Uint8Array(body(n++)) })).arrayBuffer();
  };
  await Promise.all(Array.from({ length: clients }, client));
  await until(
    "everything is stored",
    async () => ((await (await ask("/v1/ingest/status", {})).json()) as { pending: number }).pending === 0,
  );
  for (const agent of agents) await ask(`/v1/agents/${agent}/flush`, { method: "POST", body: "{}" });
  await until("no trace is open", async () => (await openRuns()) === 0);
}

interface Engine {
  url: string;
  key: string;
  indexBytes: () => Promise<number>;
  segments: () => Promise<{ count: number; bytes: number }>;
  openRuns: () => Promise<number>;
  /** Until no hour is left to merge. */
  passHours: () => Promise<void>;
  stop: () => Promise<void>;
}

async function start(dataDir: string): Promise<Engine> {
  const secrets = readSecrets(dataDir, undefined);
  const { miniflare, url } = await startWorkers(workerOptions(await buildWorkers(), secrets), {
    folder: dataDir,
    port: 0,
    host: "127.0.0.1",
  });
  const index = await miniflare.getD1Database("INDEX", "bento");
  const archive = await miniflare.getR2Bucket("ARCHIVE", "bento");
  const cron = await miniflare.getWorker("bento-cron");
  const sizesUnder = async (prefix: string): Promise<number[]> => {
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await archive.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
      sizes.push(...page.objects.map(({ size }) => size));
      cursor = page.truncated ? page.cursor : undefined;
    } while (cursor !== undefined);
    return sizes;
  };
  return {
    url,
    key: secrets.adminKey,
    indexBytes: async () => (await index.prepare("SELECT 1").run()).meta.size_after,
    segments: async () => {
      const sizes = [...(await sizesUnder("segments/")), ...(await sizesUnder("hours/"))];
      return { count: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
    },
    openRuns: async () => (await index.prepare("SELECT count(*) AS n FROM run WHERE is_open = 1").first<number>("n")) ?? 0,
    passHours: async () => {
      await cron.scheduled({ cron: "* * * * *", scheduledTime: new Date(Date.now() + aheadMs) });
      await until("the hours are merged", async () => (await sizesUnder("segments/")).length === 0);
    },
    stop: () => miniflare.dispose(),
  };
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + longestWaitMs;
  while (!(await isSo())) {
    if (performance.now() > untilMs) throw new Error(`after ${longestWaitMs / 1_000} s it is still not so that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
