import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, test } from "vitest";
import { total, type Counts } from "../../bench/cost-counts.ts";
import { countsHost, meteredModules } from "../../bench/metered-modules.ts";

/** Does each billed thing a known number of times, in every way that a statement can be run. */
const bundle = `
import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS n (n INTEGER PRIMARY KEY)");
  }
  async add(n) {
    const [row] = this.ctx.storage.sql.exec("INSERT INTO n VALUES (?) RETURNING n", n).toArray();
    await this.ctx.storage.setAlarm(Date.now());
    return row.n;
  }
  async count() {
    return this.ctx.storage.sql.exec("SELECT count(*) AS n FROM n").one().n;
  }
  async alarm() {
    await this.env.QUEUE.send("from the alarm");
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/r2") {
      await env.BUCKET.put("a/1", "x");
      await env.BUCKET.put("a/2", "x");
      await env.BUCKET.list({ prefix: "a/" });
      await env.BUCKET.head("a/1");
      const text = await (await env.BUCKET.get("a/1")).text();
      await env.BUCKET.delete(["a/1", "a/2"]);
      return Response.json(text);
    }
    if (pathname === "/queue") {
      await env.QUEUE.send("small");
      await env.QUEUE.sendBatch([{ body: "small" }, { body: "x".repeat(70_000) }]);
      return Response.json(null);
    }
    if (pathname === "/d1") {
      const insert = (n) => env.DB.prepare("INSERT INTO t (n) VALUES (?) RETURNING n, n + 1 AS next").bind(n);
      const told = [await insert(1).first("n"), await insert(2).first(), await insert(3).raw(), (await insert(4).all()).results];
      await insert(5).run();
      await env.DB.batch([insert(6), insert(7)]);
      return Response.json([...told, await env.DB.prepare("SELECT n FROM t WHERE n = 99").first()]);
    }
    const stub = env.COUNTER.get(env.COUNTER.idFromName("one"));
    return Response.json([await stub.add(1), await stub.add(2), await stub.count()]);
  },
  async queue(batch) {
    for (const message of batch.messages) message.attempts === 1 && message.body === "small" ? message.retry() : message.ack();
  },
};`;

const folder = mkdtempSync(join(tmpdir(), "bento-metered-"));
let miniflare: Miniflare;
let url: string;

beforeAll(async () => {
  const path = join(folder, "bundle.js");
  writeFileSync(path, bundle);
  miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      workers: [
        {
          name: "known",
          modulesRoot: folder,
          modules: meteredModules(path, ["Counter"]),
          compatibilityDate: "2026-11-01",
          compatibilityFlags: ["nodejs_compat"],
          r2Buckets: { BUCKET: "known" },
          d1Databases: { DB: "known" },
          queueProducers: { QUEUE: { queueName: "known" } },
          queueConsumers: { known: { maxBatchTimeout: 0, maxRetries: 3 } },
          durableObjects: { COUNTER: { className: "Counter", useSQLite: true } },
        },
      ],
    }),
  );
  url = (await miniflare.ready).origin;
  await (await miniflare.getD1Database("DB", "known")).prepare("CREATE TABLE t (n INTEGER PRIMARY KEY)").run();
});

afterAll(async () => {
  await miniflare.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const call = async (path: string): Promise<unknown> => (await fetch(url + path)).json();

async function counts(): Promise<Counts> {
  return (await (await miniflare.getWorker("known")).fetch(`http://${countsHost}/`)).json() as Promise<Counts>;
}

/** A queue delivers when it likes. */
async function countsWith(meter: string, n: number): Promise<Counts> {
  await expect.poll(async () => total(await counts(), meter), { timeout: 20_000 }).toBe(n);
  return counts();
}

test("puts and lists of R2 are class A, gets and heads class B, deletions free", async () => {
  expect(await call("/r2")).toBe("x");
  const counted = await counts();
  expect(counted["r2ClassA"]).toEqual({ "put a/": 2, "list a/": 1 });
  expect(counted["r2ClassB"]).toEqual({ "head a/": 1, "get a/": 1 });
});

test("every way of running a D1 statement runs it once, tells what it told and counts its rows", async () => {
  expect(await call("/d1")).toEqual([1, { n: 2, next: 3 }, [[3, 4]], [{ n: 4, next: 5 }], null]);
  expect((await counts())["d1RowsWritten"]).toEqual({ "INSERT t": 7, "SELECT t": 0 });
  const rows = await (await miniflare.getD1Database("DB", "known")).prepare("SELECT count(*) AS n FROM t").first("n");
  expect(rows).toBe(7);
});

test("a message is written and deleted once and read as often as it is tried, a large one as two", async () => {
  await call("/queue");
  // Written 1 + 1 + 2, deleted the same; read that and the two small ones once more.
  const counted = await countsWith("queueOperations", 4 + 4 + 6);
  expect(counted["queueOperations"]).toEqual({ "QUEUE write": 4, "known read": 6, "known delete": 4 });
});

test("calls and alarms of an object are requests; its rows and its setting of an alarm are counted", async () => {
  expect(await call("/object")).toEqual([1, 2, 2]);
  await expect.poll(async () => (await counts())["objectRequests"]?.["Counter alarm"] ?? 0, { timeout: 20_000 }).toBeGreaterThan(0);
  const counted = await counts();
  expect(counted["objectRequests"]).toMatchObject({ add: 2, count: 1 });
  expect(counted["objectRowsWritten"]).toMatchObject({ "Counter INSERT n": 2, setAlarm: 2 });
  expect(counted["objectRowsRead"]).toMatchObject({ "Counter SELECT n": 2 });
  expect(counted["objectBytes"]?.["Counter"]).toBeGreaterThan(0);
  expect(total(counted, "workerRequests")).toBeGreaterThanOrEqual(5);
});
