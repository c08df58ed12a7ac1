import { join } from "node:path";
import { expect, test } from "vitest";
import { unstable_readConfig, type Unstable_Config } from "wrangler";

const root = join(import.meta.dirname, "../..");
const read = (file: string): Unstable_Config => unstable_readConfig({ config: join(root, file) }, { hideWarnings: true });
const pipeline = read("wrangler.toml");
const cron = read("workers/cron/wrangler.toml");
const dashboard = read("workers/dashboard/wrangler.toml");

test("a binding that two Workers share has the same name and points at the same thing", () => {
  const buckets = new Map(pipeline.r2_buckets.map((b) => [b.binding, b.bucket_name]));
  for (const bucket of cron.r2_buckets) expect(buckets.get(bucket.binding)).toBe(bucket.bucket_name);
  const queues = new Map(pipeline.queues.producers?.map((q) => [q.binding, q.queue]));
  for (const queue of cron.queues.producers ?? []) expect(queues.get(queue.binding)).toBe(queue.queue);
});

test("every queue that is written is read, and gives its dead letters to a queue that is read", () => {
  const consumers = [...(pipeline.queues.consumers ?? []), ...(cron.queues.consumers ?? [])];
  const read = new Set(consumers.map((c) => c.queue));
  for (const { queue } of pipeline.queues.producers ?? []) expect(read).toContain(queue);
  for (const { queue, dead_letter_queue } of consumers) {
    if (queue !== "bento-dead") expect(read).toContain(dead_letter_queue);
  }
});

test("the dashboard holds no data and no secret", () => {
  expect(dashboard.d1_databases).toEqual([]);
  expect(dashboard.r2_buckets).toEqual([]);
  expect(dashboard.durable_objects.bindings).toEqual([]);
  expect(dashboard.kv_namespaces).toEqual([]);
});

test("all Workers run on one compatibility date", () => {
  expect(new Set([pipeline, cron, dashboard].map((c) => c.compatibility_date)).size).toBe(1);
});

test("every Durable Object class is migrated to SQLite storage and bound once", () => {
  const classes = pipeline.durable_objects.bindings.map((b) => b.class_name).toSorted();
  const migrated = pipeline.migrations.flatMap((m) => ("new_sqlite_classes" in m ? (m.new_sqlite_classes ?? []) : [])).toSorted();
  expect(migrated).toEqual(classes);
});
