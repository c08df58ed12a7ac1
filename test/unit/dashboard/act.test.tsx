// Forms: each becomes one call of the API, or none without the session's token; the browser is sent back with a sentence.
import { describe, expect, test } from "vitest";
import { fullScript, Refused, type Script } from "../../browser/pages.fixture.ts";
import { post, render } from "./render.ts";

const csrf = "csrf-of-the-session";

const cases: [string, Record<string, string>, string, unknown][] = [
  ["/act/incidents/inc_01/acknowledge", {}, "POST /v1/incidents/inc_01/acknowledge", {}],
  ["/act/incidents/inc_01/mitigate", {}, "POST /v1/incidents/inc_01/mitigate", {}],
  ["/act/incidents/inc_01/resolve", { comment: " rolled back " }, "POST /v1/incidents/inc_01/resolve", { comment: "rolled back" }],
  ["/act/incidents/inc_01/reopen", {}, "POST /v1/incidents/inc_01/reopen", {}],
  ["/act/incidents/inc_01/assign", { owner: "Ada" }, "POST /v1/incidents/inc_01/assign", { owner: "Ada" }],
  ["/act/incidents/inc_01/assign", { owner: "" }, "POST /v1/incidents/inc_01/assign", { owner: null }],
  ["/act/incidents/inc_01/comment", { comment: "look" }, "POST /v1/incidents/inc_01/comment", { comment: "look" }],
  ["/act/incidents/inc_01/merge", { into: "inc_02" }, "POST /v1/incidents/inc_01/merge", { into: "inc_02" }],
  ["/act/drifts/drf_01/accept", { reason: "known" }, "POST /v1/drifts/drf_01/accept", { reason: "known" }],
  ["/act/drifts/drf_01/dismiss", { reason: "noise" }, "POST /v1/drifts/drf_01/dismiss", { reason: "noise" }],
  ["/act/agents/a%2Fb/baseline", { action: "bless" }, "POST /v1/agents/a%2Fb/baseline", { action: "bless" }],
  [
    "/act/agents/bot/baseline",
    { action: "reset", dimension: "cost.usd" },
    "POST /v1/agents/bot/baseline",
    { action: "reset", dimension: "cost.usd" },
  ],
  ["/act/dead-letters/01K/redrive", {}, "POST /v1/dead-letters/01K/redrive", null],
  ["/act/dead-letters/a%2Fb/delete", {}, "DELETE /v1/dead-letters/a%2Fb", null],
  [
    "/act/changes",
    { agent: "bot", kind: "environment", ref: "index-7", at: "2026-11-24T14:05", from: "", to: "7", description: "" },
    "POST /v1/changes",
    { agent: "bot", kind: "environment", ref: "index-7", at: "2026-11-24T13:05:00.000Z", to: "7", author: "Ada Lindqvist" },
  ],
];

const allDone: Script = Object.fromEntries(
  [...cases.map(([, , call]) => call), "DELETE /v1/projects/prj_default"].map((call) => [call, {}]),
);

describe("an action", () => {
  test.each(cases)("%s %j calls the API once and goes back with a sentence", async (path, fields, call, body) => {
    const { status, headers, asked } = await post(path, { csrf, next: "/incidents/inc_01", ...fields }, allDone);
    expect(status).toBe(303);
    expect(headers.get("location")).toBe("/incidents/inc_01");
    expect(asked.map((each) => `${each.method} ${each.path}`)).toEqual([call]);
    expect(asked[0]?.body).toEqual(body);
    expect(decodeURIComponent(headers.get("set-cookie") ?? "")).toContain('"tone":"done"');
  });

  test.each(cases)("%s %j does nothing without the session's token", async (path, fields) => {
    for (const token of ["", "csrf-of-another-ses"]) {
      const { status, asked, headers } = await post(path, { csrf: token, ...fields }, allDone);
      expect(status).toBe(303);
      expect(asked).toEqual([]);
      expect(decodeURIComponent(headers.get("set-cookie") ?? "")).toContain('"tone":"failed"');
    }
  });

  test("an empty token matches nothing, even where the session has none", async () => {
    const { asked } = await post("/act/incidents/inc_01/resolve", { csrf: "" }, allDone, { csrfToken: "" });
    expect(asked).toEqual([]);
  });

  test("without a session it asks to sign in", async () => {
    const { headers, asked } = await post("/act/incidents/inc_01/resolve", { csrf, next: "/incidents/inc_01" }, allDone, { session: null });
    expect(headers.get("location")).toBe("/sign-in?next=%2Fincidents%2Finc_01");
    expect(asked).toEqual([]);
  });

  test("a refusal comes back in the API's own words", async () => {
    const { headers } = await post(
      "/act/incidents/inc_01/acknowledge",
      { csrf },
      { "POST /v1/incidents/inc_01/acknowledge": new Refused(409, "It is resolved already.") },
    );
    expect(decodeURIComponent(headers.get("set-cookie") ?? "")).toContain("It is resolved already.");
  });

  test.each([
    "/act/incidents/inc_01/close",
    "/act/incidents/inc_01",
    "/act/keys",
    "/act/project",
    "/act/constructor",
    "/act/incidents/inc_01/constructor",
  ])("%s is none", async (path) => {
    const { asked, headers } = await post(path, { csrf });
    expect(asked).toEqual([]);
    expect(decodeURIComponent(headers.get("set-cookie") ?? "")).toContain('"tone":"failed"');
  });

  test("is not done by looking at it", async () => {
    const { status, asked } = await render("/act/incidents/inc_01/resolve", fullScript());
    expect(status).toBe(404);
    expect(asked).toEqual([]);
  });

  test("a body that is no form is refused", async () => {
    const { asked, status } = await render(
      "/act/changes",
      allDone,
      {},
      { method: "POST", body: JSON.stringify({ csrf }), headers: { "content-type": "application/json" } },
    );
    expect(status).toBe(303);
    expect(asked).toEqual([]);
  });
});

describe("deleting a project", () => {
  test("needs its name, and leads to another project", async () => {
    expect((await post("/act/project/delete", { csrf, confirm: "other" }, allDone)).asked).toEqual([]);
    const { asked, headers } = await post("/act/project/delete", { csrf, confirm: "default" }, allDone);
    expect(asked.map((each) => `${each.method} ${each.path}`)).toEqual(["DELETE /v1/projects/prj_default"]);
    expect(headers.get("location")).toBe("/projects/prj_sample");
  });
});

test("the theme is kept in a cookie, Secure where the page came over TLS", async () => {
  const { headers } = await post("/act/theme", { csrf, theme: "dark", next: "/runs?q=x" });
  expect(headers.get("location")).toBe("/runs?q=x");
  expect(headers.get("set-cookie")).toMatch(/^bento_theme=dark; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/);
});
