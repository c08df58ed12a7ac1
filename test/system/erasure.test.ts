// All that Bento makes of one user's runs, and then the user's data is deleted: no list, export or file has a word of theirs left, and the
// audit log still verifies. What is found on the disk is what somebody who takes the disk would find.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";

const folder = temporaryFolder();
let bento: BentoProcess;
const word = "zebrafishmarker";
const user = "user-who-leaves";

beforeAll(async () => {
  bento = await startProcess(folder.path);
}, 120_000);
afterAll(async () => {
  await bento?.stop();
  folder.remove();
});

async function post<T>(path: string, body: unknown, status = 201): Promise<T> {
  const reply = await call(bento.url, "POST", path, body);
  expect([path, reply.status]).toEqual([path, status]);
  return (await reply.json()) as T;
}

const startedAt = (i: number): string => new Date(Date.now() - 3_600_000 + i * 1_000).toISOString();
const run = (i: number, isTheirs: boolean) => ({
  id: `run-${i}`,
  agent: "bot",
  user_id: isTheirs ? user : `user-${i}`,
  started_at: startedAt(i),
  ended_at: startedAt(i),
  status: isTheirs ? "error" : "ok",
  input: isTheirs ? `Please ${word}` : "Hello",
  output: isTheirs ? `Sorry, ${word}` : "Done.",
  steps: [
    {
      id: "s1",
      type: "tool",
      name: "lookup",
      arguments: { query: isTheirs ? word : "x" },
      result: isTheirs ? null : { found: true },
      error: isTheirs ? `cannot find ${word} in the ledger` : null,
    },
  ],
  scores: { success: isTheirs ? 0 : 1 },
});

const own = "runs signals findings artifacts reports incidents drifts experiments evaluations optimisations audit";
const ofAgent = "book taxonomy dimensions";
const exported = "runs signals findings incidents drifts experiments book reports audit";
const lists = [
  ...own.split(" "),
  ...ofAgent.split(" ").map((name) => `agents/bot/${name}`),
  ...exported.split(" ").map((name) => `export/${name}`),
].map((name) => `/v1/${name}`);

test("a user's words are nowhere after their data was deleted", { timeout: 240_000 }, async () => {
  await post("/v1/runs", { runs: Array.from({ length: 40 }, (_, i) => run(i, i < 6)) }, 202);
  await settle(bento.url);
  await post("/v1/agents/bot/flush", {}, 200);
  const signals = (await (await call(bento.url, "GET", "/v1/signals?level=leaf&polarity=failure")).json()) as {
    data: { id: string; name: string }[];
  };
  expect(signals.data[0]?.name).toContain(word);
  await post(`/v1/signals/${signals.data[0]?.id}/draft`, {}, 202);
  const { id: suite } = await post<{ id: string }>("/v1/suites", { agent: "bot", name: "regressions" });
  for (const id of ["run-0", "run-20"]) await post(`/v1/suites/${suite}/cases`, { run_id: id });
  await post("/v1/evaluators", { agent: "bot", name: "says it is done", type: "contains", text: "Done" });
  await post("/v1/evaluations", { agent: "bot", evaluators: ["says it is done"] });
  const driver = { type: "webhook", url: "http://127.0.0.1:1/nobody" };
  const { id: replay } = await post<{ id: string }>("/v1/experiments", {
    kind: "replay",
    agent: "bot",
    candidate: { config: { model: "next" }, driver },
    plan: { runs: ["run-0", "run-20"], matching: "strict" },
  });
  await post(`/v1/experiments/${replay}/start`, {}, 200);
  await post("/v1/reports", { agent: "bot", period: "day", day: startedAt(0).slice(0, 10) });

  expect((await call(bento.url, "DELETE", `/v1/users/${user}/data`)).status).toBeLessThan(300);
  const isGone = async (): Promise<boolean> => !(await (await call(bento.url, "GET", `/v1/runs?user_id=${user}`)).text()).includes(`"run-`);
  await expect.poll(isGone, { timeout: 60_000 }).toBe(true);
  await post("/v1/agents/bot/flush", {}, 200);
  for (const path of [...lists, `/v1/suites/${suite}`, `/v1/experiments/${replay}`]) {
    const text = (await (await call(bento.url, "GET", path)).text()).toLowerCase();
    expect([path, text.includes(word), text.includes(user)]).toEqual([path, false, false]);
  }
  expect((await (await call(bento.url, "GET", "/v1/audit/verify")).json()) as object).toMatchObject({ ok: true });

  await bento.stop();
  const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(5);
  const telling = files.filter((file) => {
    const text = readFileSync(join(file.parentPath, file.name)).toString("latin1").toLowerCase();
    return text.includes(word) || text.includes(user);
  });
  expect(telling.map(({ name }) => name)).toEqual([]);
});
