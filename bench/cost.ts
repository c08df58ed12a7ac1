// What would a million runs cost on Cloudflare? The real Workers store some thousand on the embedded engine, every billed operation is
// counted where it is done, and the counts are multiplied with list prices. Told, not judged: a price has no target.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { settingsSchema } from "../domain/project/settings.ts";
import { doorRows, monthRows, storageRows, usageOf, type Door, type Measured, type Usage } from "./cost-bill.ts";
import { since, type Counts } from "./cost-counts.ts";
import { startMetered, type MeteredEngine } from "./metered-engine.ts";
import { told, type Row } from "./rows.ts";
import { runsBody, tracesBody } from "./traffic.ts";

export interface CostOptions {
  dataDir: string;
  onRound: (name: string) => void;
}

interface Load {
  name: string;
  path: string;
  body: (n: number) => Buffer;
  runsPerRequest: number;
  requests: number;
  /** Requests at a time; null: one, and the next when it is stored. */
  clients: number | null;
}

/** A queue hands on up to 25 requests together when they come faster than they are stored. */
const clients = 16;
const runs = { path: "/v1/runs", body: runsBody, runsPerRequest: 20 };
const traces = { path: "/v1/traces", body: tracesBody, runsPerRequest: 5 };
const loads = {
  runsInBursts: { ...runs, name: "native runs in bursts", requests: 150, clients },
  runsAlone: { ...runs, name: "native runs, each request alone", requests: 60, clients: null },
  tracesInBursts: { ...traces, name: "OTLP traces in bursts", requests: 300, clients },
  tracesAlone: { ...traces, name: "OTLP traces, each request alone", requests: 80, clients: null },
} satisfies Record<string, Load>;
/** Runs of the traffic that went before, so that no object and no agent is new when counting begins. */
const firstBodies = 100_000;

/** Nothing is counted for so long: longer than the behaviour of an agent waits before it is judged. */
const quietMs = 5_000;
const lookMs = 100;
const longestQuietWaitMs = 300_000;
const hourMs = 60 * 60_000;
const minuteMs = 60_000;
const dayMs = 24 * hourMs;
/** The agents of the traffic. */
const liveAgents = 4;
const judgedAgent = "bench-1";
const { retention_days: retentionDays } = settingsSchema.parse({});

export async function costRows({ dataDir, onRound }: CostOptions): Promise<Row[]> {
  const on = async (load: Load, then: (engine: MeteredEngine) => Promise<void> = async () => {}) => {
    onRound(`cost of ${load.name}`);
    return measured(join(dataDir, `cost-${load.name.replaceAll(/\W+/g, "-")}`), load, then);
  };
  const standing: { idle?: Idle; evaluation?: Usage } = {};
  const native: Door = {
    name: "native runs",
    bursts: await on(loads.runsInBursts),
    alone: await on(loads.runsAlone, async (engine) => {
      standing.evaluation = await evaluationOf(engine);
      standing.idle = await idle(engine);
    }),
  };
  const otlp: Door = { name: "OTLP traces", bursts: await on(loads.tracesInBursts), alone: await on(loads.tracesAlone) };
  if (standing.idle === undefined || standing.evaluation === undefined) throw new Error("the cost of standing still was not measured");
  const doors = [native, otlp];
  return [
    ...doors.flatMap((door) => [...doorRows(door), ...storageRows(door, retentionDays)]),
    ...monthRows({
      doors: doors.map((door) => ({ door, runs: 500_000 })),
      retentionDays,
      ...standing.idle,
      evaluation: standing.evaluation,
      liveAgents,
    }),
    told(
      "not counted",
      null,
      "",
      "who reads (API, pages, webhooks), Workers Logs, objects that start anew after a rest, facts that age out (a row a run)",
    ),
    told("upper estimates", null, "", "CPU has the engine's simulators in it; duration is as long as callers wait on a busy machine"),
  ];
}

