// How fast does a backfill go over history, beside a bare loop that reads the same segments, unpacks and parses them and does nothing
// else? Both run in workerd on the same archive, in alternating rounds; what counts is the ratio of the medians.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildWorkers } from "../cli/build.ts";
import { startWorkers, workerOptions } from "../cli/engine.ts";
import { readSecrets } from "../cli/secrets.ts";
import { writeRuns } from "../d1/write-runs.ts";
import { finishRun } from "../domain/run/finish.ts";
import { listedPrices } from "../domain/run/price.ts";
import { readNativeRuns } from "../domain/wire/native.ts";
import { hourKey, hourOf } from "../r2/keys.ts";
import { packLine } from "../r2/packed-line.ts";
import { putLines } from "../r2/segments.ts";
import { childPid, cpuMsOf } from "./process-time.ts";
import { atLeast, median, told, type Row } from "./rows.ts";
import { runsBody } from "./traffic.ts";

export interface BackfillOptions {
  dataDir: string;
  runs: number;
  rounds: number;
  onRound: (name: string) => void;
}

const projectId = "prj_default";
const agent = "bench-backfill";
/** True of one in thirty of the bench's runs. */
const rule = "run.scores.success < 0.5 && run.cohort.plan == 'pro' && run.steps.exists(step, step.name == 'lookup_order')";
const leastRatio = 0.6;
/** A merged segment that is large enough is left alone. */
const segmentBytes = 8 * 1024 * 1024;
const runsAtATime = 1_000;
const requestRuns = 20;
const yearMs = 365 * 24 * 60 * 60_000;
/** Looking is work of its own, on the same thread. */
const lookMs = 500;
const longestMs = 600_000;

/** The same archive, as plainly as it can be read: whole objects, unpacked at once, every line parsed. */
const bareScript = `
import { gunzipSync } from "node:zlib";
const decoder = new TextDecoder();
export default {
  async fetch(_, { ARCHIVE }) {
    let runs = 0;
    for (let cursor; ;) {
      const page = await ARCHIVE.list({ prefix: "hours/", cursor });
      for (const { key } of page.objects) {
        const object = await ARCHIVE.get(key);
        const text = decoder.decode(gunzipSync(new Uint8Array(await object.arrayBuffer())));
        for (const line of text.split("\\n")) if (line !== "" && JSON.parse(line).run.id !== undefined) runs += 1;
      }
      if (!page.truncated) return Response.json({ runs });
      cursor = page.cursor;
    }
  },
};`;

export async function backfillRows({ dataDir, runs, rounds, onRound }: BackfillOptions): Promise<Row[]> {
  const engine = await start(join(dataDir, "backfill"));
  try {
    onRound(`backfill: storing ${runs.toLocaleString("en-US")} runs`);
    await engine.seed(runs);
    const bare: Spent[] = [];
    const ours: Spent[] = [];
    for (let round = 0; round < rounds; round++) {
      onRound(`backfill beside a bare loop, round ${round + 1} of ${rounds}`);
      bare.push(await spentOn(() => engine.readBare(runs)));
      const signalId = await engine.declare(round);
      ours.push(await spentOn(() => engine.backfill(signalId, runs)));
    }
    const seconds = { bare: median(bare.map((one) => one.seconds)), ours: median(ours.map((one) => one.seconds)) };
    const cpuMs = { bare: median(bare.map((one) => one.cpuMs)), ours: median(ours.map((one) => one.cpuMs)) };
    const beside = `${runs.toLocaleString("en-US")} runs; bare loop ${Math.round(runs / seconds.bare)} runs/s`;
    return [
      told("history scanned for a rule that one run in thirty shows", runs / seconds.ours, "runs/s", beside),
      atLeast("ratio to the bare loop", seconds.bare / seconds.ours, "×", leastRatio, "reads, unpacks and parses the same segments"),
      told("ratio by processor time", Number.isNaN(cpuMs.ours) ? null : cpuMs.bare / cpuMs.ours, "×", "of workerd, stores included"),
    ];
  } finally {
    await engine.stop();
  }
}

interface Spent {
  seconds: number;
  /** NaN where the system does not tell. */
  cpuMs: number;
}

/** @param work gives its seconds where it knows them better than whoever looks now and then */
async function spentOn(work: () => Promise<number | void>): Promise<Spent> {
  const pid = childPid("workerd");
  const cpuMs = () => (pid === null ? null : cpuMsOf(pid)) ?? Number.NaN;
  const [started, cpu] = [performance.now(), cpuMs()];
  const seconds = (await work()) ?? (performance.now() - started) / 1_000;
  return { seconds, cpuMs: cpuMs() - cpu };
}

