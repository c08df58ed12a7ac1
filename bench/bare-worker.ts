// The bare Worker on the same engine: it reads the body, puts it to R2 and sends a queue message, and its consumer reads the body
// back, parses it and inserts one D1 row a run. It redacts, checks, assembles, folds and searches nothing.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

/**
 * - `rows`: the consumer as one writes it, a D1 batch of inserts, the run itself in its row (its R2 object is deleted, so it must stand somewhere)
 * - `leanest`: all rows as one JSON value in one statement, and of a run only its id and agent: what it was is lost
 */
export type BareStyle = "rows" | "leanest";

const store: Record<BareStyle, string> = {
  rows: `
    const insert = env.DB.prepare("INSERT OR REPLACE INTO run VALUES (?, ?, ?)");
    for (let i = 0; i < rows.length; i += 100)
      await env.DB.batch(rows.slice(i, i + 100).map((run) => insert.bind(run.id, run.agent, JSON.stringify(run))));`,
  leanest: `
    const json = JSON.stringify(rows.map((run) => ({ id: run.id, agent: run.agent })));
    await env.DB.prepare("INSERT OR REPLACE INTO run SELECT value->>'id', value->>'agent', NULL FROM json_each(?)").bind(json).run();`,
};

const script = (style: BareStyle) => `
let n = 0;
export default {
  async fetch(request, env) {
    const key = "inbox/" + Date.now() + "-" + n++;
    await env.BUCKET.put(key, await request.arrayBuffer());
    await env.QUEUE.send({ key });
    return Response.json({ accepted: 20 }, { status: 202 });
  },
  async queue(batch, env) {
    const rows = [];
    for (const message of batch.messages) {
      const { runs } = await (await env.BUCKET.get(message.body.key)).json();
      rows.push(...(runs ?? []));
    }${store[style]}
    await env.BUCKET.delete(batch.messages.map((message) => message.body.key));
  },
};`;

export interface BareWorker {
  url: string;
  countRows: () => Promise<number>;
  stop: () => Promise<void>;
}

export async function startBareWorker(dataDir: string, style: BareStyle): Promise<BareWorker> {
  const state = join(dataDir, `bare-${style}`);
  mkdirSync(state, { recursive: true });
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      workers: [
        {
          name: "bare",
          modules: true,
          script: script(style),
          compatibilityDate: "2026-11-01",
          r2Buckets: { BUCKET: "bare" },
          d1Databases: { DB: "bare" },
          queueProducers: { QUEUE: { queueName: "bare" } },
          queueConsumers: { bare: { maxBatchSize: 100, maxBatchTimeout: 0 } },
        },
      ],
    }),
    logRequests: false,
    enableDevRegistry: false,
    resourcePersistencePath: state,
  });
  const url = await miniflare.ready;
  const db = await miniflare.getD1Database("DB", "bare");
  await db.prepare("CREATE TABLE IF NOT EXISTS run (id TEXT PRIMARY KEY, agent TEXT NOT NULL, run TEXT)").run();
  return {
    url: url.origin,
    countRows: async () => (await db.prepare("SELECT count(*) AS n FROM run").first<{ n: number }>())?.n ?? 0,
    stop: () => miniflare.dispose(),
  };
}
