// Hostile requests to a running Bento: a short campaign of `npm run fuzz`, and one by one what longer campaigns found.
import { afterAll, beforeAll, expect, test } from "vitest";
import { fuzz } from "../fuzz/fuzz.ts";
import type { Way } from "../fuzz/hostile-request.ts";
import { readJson } from "../fuzz/honest.ts";
import { senderTo, type Outcome, type Sender } from "../fuzz/send.ts";
import { bentoOfFile, newProject, type Project } from "./bento-reading.ts";
import { settle } from "./bento-process.ts";

const bento = bentoOfFile("single hostile requests");
let campaign: Project;
let honest: Project;
let sender: Sender;

beforeAll(async () => {
  campaign = await newProject(bento.url, "campaign");
  honest = await newProject(bento.url, "honest");
  sender = senderTo(bento.url, 1);
});

afterAll(() => {
  sender.close();
});

test("some hundred spoilt bodies of real clients meet no 5xx, no lie and no loss, and honest runs among them read back right", async () => {
  const limits = { seed: 20_261_124, bodies: 200, concurrency: 8, honestEvery: 100 };
  const report = await fuzz({ ...limits, url: bento.url, key: campaign.key, honestKey: honest.key });
  expect(report.faults).toEqual([]);
  expect(report.retried).toBe(0);
  expect(report.honestRuns).toBeGreaterThanOrEqual(10);
  // The campaign proves nothing when nearly all is refused, or nothing is.
  const sum = (of: "accepted" | "refused") => [...report.doors.values()].reduce((total, count) => total + count[of], 0);
  expect(sum("accepted")).toBeGreaterThan(100);
  expect(sum("refused")).toBeGreaterThan(25);
  expect(report.storedRuns).toBeGreaterThan(100);
});

const mebibyte = 1024 * 1024;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = { "content-type": "application/json" };

interface Given {
  what: string;
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body: Uint8Array;
  way?: Way;
  isKeyWrong?: boolean;
  wanted: { status: number } | { failure: string };
}

const post = async ({ method = "POST", path, headers = json, body, way = "whole", isKeyWrong = false }: Given): Promise<Outcome> =>
  sender.send({ method, path, headers, body }, isKeyWrong ? "wrong" : bento.project.key, way);

test.each<Given>([
  { what: "an id in the address that is no UTF-8", method: "PATCH", path: "/runs/%E0%A4%A", body: utf8("{}"), wanted: { status: 400 } },
  { what: "a half surrogate as an id in the address", method: "PATCH", path: "/runs/%ED%A0%80", body: utf8("{}"), wanted: { status: 400 } },
  { what: "a body beyond the limit that its length tells", path: "/v1/runs", body: new Uint8Array(25 * mebibyte), wanted: { status: 413 } },
  { what: "one whose length is not told", path: "/v1/runs", body: new Uint8Array(25 * mebibyte), way: "chunked", wanted: { status: 413 } },
  {
    what: "a large body with an unknown key",
    path: "/v1/runs",
    body: new Uint8Array(15 * mebibyte),
    isKeyWrong: true,
    wanted: { status: 401 },
  },
  { what: "a handshake of 25 MiB", path: "/api/project/register", body: new Uint8Array(25 * mebibyte), wanted: { status: 413 } },
  { what: "a body that breaks off", path: "/v1/runs", body: utf8('{"agent":"half-bot"}'), way: "cut", wanted: { failure: "cut" } },
  {
    what: "a run that nests without end",
    path: "/v1/runs",
    body: utf8(`{"agent":"deep-bot","more":${"[".repeat(60_000)}${"]".repeat(60_000)}}`),
    wanted: { status: 202 },
  },
  {
    what: "a row whose id is nested without end",
    path: "/logs3",
    body: utf8(`{"rows":[{"id":${"[".repeat(60_000)}${"]".repeat(60_000)},"root_span_id":"r"}]}`),
    wanted: { status: 200 },
  },
])("$what is answered with a clear word, and Bento logs no error of its own", async (given) => {
  const outcome = await post(given);
  expect(outcome).toMatchObject(given.wanted);
  if ("status" in outcome && outcome.status >= 400)
    expect(JSON.parse(new TextDecoder().decode(outcome.body))).toMatchObject({ error: { message: expect.stringMatching(/.{10}/) } });
  await settle(bento.url, bento.project.key);
  expect(bento.said()).not.toContain('"level":"error"');
});

test("feedback that comes alone in a multipart body is kept", async () => {
  const feedback = JSON.stringify({ id: "f1", run_id: "lone-feedback", trace_id: "lone-feedback", key: "helpful", score: 1 });
  const body = utf8(`--b\r\nContent-Disposition: form-data; name="feedback.f1"\r\n\r\n${feedback}\r\n--b--\r\n`);
  const headers = { "content-type": "multipart/form-data; boundary=b" };
  expect(await post({ what: "", path: "/runs/multipart", headers, body, wanted: { status: 202 } })).toMatchObject({ status: 202 });
  await settle(bento.url, bento.project.key);
  expect(await readJson(sender, bento.project.key, "/v1/scores?run_id=lone-feedback")).toMatchObject({
    data: [{ name: "helpful", value: 1 }],
  });
});

test("an agent whose trace gives it a document for a name can be read under what is kept of it", async () => {
  const attributes = [
    { key: "gen_ai.operation.name", value: { stringValue: "invoke_agent" } },
    { key: "gen_ai.agent.name", value: { stringValue: "😀".repeat(50_000) } },
  ];
  const span = { traceId: "c".repeat(32), spanId: "d".repeat(16), name: "x", startTimeUnixNano: "1795571613568000001", attributes };
  const body = utf8(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
  expect(await post({ what: "", path: "/v1/traces", body, wanted: { status: 200 } })).toMatchObject({ status: 200 });
  await settle(bento.url, bento.project.key);
  const run = await readJson(sender, bento.project.key, `/v1/runs/${span.traceId}`);
  expect(run).toMatchObject({ agent: expect.stringMatching(/^(😀)+…\[truncated \d+ characters\]$/u), flags: ["truncated"] });
  const { agent } = run as { agent: string };
  expect(await readJson(sender, bento.project.key, `/v1/agents/${encodeURIComponent(agent)}`)).toMatchObject({ name: agent });
});
