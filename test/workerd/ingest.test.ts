import { createExecutionContext, createMessageBatch, env, getQueueResult, SELF, waitOnExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import worker from "../../workers/pipeline/index.ts";
import { inboxPrefix } from "../../r2/keys.ts";
import { listInbox } from "../../r2/inbox.ts";
import { inboxKey } from "../../r2/keys.ts";
import { sweepInbox } from "../../queues/sweep.ts";

const projectId = "prj_default";
const authorization = `Bearer ${env.BENTO_ADMIN_KEY}`;
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  SELF.fetch(`https://bento.test${path}`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const get = async (path: string): Promise<any> => (await SELF.fetch(`https://bento.test${path}`, { headers: { authorization } })).json();

async function waiting(): Promise<string[]> {
  const keys: string[] = [];
  for await (const entry of listInbox(env.ARCHIVE, inboxPrefix(projectId))) keys.push(inboxKey(entry));
  return keys;
}

/** Delivers what waits, as the queue would. */
async function deliver(keys: readonly string[]) {
  const batch = createMessageBatch(
    "bento-ingest",
    keys.map((key, i) => ({ id: `${i}`, timestamp: new Date(), attempts: 1, body: { v: 1, kind: "inbox", key } })),
  );
  const ctx = createExecutionContext();
  await worker.queue(batch, env);
  await waitOnExecutionContext(ctx);
  return getQueueResult(batch, ctx);
}

async function settled() {
  for (let i = 0; i < 100 && (await waiting()).length > 0; i++) await new Promise((resolve) => setTimeout(resolve, 50));
}

test("bytes are in the inbox, and unreadable there, before the door answers", async () => {
  const response = await post("/v1/runs", { id: "sealed", agent: "a", input: "a-secret-of-a-customer" });
  expect(response.status).toBe(202);
  const [key] = await waiting();
  if (key !== undefined) {
    const bytes = await (await env.ARCHIVE.get(key))?.arrayBuffer();
    expect(new TextDecoder().decode(bytes)).not.toContain("a-secret-of-a-customer");
  }
  await settled();
  expect((await get("/v1/runs/sealed")).input).toBe("a-secret-of-a-customer");
});

test("a run that is delivered twice is stored once, and a body that is gone settles its message", async () => {
  await post("/v1/runs", { id: "twice", agent: "a", input: "x" });
  await settled();
  const result = await deliver(["inbox/prj_default/01JD0000000000000000000000.runs.json"]);
  expect(result.retryMessages).toEqual([]);
  expect((await get("/v1/runs?limit=200")).data.filter((run: { source_id: string }) => run.source_id === "twice")).toHaveLength(1);
});

test("the newest receipt wins whatever order the queue delivers in", async () => {
  await post("/v1/runs", { id: "revised", agent: "a", output: "first" });
  await post("/v1/runs", { id: "revised", agent: "a", output: "second" });
  await settled();
  expect((await get("/v1/runs/revised")).output).toBe("second");
});

test("the sweep finds a body whose pointer was lost", async () => {
  await post("/v1/runs", { id: "lost", agent: "a" });
  const sent = await sweepInbox(env, Date.now() + 120_000);
  await settled();
  expect(sent).toBeGreaterThanOrEqual(0);
  expect((await get("/v1/runs/lost")).agent).toBe("a");
});

test("a credential in a run reaches neither the index nor a segment", async () => {
  const key = `sk-ant-api03-${"a1B2".repeat(23)}-AA`;
  await post("/v1/runs", {
    id: "leaky",
    agent: "a",
    input: `my key is ${key}`,
    steps: [{ type: "tool", name: "t", arguments: { nested: JSON.stringify({ token: key }) } }],
  });
  await settled();
  const run = await get("/v1/runs/leaky");
  expect(JSON.stringify(run)).not.toContain(key);
  const segments = await env.ARCHIVE.list({ prefix: `segments/${projectId}/` });
  for (const { key: name } of segments.objects) expect(await (await env.ARCHIVE.get(name))?.text()).not.toContain(key);
  const rows = await env.INDEX.prepare("SELECT text FROM run_text").all<{ text: string }>();
  for (const { text } of rows.results) expect(text).not.toContain(key.toLowerCase());
});
