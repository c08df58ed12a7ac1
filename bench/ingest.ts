// How fast are requests acknowledged and their runs stored, beside the bare Worker on the same engine? Both are measured in
// alternating rounds of one run, because machines are noisy; what counts is the ratio of the medians.
import { startBento, type Engine } from "../cli/engine.ts";
import { startBareWorker, type BareStyle, type BareWorker } from "./bare-worker.ts";
import { load, type LoadResult } from "./load.ts";
import { median, told, type Row } from "./rows.ts";
import { runsBody, tracesBody } from "./traffic.ts";

export interface IngestOptions {
  dataDir: string;
  rounds: number;
  seconds: number;
  onRound: (name: string) => void;
}

const clients = 16;
const json = { "content-type": "application/json" };
/** A queue that has not emptied after this long is stuck, and the bench says so. */
const longestDrainMs = 300_000;
/** Requests of 20 runs that are timed from the first byte sent to the last run visible: enough for the batches to be full. */
const backlogRequests = 300;
/** Looking lists what waits, which is work of its own. */
const lookMs = 200;

export async function ingestRows({ dataDir, rounds, seconds, onRound }: IngestOptions): Promise<Row[]> {
  const bare = await startBareWorker(dataDir, "rows");
  const bento = await startBento({ dataDir: `${dataDir}/bento`, port: 0, host: "127.0.0.1", adminKey: "bench-admin-key" });
  const keyed = { ...json, authorization: `Bearer ${bento.adminKey}` };
  const results = {
    bareRuns: [] as LoadResult[],
    bentoRuns: [] as LoadResult[],
    bareTraces: [] as LoadResult[],
    bentoTraces: [] as LoadResult[],
  };
  try {
    let n = 0;
    const from = (make: (n: number) => Buffer) => () => make(n++);
    await load({ url: bento.url, path: "/v1/runs", headers: keyed, body: from(runsBody), clients, seconds: 1 });
    await load({ url: bare.url, path: "/", headers: json, body: from(runsBody), clients, seconds: 1 });
    await drained(bento, bare);
    for (let round = 0; round < rounds; round++) {
      onRound(`round ${round + 1} of ${rounds}`);
      results.bareRuns.push(await load({ url: bare.url, path: "/", headers: json, body: from(runsBody), clients, seconds }));
      await drained(bento, bare);
      results.bentoRuns.push(await load({ url: bento.url, path: "/v1/runs", headers: keyed, body: from(runsBody), clients, seconds }));
      await drained(bento, bare);
      results.bareTraces.push(await load({ url: bare.url, path: "/", headers: json, body: from(tracesBody), clients, seconds }));
      await drained(bento, bare);
      results.bentoTraces.push(
        await load({ url: bento.url, path: "/v1/traces", headers: keyed, body: from(tracesBody), clients, seconds }),
      );
      await drained(bento, bare);
    }
    const visible = await untilVisible(bento, { dataDir, rounds, onRound }, () => runsBody(n++), keyed);
    return [
      ...pair("/v1/runs, 20 runs a request", results.bentoRuns, results.bareRuns),
      ...pair("/v1/traces, 5 traces of 4 spans a request", results.bentoTraces, results.bareTraces),
      ...visible,
    ];
  } finally {
    await bento.stop();
    await bare.stop();
  }
}

function pair(name: string, ours: readonly LoadResult[], theirs: readonly LoadResult[]): Row[] {
  const bento = median(ours.map(({ perSecond }) => perSecond));
  const bare = median(theirs.map(({ perSecond }) => perSecond));
  const failed = ours.reduce((sum, one) => sum + one.failed, 0);
  return [
    told(`acknowledged ${name}`, bento, "requests/s", `bare Worker ${Math.round(bare)} requests/s`),
    told(`ratio to the bare Worker, ${name}`, bento / bare, "×"),
    told(
      `p99 until acknowledged, ${name}`,
      median(ours.map(({ p99Ms }) => p99Ms)),
      "ms",
      `bare Worker ${Math.round(median(theirs.map(({ p99Ms }) => p99Ms)))} ms; ${failed} failed`,
    ),
  ];
}

/** A backlog of requests is sent to each in turn, then timed until its last run stands in the index. */
async function untilVisible(
  bento: Engine,
  { dataDir, rounds, onRound }: Pick<IngestOptions, "dataDir" | "rounds" | "onRound">,
  body: () => Buffer,
  keyed: Record<string, string>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const style of ["rows", "leanest"] satisfies BareStyle[]) {
    const bare = await startBareWorker(`${dataDir}/end-to-end`, style);
    const perSecond = { bare: [] as number[], bento: [] as number[] };
    try {
      for (let round = 0; round < rounds; round++) {
        onRound(`end to end beside the bare consumer (${style}), round ${round + 1} of ${rounds}`);
        const bodies = Array.from({ length: backlogRequests }, body);
        const before = await bare.countRows();
        perSecond.bare.push(
          await runsPerSecond(
            () => sendAll(bare.url, "/", json, bodies),
            async () => (await bare.countRows()) >= before + backlogRequests * 20,
          ),
        );
        perSecond.bento.push(
          await runsPerSecond(
            () => sendAll(bento.url, "/v1/runs", keyed, bodies),
            async () => (await pendingOf(bento)) === 0,
          ),
        );
      }
    } finally {
      await bare.stop();
    }
    const [ours, theirs] = [median(perSecond.bento), median(perSecond.bare)];
    rows.push(
      told(`runs until visible and folded, beside ${style}`, ours, "runs/s", `bare consumer ${Math.round(theirs)} runs/s`),
      told(`ratio to the bare consumer (${style})`, ours / theirs, "×"),
    );
  }
  return rows;
}

async function runsPerSecond(send: () => Promise<void>, isDone: () => Promise<boolean>): Promise<number> {
  const started = performance.now();
  await send();
  while (!(await isDone())) {
    if (performance.now() > started + longestDrainMs) throw new Error(`not stored after ${longestDrainMs / 1_000} s`);
    await pause(lookMs);
  }
  return (backlogRequests * 20) / ((performance.now() - started) / 1_000);
}

async function sendAll(url: string, path: string, headers: Record<string, string>, bodies: readonly Buffer[]): Promise<void> {
  const left = [...bodies];
  const client = async () => {
    for (let body = left.pop(); body !== undefined; body = left.pop()) {
      const response = await fetch(url + path, { method: "POST", headers, body });
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** Until nothing is pending, so that one round does not pay for the other. */
async function drained(bento: Engine, bare: BareWorker): Promise<void> {
  const untilMs = performance.now() + longestDrainMs;
  let rows = -1;
  for (;;) {
    const pending = await pendingOf(bento);
    const nextRows = await bare.countRows();
    if (pending === 0 && nextRows === rows) return;
    if (performance.now() > untilMs) throw new Error(`${pending} requests are still pending after ${longestDrainMs / 1_000} s`);
    rows = nextRows;
    await pause(lookMs);
  }
}

async function pendingOf(bento: Engine): Promise<number> {
  const response = await fetch(`${bento.url}/v1/ingest/status`, { headers: { authorization: `Bearer ${bento.adminKey}` } });
  return ((await response.json()) as { pending: number }).pending;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
