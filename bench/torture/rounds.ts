// The rounds of a torture: load, kill, start again, mend, settle, compare. Some rounds kill a second time while Bento is still
// recovering, because recovery is code that may be cut off too.
import { randomFrom, type Random } from "../../cli/sample/random.ts";
import { adminKey, all, call, settle, startProcess, temporaryFolder, type BentoProcess } from "../../test/system/bento-process.ts";
import { TortureClient } from "./client.ts";
import { compare, type Compared } from "./compare.ts";
import { Ledger } from "./ledger.ts";
import { deletingWrites, nativeWrites, scoreWrites, traceWrites } from "./writes.ts";

export interface Round extends Compared {
  number: number;
  /** Milliseconds of load (first) or of recovery before each kill. */
  kills: number[];
  acknowledgedRequests: number;
  cutOffRequests: number;
  deletions: number;
  pendingAtRestart: number;
  settledMs: number;
}

const earliestKillMs = 200;
const latestKillMs = 4_000;
const killInRecoveryShare = 0.3;
const longestSettleSeconds = 120;

export async function* torture({ rounds, seed }: { rounds: number; seed: string }): AsyncGenerator<Round> {
  const folder = temporaryFolder();
  const random = randomFrom(seed);
  const ledger = new Ledger();
  const own = (name: string) => randomFrom(`${seed} ${name}`);
  const clients = [
    new TortureClient(nativeWrites("n1", own("n1")), ledger, own("c1")),
    new TortureClient(nativeWrites("n2", own("n2")), ledger, own("c2")),
    new TortureClient(traceWrites("a", own("t1")), ledger, own("c3")),
    new TortureClient(traceWrites("b", own("t2")), ledger, own("c4")),
    new TortureClient(scoreWrites("n1", own("s1")), ledger, own("c5")),
    new TortureClient(deletingWrites("d1", own("d1")), ledger, own("c6")),
  ];
  let bento = await startProcess(folder.path);
  try {
    for (let number = 1; number <= rounds; number++) {
      const kills = [await loadAndKill(bento, clients, random)];
      bento = await startProcess(folder.path);
      while (random.chance(killInRecoveryShare)) {
        kills.push(await killInRecovery(bento, clients, random));
        bento = await startProcess(folder.path);
      }
      const pendingAtRestart = await pendingOf(bento.url);
      const started = performance.now();
      for (const client of clients) await client.mend(bento.url, adminKey);
      const differences: string[] = [];
      await settle(bento.url, adminKey, longestSettleSeconds).catch((error: unknown) => differences.push(String(error)));
      const settledMs = Math.round(performance.now() - started);
      const compared = await compare(bento.url, adminKey, ledger);
      differences.push(...compared.differences, ...clients.flatMap(({ refusals }) => refusals.splice(0)));
      const { acknowledgedRequests, cutOffRequests, deletions } = ledger;
      yield { ...compared, number, kills, acknowledgedRequests, cutOffRequests, deletions, pendingAtRestart, settledMs, differences };
    }
  } finally {
    await bento.kill();
    folder.remove();
  }
}

async function loadAndKill(bento: BentoProcess, clients: readonly TortureClient[], random: Random): Promise<number> {
  const afterMs = random.whole(earliestKillMs, latestKillMs);
  let isOver = false;
  const loads = [...clients.map((client) => client.load(bento.url, adminKey, () => isOver)), watch(bento.url, () => isOver)];
  await pause(afterMs);
  await bento.kill();
  isOver = true;
  await Promise.all(loads);
  return afterMs;
}

/** Kills while the sweep of the start and the clients' second tries are being worked on. */
async function killInRecovery(bento: BentoProcess, clients: readonly TortureClient[], random: Random): Promise<number> {
  const afterMs = random.whole(0, 800);
  const mending = Promise.all(clients.map((client) => client.mend(bento.url, adminKey)));
  await pause(afterMs);
  await bento.kill();
  await mending;
  return afterMs;
}

/** Someone looks on and has agents judged meanwhile, so that kills fall into evaluations, too. */
async function watch(url: string, isOver: () => boolean): Promise<void> {
  for (let n = 0; !isOver(); n++) {
    try {
      await (await call(url, "GET", "/v1/runs?limit=20")).arrayBuffer();
      const agents = await all<{ name: string }>(url, "/v1/agents");
      const agent = agents[n % Math.max(1, agents.length)];
      if (agent !== undefined) await (await call(url, "POST", `/v1/agents/${agent.name}/flush`, {})).arrayBuffer();
    } catch {
      return;
    }
    await pause(100);
  }
}

async function pendingOf(url: string): Promise<number> {
  const status = (await (await call(url, "GET", "/v1/ingest/status")).json()) as { pending: number };
  return status.pending;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
