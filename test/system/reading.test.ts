// Claude as a reader in the whole product: three Workers on the embedded engine, the real SDK, and a Messages API on loopback that
// answers as its script tells. What is told to wait is waited for, and a kill in the middle of a call loses nothing.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { apiError, scriptedModel, textMessage, type ScriptedModel } from "../scripted-model.ts";
import { call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";

const folder = temporaryFolder();
let api: ScriptedModel;
let bento: BentoProcess;

beforeAll(async () => {
  api = await scriptedModel();
  vi.stubEnv("ANTHROPIC_API_KEY", "model-key-of-tests");
  vi.stubEnv("ANTHROPIC_BASE_URL", api.url);
  bento = await startProcess(folder.path);
});
afterAll(async () => {
  await bento.stop();
  await api.stop();
  folder.remove();
  vi.unstubAllEnvs();
});

const claim = {
  kind: "went on after a failed lookup",
  what: "The agent answered although the lookup had failed.",
  why: null,
  expected: "Say that it failed.",
  step_id: "s1",
  severity: "high",
  polarity: "failure",
  recovered: false,
  citations: [{ step_id: "s1", field: "error", quote: "boom" }],
};
const found = { message: textMessage(JSON.stringify({ findings: [claim], criteria: [] })) };

async function askFor(id: string): Promise<void> {
  const steps = [{ id: "s1", type: "tool", name: "lookup_order", error: "boom" }];
  await call(bento.url, "POST", "/v1/runs", { id, agent: "support-bot", status: "error", steps });
  await settle(bento.url);
  const reply = await call(bento.url, "POST", `/v1/runs/${id}/read`, {});
  expect(reply.status).toBe(202);
}

const runOf = async (id: string): Promise<any> => (await call(bento.url, "GET", `/v1/runs/${id}`)).json();
const read = (id: string) =>
  vi.waitFor(async () => {
    const run = await runOf(id);
    expect(["ok", "failed"]).toContain(run.reading?.status);
    return run;
  }, 30_000);

it("a run that is asked for is read, after the wait that the API asks for", async () => {
  api.answer([apiError(429, "rate_limit_error", { "retry-after": "2" }), found]);
  await askFor("waits");
  const run = await read("waits");
  expect(run.reading).toMatchObject({ status: "ok", findings: 1, error: null });
  expect(run.findings).toContainEqual(
    expect.objectContaining({
      detector: "claude",
      source: "model",
      step_id: "s1",
      evidence: [{ step_id: "s1", field: "error", quote: "boom", start: 0, end: 4 }],
    }),
  );
  const [first, second] = api.calls;
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(2_000);
});

it("a reading that a kill cut off goes on after the next start", async () => {
  api.answer([{ hang: true }, found]);
  await askFor("killed");
  await vi.waitFor(() => expect(api.calls).toHaveLength(1), 20_000);
  await bento.kill();
  bento = await startProcess(folder.path);
  expect((await read("killed")).reading).toMatchObject({ status: "ok", findings: 1 });
  expect(api.calls).toHaveLength(2);
});

it("nothing of the trace or the key is in what Bento printed", async () => {
  api.answer([apiError(400, "invalid_request_error")]);
  await askFor("refused");
  expect((await read("refused")).reading).toMatchObject({
    status: "failed",
    findings: null,
    error: "Claude answered 400 (invalid_request_error)",
  });
  expect(bento.said()).not.toMatch(/model-key-of-tests|secret-of-the-trace|lookup_order/);
});
