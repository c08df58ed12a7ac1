import { describe, expect, it } from "vitest";
import type { NativeRun } from "../../../cli/sample/native-run.ts";
import { sampleRuns } from "../../../cli/sample/sample-runs.ts";
import { dayMs, sampleScenario, type Scenario } from "../../../cli/sample/scenario.ts";
import { sendSample, type SampleProgress } from "../../../cli/sample/send.ts";

const endMs = Date.parse("2026-11-25T09:30:00Z");
/** The last six days only: enough for three batches. */
const scenario: Scenario = { ...sampleScenario(endMs), startMs: endMs - 6 * dayMs };
const runCount = [...sampleRuns(scenario)].length;

/** A Bento that keeps what it is sent, and says later, no or nothing where `disturb` tells it to. */
function fakeBento(disturb: (call: { method: string; path: string; count: number }) => Response | Error | null = () => null) {
  const calls: string[] = [];
  const runs = new Map<string, NativeRun>();
  const changes = new Map<string, Record<string, unknown>>();
  const scores: Record<string, unknown>[] = [];
  const batches: number[] = [];
  let unprocessed = 0;
  const answer: typeof fetch = async (input, init) => {
    const path = new URL(input instanceof Request ? input.url : input).pathname;
    const method = init?.method ?? "GET";
    calls.push(`${method} ${path}`);
    const disturbed = disturb({ method, path, count: calls.length });
    if (disturbed instanceof Error) throw disturbed;
    if (disturbed !== null) return disturbed;
    const body = typeof init?.body === "string" ? JSON.parse(init.body) : null;
    if (path === "/v1/changes") changes.set([body.agent, body.kind, body.ref, body.at].join(), body);
    if (path === "/v1/scores") scores.push(body);
    if (path === "/v1/ingest/status") return Response.json({ pending: unprocessed > 0 ? unprocessed-- : 0 });
    if (path === "/v1/runs") {
      for (const run of body.runs) runs.set(run.id, run);
      batches.push(body.runs.length);
      unprocessed = 2;
      return Response.json({ accepted: body.runs.length, rejected: [], ids: body.runs.map((run: NativeRun) => run.id) }, { status: 202 });
    }
    return Response.json({}, { status: 202 });
  };
  return { answer, calls, runs, changes, scores, batches };
}

const later = (status: number) => new Response(null, { status, headers: { "retry-after": "0" } });
const options = (answer: typeof fetch) => ({ url: "http://bento.test", key: "k", scenario, fetch: answer });

describe("sending the sample", () => {
  it("posts changes, then every run in batches, then late scores, and flushes once all is processed", async () => {
    const bento = fakeBento();
    const receipt = await sendSample(options(bento.answer));
    expect(receipt).toEqual({ runs: runCount, changes: 3, scores: bento.scores.length, rejected: [] });
    expect(bento.runs.size).toBe(runCount);
    expect(Math.max(...bento.batches)).toBeLessThanOrEqual(200);
    const order = [
      "POST /v1/changes",
      "POST /v1/runs",
      "POST /v1/scores",
      "GET /v1/ingest/status",
      "POST /v1/agents/support-bot/flush",
    ].map((call) => bento.calls.indexOf(call));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const beforeFlush = bento.calls.slice(0, bento.calls.indexOf("POST /v1/agents/support-bot/flush"));
    expect(beforeFlush.filter((call) => call === "GET /v1/ingest/status")).toHaveLength(3);
  });

  it("tries again when it is told later or not answered at all, and sends nothing twice for it", async () => {
    const bento = fakeBento(({ count }) =>
      count % 7 === 0 ? later(429) : count % 11 === 0 ? later(503) : count % 13 === 0 ? new Error("socket hang up") : null,
    );
    await sendSample(options(bento.answer));
    expect(bento.runs.size).toBe(runCount);
    expect(bento.changes.size).toBe(3);
  });

  it("may be sent again after it was broken off: the same ids and the same declarations", async () => {
    let isBroken = true;
    const bento = fakeBento(({ path }) => (isBroken && path === "/v1/scores" ? new Response("{}", { status: 500 }) : null));
    await expect(sendSample(options(bento.answer))).rejects.toThrow("POST /v1/scores: 500");
    isBroken = false;
    await sendSample(options(bento.answer));
    expect(bento.runs.size).toBe(runCount);
    expect(bento.changes.size).toBe(3);
  });

  it("stops with Bento's own words when a request is refused", async () => {
    const bento = fakeBento(({ path }) =>
      path === "/v1/runs" ? Response.json({ error: { code: "forbidden", message: "this key may only read" } }, { status: 403 }) : null,
    );
    await expect(sendSample(options(bento.answer))).rejects.toThrow("forbidden: this key may only read");
  });

  it("says which runs were refused", async () => {
    const bento = fakeBento(({ path }) =>
      path === "/v1/runs"
        ? Response.json({ accepted: 0, rejected: [{ index: 0, id: "run_1", code: "invalid", message: "no agent" }] })
        : null,
    );
    const { rejected } = await sendSample(options(bento.answer));
    expect(rejected[0]).toEqual({ id: "run_1", message: "no agent" });
  });

  it("reports progress that only grows within a stage and ends complete", async () => {
    const seen: SampleProgress[] = [];
    await sendSample({ ...options(fakeBento().answer), onProgress: (progress) => seen.push(progress) });
    for (const stage of ["changes", "runs", "scores"]) {
      const done = seen.filter((progress) => progress.stage === stage).map((progress) => progress.done);
      expect(done).toEqual(done.toSorted((a, b) => a - b));
      expect(done.at(-1)).toBe(seen.find((progress) => progress.stage === stage)?.total);
    }
  });
});
