import { expect, test } from "vitest";
import { all, call, settle, startProcess, temporaryFolder } from "./bento-process.ts";

const run = (n: number) => ({
  id: `kill-${n}`,
  agent: "killed-bot",
  started_at: new Date(Date.UTC(2026, 9, 1) + n * 60_000).toISOString(),
  status: "ok",
  steps: [{ type: "tool", name: "lookup", arguments: { n }, result: "ok", ms: 10 }],
});

test("what was acknowledged before a SIGKILL is readable after it, once, however the process was caught", async () => {
  const folder = temporaryFolder();
  const acknowledged = new Set<string>();
  try {
    let n = 0;
    for (let round = 0; round < 3; round++) {
      const bento = await startProcess(folder.path);
      const killAt = Date.now() + 700 + round * 400;
      let isDead = false;
      const death = new Promise<void>((resolve) => setTimeout(resolve, killAt - Date.now())).then(async () => {
        await bento.kill();
        isDead = true;
      });
      while (!isDead) {
        const runs = Array.from({ length: 10 }, () => run(n++));
        try {
          const response = await call(bento.url, "POST", "/v1/runs", { runs });
          if (response.status === 202) for (const { id } of runs) acknowledged.add(`run_${id}`);
        } catch {
          break;
        }
      }
      await death;
    }
    const bento = await startProcess(folder.path);
    try {
      await settle(bento.url);
      const listed = (await all<{ id: string }>(bento.url, "/v1/runs?agent=killed-bot")).map(({ id }) => id);
      expect(acknowledged.size).toBeGreaterThan(0);
      expect(new Set(listed).size).toBe(listed.length);
      expect([...acknowledged].filter((id) => !listed.includes(id))).toEqual([]);
    } finally {
      await bento.stop();
    }
  } finally {
    folder.remove();
  }
});

test("SIGTERM stops it cleanly and a second start serves the same data", async () => {
  const folder = temporaryFolder();
  try {
    const first = await startProcess(folder.path);
    expect((await call(first.url, "POST", "/v1/runs", run(1))).status).toBe(202);
    await settle(first.url);
    expect(await first.stop()).toBe(0);
    const second = await startProcess(folder.path);
    try {
      expect((await call(second.url, "GET", "/v1/runs/kill-1")).status).toBe(200);
    } finally {
      await second.stop();
    }
  } finally {
    folder.remove();
  }
});
