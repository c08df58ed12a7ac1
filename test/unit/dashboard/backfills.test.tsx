// The pages of backfills: how far each is, what it adds, what may be done with it, and the plan that is shown before one begins.
import { describe, expect, test } from "vitest";
import { fullScript, Refused, session } from "../../browser/pages.fixture.ts";
import { runningJob } from "../../browser/signals.fixture.ts";
import { backfillBody } from "../../../workers/dashboard/backfill-form.ts";
import { post, render, tagsOf, textOf } from "./render.ts";

const csrf = "csrf-of-the-session";
const plain = (html: string): string => textOf(html).replaceAll("\u202F", " ");

describe("the list of backfills", () => {
  test("says what each looks for by name, how far it is in words and as a bar, and how long it takes yet", async () => {
    const { html } = await render("/backfills");
    for (const part of [
      "Signal Refund without a lookup",
      "Detector tool_error",
      "30.0 % 1,038 of 3,460 runs",
      "about 1 min 35 s to go",
      "waits for its turn",
    ])
      expect(plain(html)).toContain(part);
    const bar = tagsOf(html).find(({ name }) => name === "progress");
    expect(Object.fromEntries(bar?.attributes ?? [])).toMatchObject({ value: "1038", max: "3460", "aria-label": "Runs looked at" });
  });

  test.each([
    ["running", true],
    ["queued", true],
    ["paused", false],
    ["done", false],
    ["failed", false],
  ])("renews itself while one is %s: %s", async (status, isRenewed) => {
    const { html } = await render("/backfills", { ...fullScript(), "GET /v1/backfills": { data: [{ ...runningJob, status }] } });
    expect(html.includes('http-equiv="refresh"')).toBe(isRenewed);
  });
});

describe("a backfill", () => {
  test("says what history adds so far, over time and in numbers", async () => {
    const { html } = await render("/backfills/bkf_01");
    for (const part of [
      "What history adds so far",
      "29 Oct, 09:00",
      "Nobody knew of 60",
      "Known before 4",
      "6.1 % 95 %: 4.8 % to 7.7 %",
      "definition 1",
    ])
      expect(plain(html)).toContain(part);
    expect(html).toContain('class="chart wide"');
    expect(html).toContain('href="/signals/sig_03"');
  });

  test("can be held still while one reads it", async () => {
    expect((await render("/backfills/bkf_01")).html).toContain('http-equiv="refresh"');
    expect((await render("/backfills/bkf_01?hold=1")).html).not.toContain('http-equiv="refresh"');
  });

  test.each([
    ["bkf_01", ["cancel", "pause"]],
    ["bkf_05", ["cancel", "pause"]],
    ["bkf_04", ["cancel", "resume"]],
    ["bkf_02", []],
    ["bkf_03", []],
  ])("%s offers %j", async (id, verbs) => {
    const { html } = await render(`/backfills/${id}`);
    const offered = [...html.matchAll(/formaction="\/act\/backfills\/[^/]+\/([a-z]+)"/g)].map(([, verb]) => verb ?? "");
    expect(offered.toSorted((a, b) => a.localeCompare(b))).toEqual(verbs);
    const reader = await render(`/backfills/${id}`, fullScript(), { session: { ...session, scopes: ["read"], isInstanceAdmin: false } });
    expect(reader.html).not.toContain("/act/backfills");
  });

  test("that failed says why", async () => {
    expect(plain((await render("/backfills/bkf_03")).html)).toContain("the definition changed from 1 to 2 while it ran");
  });
});

describe("a new backfill", () => {
  test("shows runs, bytes, cost and plan before it can begin, and makes nothing by looking", async () => {
    const { html, asked } = await render("/backfills/new?signal=sig_03");
    expect(asked.filter(({ method }) => method === "POST")).toMatchObject([
      { path: "/v1/backfills", body: { agent: "support-bot", target: { signal_id: "sig_03" }, preview: true } },
    ]);
    for (const part of ["Reads 3,460 100 % of 3,460 in that time", "11.8 MiB", "$0", "Reads all 3,460 runs"])
      expect(plain(html)).toContain(part);
    expect(html).toContain('action="/act/backfills"');
    const blank = await render("/backfills/new");
    expect(blank.asked.some(({ method }) => method === "POST")).toBe(false);
    expect(blank.html).not.toContain('action="/act/backfills"');
  });

  test("cannot begin where there is nothing to read", async () => {
    const script = { ...fullScript(), "POST /v1/backfills": { runs: 0, bytes: 0, cost_usd: 0, plan: {} } };
    expect((await render("/backfills/new?signal=sig_03", script)).html).toMatch(/<button type="submit" class="primary" disabled/);
  });

  test("says what the API says of a wrong one", async () => {
    const script = { ...fullScript(), "POST /v1/backfills": new Refused(404, "There is no such signal in this key's project.") };
    const { html } = await render("/backfills/new?agent=a&target=signal_id&ref=x&try=1", script);
    expect(plain(html)).toContain("There is no such signal in this key's project.");
    expect(html).not.toContain('action="/act/backfills"');
  });

  test.each<[Record<string, string>, unknown]>([
    [
      { agent: "a", target: "detector", ref: "loop" },
      { agent: "a", target: { detector: "loop" } },
    ],
    [
      { agent: "a", target: "constructor", ref: "x" },
      { agent: "a", target: { signal_id: "x" } },
    ],
    [
      { agent: "a", target: "dimension", ref: "d", sample: "0.1", max_cost_usd: "2", from: "2026-11-01T00:00" },
      { agent: "a", target: { dimension: "d" }, sample: 0.1, max_cost_usd: 2, from: "2026-10-31T23:00:00.000Z" },
    ],
    [
      { agent: "a", target: "signal_id", ref: "s", sample: "many" },
      { agent: "a", target: { signal_id: "s" }, sample: "many" },
    ],
  ])("%j", (fields, body) => expect(backfillBody((name) => fields[name] ?? "", "Europe/Berlin")).toEqual(body));

  test.each([
    ["/act/backfills", "POST /v1/backfills", "/backfills/bkf_9"],
    ["/act/backfills/bkf_1/pause", "POST /v1/backfills/bkf_1/pause", "/backfills"],
    ["/act/backfills/bkf_1/resume", "POST /v1/backfills/bkf_1/resume", "/backfills"],
    ["/act/backfills/a%2Fb/cancel", "POST /v1/backfills/a%2Fb/cancel", "/backfills"],
  ])("%s asks for what it says", async (path, call, next) => {
    const fields = { csrf, next: "/backfills", agent: "a", target: "detector", ref: "loop" };
    const { asked, headers } = await post(path, fields, { [call]: { id: "bkf_9" } });
    expect(asked.map((each) => `${each.method} ${each.path}`)).toEqual([call]);
    expect(headers.get("location")).toBe(next);
  });

  test.each(["/act/backfills/bkf_1/constructor", "/act/backfills/bkf_1/delete"])("%s is no action", async (path) => {
    expect((await post(path, { csrf })).asked).toEqual([]);
  });
});