async function start(folder: string) {
  mkdirSync(folder, { recursive: true });
  const secrets = readSecrets(folder, undefined);
  const workers = workerOptions(await buildWorkers(), secrets);
  const [pipeline] = workers;
  if (pipeline === undefined) throw new Error("there is no Worker");
  const bareFile = join(folder, "bare.js");
  writeFileSync(bareFile, bareScript);
  // With its buckets; everything else that it has nobody asks for.
  const bare = {
    ...pipeline,
    name: "bare",
    modulesRoot: folder,
    modules: [{ type: "ESModule" as const, path: bareFile }],
    queueConsumers: {},
    durableObjects: {},
  };
  const { miniflare, url } = await startWorkers([...workers, bare], { folder, port: 0, host: "127.0.0.1" });
  const index = (await miniflare.getD1Database("INDEX", "bento")) as unknown as D1Database;
  const archive = (await miniflare.getR2Bucket("ARCHIVE", "bento")) as unknown as R2Bucket;
  const bareWorker = await miniflare.getWorker("bare");
  const api = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${secrets.adminKey}`, "content-type": "application/json" };
    const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    seed: (runs: number) => seed(archive, index, runs),
    readBare: async (expected: number) => {
      const { runs } = (await (await bareWorker.fetch("http://bare/")).json()) as { runs: number };
      if (runs !== expected) throw new Error(`the bare loop read ${runs} runs of ${expected}`);
    },
    /** A rule that no run was asked yet, so that its findings are new each time. */
    declare: async (round: number) => {
      const signal = await api("POST", "/v1/signals", { agent, name: `Failed with a lookup ${round}`, definition: "Failed.", rule });
      return String(signal["id"]);
    },
    backfill: async (signalId: string, expected: number) => {
      const { id } = await api("POST", "/v1/backfills", { agent, target: { signal_id: signalId } });
      const untilMs = performance.now() + longestMs;
      for (;;) {
        const { status, scanned, errors, created_at, updated_at } = await api("GET", `/v1/backfills/${String(id)}`);
        if (status === "failed" || performance.now() > untilMs) throw new Error(`the backfill is ${String(status)}`);
        if (status === "done") {
          if (scanned !== expected || errors !== 0) throw new Error(`the backfill scanned ${String(scanned)} of ${expected}`);
          return (Date.parse(String(updated_at)) - Date.parse(String(created_at))) / 1_000;
        }
        await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
    },
    stop: () => miniflare.dispose(),
  };
}

/** As consumers and compaction leave it: merged segments of an hour that is over, and the rows of their runs. */
async function seed(archive: R2Bucket, index: D1Database, runs: number): Promise<void> {
  const hour = hourOf(Date.now() - 24 * 60 * 60_000);
  let segment = 0;
  let held: { run: ReturnType<typeof finishRun>; packed: Uint8Array }[] = [];
  const flush = async () => {
    const key = hourKey(projectId, hour, String(segment++).padStart(10, "0"));
    const places = await putLines(archive, key, held.map(({ packed }) => packed)); // prettier-ignore
    for (let i = 0; i < held.length; i += runsAtATime) {
      const stored = held.slice(i, i + runsAtATime).flatMap(({ run }, k) => {
        const place = places[i + k];
        return place === undefined ? [] : [{ run, version: "01", isOpen: false, place, custom: [], aliases: [] }];
      });
      await writeRuns(
        index,
        projectId,
        stored,
        [{ id: `${segment}-${i}`, door: "runs", accepted: stored.length, rejected: [] }],
        "",
        Date.now(),
      );
    }
    held = [];
  };
  let bytes = 0;
  for (let n = 0; n * requestRuns < runs; n++) {
    for (const one of readRequest(n, runs)) {
      const packed = await packLine(new TextEncoder().encode(`${JSON.stringify(one)}\n`));
      held.push({ run: one.run, packed });
      bytes += packed.length;
    }
    if (bytes > segmentBytes) {
      await flush();
      bytes = 0;
    }
  }
  if (held.length > 0) await flush();
}

/** Spread over a year, as history is. */
function readRequest(n: number, total: number) {
  const { runs } = JSON.parse(runsBody(n, requestRuns).toString()) as { runs: object[] };
  const receivedMs = Date.now();
  const timesOf = (i: number) => {
    const started = receivedMs - yearMs + (i * yearMs) / total;
    return { started_at: new Date(started).toISOString(), ended_at: new Date(started + 2_000).toISOString() };
  };
  const sent = runs.map((run, i) => ({ ...run, agent, ...timesOf(n * requestRuns + i) })).slice(0, total - n * requestRuns);
  const reading = readNativeRuns(Buffer.from(JSON.stringify({ runs: sent })), "json", {
    receipt: "01JD0000000000000000000000",
    receivedMs,
  });
  if (!reading.ok) throw new Error(reading.message);
  return reading.runs.map(({ id, draft, raw }) => ({ run: finishRun(draft, { id, prices: listedPrices, nowMs: receivedMs }), raw }));
}