/** Counts one load in an instance of its own: until its agents are judged and its hour of the archive is merged, and its end. */
async function measured(dataDir: string, load: Load, then: (engine: MeteredEngine) => Promise<void>): Promise<Measured> {
  mkdirSync(dataDir, { recursive: true });
  const engine = await startMetered(dataDir);
  try {
    await post(engine, load.path, load.body(firstBodies));
    await untilQuiet(engine);
    const [before, cpuBefore, archiveBefore] = [await engine.counts(), engine.cpuMs(), await engine.archiveBytes()];
    await send(engine, load);
    await untilQuiet(engine);
    await engine.tick(new Date(Date.now() + 2 * hourMs));
    const cpuAfter = await untilQuiet(engine);
    const counts = since(before, await engine.counts());
    const archiveBytes = (await engine.archiveBytes()) - archiveBefore;
    await then(engine);
    return {
      runs: load.requests * load.runsPerRequest,
      counts,
      endCounts: await untilForgotten(engine),
      cpuMs: difference(cpuBefore, cpuAfter),
      archiveBytes,
    };
  } finally {
    await engine.stop();
  }
}

/** What retention does when it is time: the runs leave the index, the archive and the assembly objects. */
async function untilForgotten(engine: MeteredEngine): Promise<Counts> {
  const before = await engine.counts();
  let atMs = Date.now() + (retentionDays + 1) * dayMs;
  while ((await engine.runs()).stored > 0) {
    await engine.tick(new Date(atMs));
    await untilQuiet(engine);
    atMs += minuteMs;
  }
  return since(before, await engine.counts());
}

async function send(engine: MeteredEngine, { path, body, requests, clients: atATime }: Load): Promise<void> {
  let n = 0;
  const client = async () => {
    while (n < requests) {
      await post(engine, path, body(n++));
      while (atATime === null && !(await engine.isInboxEmpty())) await pause(lookMs);
    }
  };
  await Promise.all(Array.from({ length: atATime ?? 1 }, client));
}

/** What one more evaluation of an agent takes, as `flush` does it: with the request that asks for it. */
async function evaluationOf(engine: MeteredEngine): Promise<Usage> {
  const flush = () => post(engine, `/v1/agents/${judgedAgent}/flush`, Buffer.from("{}"));
  // The first has more to tell.
  await usageOfAct(engine, flush);
  return usageOfAct(engine, flush);
}

interface Idle {
  /** One run of the cron. */
  tick: Usage;
  /** One run of the cron that finds an hour's work to look at. */
  hour: Usage;
}

/** What time alone takes when there is nothing to do. */
async function idle(engine: MeteredEngine): Promise<Idle> {
  const fromMs = Date.now() + 6 * hourMs;
  const hour = await usageOfAct(engine, () => engine.tick(new Date(fromMs)));
  const tick = await usageOfAct(engine, () => engine.tick(new Date(fromMs + minuteMs)));
  return { tick, hour };
}

async function usageOfAct(engine: MeteredEngine, act: () => Promise<unknown>): Promise<Usage> {
  const [before, cpuBefore] = [await engine.counts(), engine.cpuMs()];
  await act();
  const cpuAfter = await untilQuiet(engine);
  return usageOf(since(before, await engine.counts()), difference(cpuBefore, cpuAfter));
}

async function post({ url, adminKey }: MeteredEngine, path: string, body: Buffer): Promise<void> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${adminKey}` };
  const response = await fetch(url + path, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  await response.arrayBuffer();
}

const difference = (before: number | null, after: number | null): number | null =>
  before === null || after === null ? null : after - before;

/** Until every body is stored, every trace is over and nothing is counted any more. CPU milliseconds as they stood when that began. */
async function untilQuiet(engine: MeteredEngine): Promise<number | null> {
  const untilMs = performance.now() + longestQuietWaitMs;
  let last = "";
  let cpuMs = engine.cpuMs();
  let sinceMs = performance.now();
  while (performance.now() - sinceMs < quietMs) {
    const counts = JSON.stringify(await engine.counts());
    if (counts !== last || !(await engine.isInboxEmpty()) || (await engine.runs()).open > 0) {
      last = counts;
      sinceMs = performance.now();
      // Looking on costs the process something too, which is none of the load's.
      cpuMs = engine.cpuMs();
    }
    if (performance.now() > untilMs) throw new Error(`the engine was not quiet within ${longestQuietWaitMs / 1_000} s`);
    await pause(lookMs);
  }
  return cpuMs;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
