// A backfill that is killed in the middle and comes back: whatever it had found stands, the rest is found, and every run is counted once.
import { expect, test } from "vitest";
import { all, call, settle, startProcess, temporaryFolder } from "./bento-process.ts";

const runs = 12_000;
const runsAtATime = 1_000;
const startMs = Date.UTC(2026, 9, 1);
/** Each tenth says sorry. */
const run = (n: number) => ({
  id: `b-${n}`,
  agent: "scanned-bot",
  started_at: new Date(startMs + n * 60_000).toISOString(),
  status: "ok",
  output: n % 10 === 0 ? "Sorry, no." : "Here it is.",
});
const shown = runs / 10;

interface Job {
  id: string;
  status: string;
  scanned: number;
  total: number;
  matched: number;
  errors: number;
  report: { recovered: number; overlap: number; series: { count: number; denominator: number }[] };
}

const json = async <T>(response: Promise<Response>): Promise<T> => {
  const answer = await response;
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
};

/** Runs of another agent, one request after the other, until it is told to stop or nobody takes them any more. */
async function keepSending(url: string, signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    try {
      await (await call(url, "POST", "/v1/runs", { ...run(n), id: `noise-${n}`, agent: "noisy-bot" })).arrayBuffer();
    } catch {
      return;
    }
  }
}

test("a SIGKILL in the middle of a backfill leaves exact counts, no finding twice and none missing", { timeout: 400_000 }, async () => {
  const folder = temporaryFolder();
  try {
    const first = await startProcess(folder.path);
    for (let n = 0; n < runs; n += runsAtATime) {
      const body = { runs: Array.from({ length: runsAtATime }, (_, i) => run(n + i)) };
      expect((await call(first.url, "POST", "/v1/runs", body)).status).toBe(202);
    }
    await settle(first.url, undefined, 180);
    const definition = { agent: "scanned-bot", name: "Says sorry", definition: "It says sorry.", rule: "run.output.contains('Sorry')" };
    const signal = await json<{ id: string; slug: string }>(call(first.url, "POST", "/v1/signals", definition));
    const asked = { agent: "scanned-bot", target: { signal_id: signal.id } };
    const { id } = await json<Job>(call(first.url, "POST", "/v1/backfills", asked));
    const jobAt = (url: string) => json<Job>(call(url, "GET", `/v1/backfills/${id}`));
    // Live traffic goes first: while some comes in, pages wait, and the middle of the job is easily met.
    const traffic = new AbortController();
    const sending = keepSending(first.url, traffic.signal);
    let killedAt = await jobAt(first.url);
    while (killedAt.scanned === 0) killedAt = await jobAt(first.url);
    traffic.abort();
    await first.kill();
    await sending;
    expect(killedAt).toMatchObject({ status: "running", total: runs });
    expect(killedAt.scanned).toBeLessThan(runs);

    const second = await startProcess(folder.path);
    try {
      let job = await jobAt(second.url);
      expect(job.scanned).toBeGreaterThanOrEqual(killedAt.scanned);
      expect(job.scanned).toBeLessThan(runs);
      while (job.status === "running" || job.status === "queued") {
        await new Promise((resolve) => setTimeout(resolve, 500));
        job = await jobAt(second.url);
      }
      expect(job).toMatchObject({ status: "done", scanned: runs, total: runs, matched: shown, errors: 0 });
      expect([job.report.recovered, job.report.overlap]).toEqual([shown, 0]);
      const sum = (of: "count" | "denominator") => job.report.series.reduce((total, day) => total + day[of], 0);
      expect([sum("count"), sum("denominator")]).toEqual([shown, runs]);
      const found = await all<{ id: string; run_id: string }>(second.url, `/v1/findings?agent=scanned-bot&detector=signal.${signal.slug}`);
      expect(found).toHaveLength(shown);
      expect(new Set(found.map(({ run_id }) => run_id)).size).toBe(shown);
    } finally {
      await second.stop();
    }
  } finally {
    folder.remove();
  }
});
