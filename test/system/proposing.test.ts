// Claude as a namer of signals in the whole product: three Workers on the embedded engine, the real SDK, and a Messages API on loopback. A
// kill in the middle of a call loses nothing, and nothing is applied before somebody accepts.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { scriptedModel, textMessage, type ScriptedModel } from "../scripted-model.ts";
import { call, settle, startProcess, temporaryFolder, type BentoProcess } from "./bento-process.ts";

const folder = temporaryFolder();
let api: ScriptedModel;
let bento: BentoProcess;
let signal: { id: string; name: string };

const send = async (method: string, path: string, body?: object): Promise<any> => (await call(bento.url, method, path, body)).json();

beforeAll(async () => {
  api = await scriptedModel();
  vi.stubEnv("ANTHROPIC_API_KEY", "model-key-of-tests");
  vi.stubEnv("ANTHROPIC_BASE_URL", api.url);
  bento = await startProcess(folder.path);
  const steps = [{ id: "s1", type: "tool", name: "lookup_order", error: "boom" }];
  await send("POST", "/v1/runs", { id: "r1", agent: "support-bot", status: "error", steps });
  await settle(bento.url);
  [signal] = (await send("GET", "/v1/signals?level=leaf&polarity=failure")).data;
});
afterAll(async () => {
  await bento.stop();
  await api.stop();
  folder.remove();
  vi.unstubAllEnvs();
});

const proposal = {
  name: "Order lookup breaks",
  definition: "The lookup of an order raises an error.",
  merge_into: null,
  reason: "It says so.",
};
const proposed = { message: textMessage(JSON.stringify(proposal)) };
const ready = () =>
  vi.waitFor(async () => {
    const shown = await send("GET", `/v1/signals/${signal.id}`);
    expect(shown.proposal?.status).toBe("ready");
    return shown;
  }, 30_000);

it("a signal gets a proposal, keeps its name, and takes the proposed one when it is accepted", async () => {
  api.answer([proposed]);
  expect(await send("POST", `/v1/signals/${signal.id}/propose`, {})).toEqual({ id: signal.id, status: "pending" });
  expect(await ready()).toMatchObject({ name: signal.name, proposal });
  const accepted = await send("POST", `/v1/signals/${signal.id}/accept`, { what: "name" });
  expect(accepted).toMatchObject({ name: proposal.name, proposal: null });
  expect(api.calls).toHaveLength(1);
});

it("a proposal that a kill cut off goes on after the next start", async () => {
  api.answer([{ hang: true }, proposed]);
  await send("POST", `/v1/signals/${signal.id}/propose`, {});
  await vi.waitFor(() => expect(api.calls).toHaveLength(1), 20_000);
  await bento.kill();
  bento = await startProcess(folder.path);
  expect(await ready()).toMatchObject({ proposal });
  expect(api.calls).toHaveLength(2);
  expect(bento.said()).not.toMatch(/model-key-of-tests|boom|lookup_order/);
});
