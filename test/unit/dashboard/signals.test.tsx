// The pages of signals: what the list, a signal and the map say, what their forms ask for, and what comes of a form that is refused.
import { describe, expect, test } from "vitest";
import { emptyScript, fullScript, session } from "../../browser/pages.fixture.ts";
import { currencySignal, limitSignal, taxonomy } from "../../browser/signals.fixture.ts";
import { post, render, tagsOf, textOf } from "./render.ts";

const csrf = "csrf-of-the-session";
const plain = (html: string): string => textOf(html).replaceAll("\u202F", " ");
const rowsOf = (html: string): string[] =>
  tagsOf(html).flatMap(({ attributes }) => {
    const given = Object.fromEntries(attributes);
    return "data-row" in given ? [given["href"] ?? ""] : [];
  });
const reader = { session: { ...session, scopes: ["read" as const], isInstanceAdmin: false } };

describe("the list of signals", () => {
  test("says rank, rate with interval and counts, share of failures, state and when it was last seen", async () => {
    const text = plain((await render("/signals")).html);
    for (const part of ["281 of 3,460", "8.1 % 4.2 % to 12.0 %", "31.0 %", "Escalating", "22 min ago"]) expect(text).toContain(part);
  });

  test("a signal without runs to count in has a dash, not zero", async () => {
    const text = plain((await render("/signals")).html);
    expect(text).toMatch(/Refund without a lookup.*?– 0 of 0/);
  });

  test.each([
    ["/signals", "limit=50&level=leaf&polarity=failure&sort=priority"],
    [
      "/signals?agent=support-bot&state=new&polarity=win&sort=rate&cursor=c",
      "agent=support-bot&state=new&polarity=win&sort=rate&level=leaf&limit=50&cursor=c",
    ],
    ["/signals?state=nonsense&sort=constructor&polarity=x", "limit=50&level=leaf&polarity=failure&sort=priority"],
  ])("%s asks for what it says", async (path, query) => {
    const { asked } = await render(path);
    const given = asked.find((each) => each.path === "/v1/signals")?.query ?? "";
    expect(Object.fromEntries(new URLSearchParams(given))).toEqual(Object.fromEntries(new URLSearchParams(query)));
  });

  test("is walked with j and k", async () => {
    expect(rowsOf((await render("/signals")).html)).toEqual(["/signals/sig_01", "/signals/sig_02", "/signals/sig_03"]);
  });

  test("ranks go on with the next page", async () => {
    const script = { ...fullScript(), "/v1/signals": { data: [limitSignal], next_cursor: "c2", total: 90 } };
    const { html } = await render("/signals?cursor=c1&from=51", script);
    expect(html).toContain('class="rank num faint">51<');
    expect(html).toContain("/signals?cursor=c2&amp;from=52");
  });

  test("teaches where nothing failed yet, and how to send where nothing came", async () => {
    const none = await render("/signals", { ...fullScript(), "/v1/signals": { data: [] } });
    for (const part of ["Nothing has failed yet", "What a signal is", "ANTHROPIC_API_KEY"]) expect(plain(none.html)).toContain(part);
    expect(plain((await render("/signals", emptyScript())).html)).toContain("Nothing has arrived yet");
    const filtered = await render("/signals?state=new", { ...fullScript(), "/v1/signals": { data: [] } });
    expect(plain(filtered.html)).toContain("No signal matches");
  });
});

describe("a signal", () => {
  test("says what it is, among whom, its kin, its history with reasons, and what it is made of", async () => {
    const { html } = await render("/signals/sig_01");
    for (const part of [
      "The tool refund failed with an error",
      "claude-haiku-4-5 13.6 %",
      "251 of 1,840",
      "Family refund: errors",
      "Beside it refund: Unknown currency",
      "The same limit, told by another service.",
      "Limit exceeded for gift card <n>",
      "Called wrong by Ada Lindqvist : a test order",
    ])
      expect(plain(html)).toContain(part);
    expect(html).toContain("/agents/support-bot/dimensions/signal.refund-limit");
    expect(html).toContain("/runs/run_7c1e?step=s2#step");
  });

  test("links the incident that a drift of its rate belongs to", async () => {
    const drift = { id: "drf_9", agent: "support-bot", dimension: "signal.refund-limit", incident_id: "inc_77", status: "open" };
    const { html, asked } = await render("/signals/sig_01", { ...fullScript(), "/v1/drifts": { data: [drift] } });
    expect(asked.find(({ path }) => path === "/v1/drifts")?.query).toContain("dimension=signal.refund-limit");
    expect(html).toContain('href="/incidents/inc_77"');
  });

  test("offers to merge and split only what is made of classes", async () => {
    const classes = (await render("/signals/sig_01")).html;
    expect(classes).toContain("/act/signals/sig_01/merge");
    expect(classes).toContain('name="classes" value="cls_b"');
    for (const path of ["/signals/sig_03", "/signals/sig_f1"]) {
      const { html } = await render(path);
      expect(html).not.toMatch(/\/(merge|split)"/);
    }
  });

  test.each<[string, object, string[], string[]]>([
    [
      "ready",
      { name: "Gift cards hit a limit", definition: "d", merge_into: null },
      ["Gift cards hit a limit", "Accept both", "Decline"],
      ["Ask Claude"],
    ],
    ["pending", {}, ["Claude was asked", "Ask Claude for a name"], ["Accept"]],
    ["off", { error: "no model key is set" }, ["Claude is off: no model key is set.", "Ask Claude for a name"], ["Accept"]],
    ["failed", { error: "Claude answered 400" }, ["It failed: Claude answered 400.", "Ask Claude for a name"], ["Accept"]],
  ])("shows a proposal that is %s, and never as the signal's own name", async (status, more, has, hasNot) => {
    const proposal = { status, at: "2026-11-24T10:00:00.000Z", ...more };
    const { html } = await render("/signals/sig_01", { ...fullScript(), "/v1/signals/sig_01": { ...limitSignal, proposal } });
    const text = plain(html);
    for (const part of has) expect(text).toContain(part);
    for (const part of hasNot) expect(text).not.toContain(part);
    expect(html).toMatch(/<h1>.*The tool refund failed with an error/s);
    expect(html).toContain('name="at" value="2026-11-24T10:00:00.000Z"');
  });

  test("offers nothing to a key that only reads", async () => {
    const { html } = await render("/signals/sig_01", fullScript(), reader);
    expect(html).not.toContain("/act/signals");
    expect(html).not.toContain("/act/findings");
  });

  test("that is not there is a page that says so", async () => {
    expect((await render("/signals/sig_none")).status).toBe(404);
  });
});

test("agents and incidents lead to their signals", async () => {
  expect(rowsOf((await render("/incidents/inc_01")).html)).toContain("/signals/sig_1");
  const agent = await render("/agents/support-bot");
  expect(rowsOf(agent.html).slice(0, 3)).toEqual(expect.arrayContaining(["/signals/sig_01"]));
  expect(agent.html).toContain('href="/agents/support-bot/taxonomy"');
});

describe("the map", () => {
  test("says in words how much is still unseen, and keeps wins apart", async () => {
    const { html } = await render("/agents/support-bot/taxonomy");
    expect(plain(html)).toContain("About 3.0 % of failures are of a kind not seen before (95 %: 1.0 % to 6.0 %).");
    expect(html.indexOf("What goes well")).toBeGreaterThan(html.indexOf("Refund without a lookup"));
    expect(rowsOf(html)).toEqual(["/signals/sig_f1", "/signals/sig_01", "/signals/sig_02", "/signals/sig_03", "/signals/sig_w1"]);
  });

  test.each<[object, string]>([
    [{ unseen_mass: null, failed_runs: 0 }, "No run failed yet"],
    [{ unseen_mass: null, failed_runs: 3 }, "Too few failures to say"],
    [{ unseen_mass: 0, unseen_mass_high: 0.01 }, "hardly any failure is of a kind not seen before (95 %: at most 1.0 %)"],
  ])("%j", async (more, said) => {
    const script = { ...fullScript(), "/v1/agents/support-bot/taxonomy": { ...taxonomy, ...more } };
    expect(plain((await render("/agents/support-bot/taxonomy", script)).html)).toContain(said);
  });

  test("a wider cell is a more pressing signal", async () => {
    const { html } = await render("/agents/support-bot/taxonomy");
    const drawing = html.slice(html.indexOf('class="chart wide"'), html.indexOf('class="chart narrow"'));
    const widthOf = (id: string): number => Number(new RegExp(`href="/signals/${id}".*?<rect[^>]* width="([0-9.]+)"`).exec(drawing)?.[1]);
    expect(widthOf("sig_01")).toBeGreaterThan(widthOf("sig_02"));
    expect(widthOf("sig_f1")).toBeGreaterThan(1_000);
  });

  test("a family of one signal is told as that signal", async () => {
    const [first] = taxonomy.families;
    const script = {
      ...fullScript(),
      "/v1/agents/support-bot/taxonomy": { ...taxonomy, families: [{ ...first, signals: [currencySignal] }] },
    };
    expect(rowsOf((await render("/agents/support-bot/taxonomy", script)).html)).toEqual(["/signals/sig_02", "/signals/sig_w1"]);
  });
});

describe("the forms of signals", () => {
  test.each<[string, Record<string, string>, string, unknown, string]>([
    ["/act/signals/sig_01/confirm", {}, "POST /v1/signals/sig_01/confirm", {}, "/signals/sig_01"],
    ["/act/signals/sig_01/archive", { reason: "noise" }, "POST /v1/signals/sig_01/archive", { reason: "noise" }, "/signals/sig_01"],
    ["/act/signals/sig_01/resolve", {}, "POST /v1/signals/sig_01/resolve", {}, "/signals/sig_01"],
    ["/act/signals/sig_01/reopen", {}, "POST /v1/signals/sig_01/reopen", {}, "/signals/sig_01"],
    [
      "/act/signals/a%2Fb/merge",
      { into: "sig_02", reason: "r" },
      "POST /v1/signals/a%2Fb/merge",
      { into: "sig_02", reason: "r" },
      "/signals/sig_02",
    ],
    ["/act/signals/sig_01/propose", {}, "POST /v1/signals/sig_01/propose", {}, "/signals/sig_01"],
    ["/act/signals/sig_01/decline", { at: "t" }, "POST /v1/signals/sig_01/decline", { at: "t" }, "/signals/sig_01"],
    [
      "/act/signals/sig_01/accept",
      { what: "name", at: "t" },
      "POST /v1/signals/sig_01/accept",
      { what: "name", at: "t" },
      "/signals/sig_9",
    ],
    ["/act/signals/sig_01/split", { classes: "cls_b" }, "POST /v1/signals/sig_01/split", { classes: ["cls_b"] }, "/signals/sig_new"],
    ["/act/signals/sig_01/split", {}, "POST /v1/signals/sig_01/split", {}, "/signals/sig_new"],
    [
      "/act/signals/sig_01/edit",
      { name: "New", was_name: "Old", definition: "a\r\nb", was_definition: "a\nb", severity: "low", was_severity: "high", reason: "r" },
      "PATCH /v1/signals/sig_01",
      { name: "New", severity: "low", reason: "r" },
      "/signals/sig_01",
    ],
    [
      "/act/findings/fnd_1/label",
      { correct: "false", comment: "no" },
      "POST /v1/findings/fnd_1/label",
      { correct: false, comment: "no" },
      "/signals/sig_01",
    ],
    ["/act/findings/fnd_1/label", { correct: "true", comment: "" }, "POST /v1/findings/fnd_1/label", { correct: true }, "/signals/sig_01"],
    ["/act/runs/run_1/read", {}, "POST /v1/runs/run_1/read", null, "/signals/sig_01"],
    [
      "/act/signals",
      { agent: "bot", name: "n", definition: "d", polarity: "failure", severity: "low", kind: "rule", rule: "run.status == 'error'" },
      "POST /v1/signals",
      { agent: "bot", name: "n", definition: "d", polarity: "failure", severity: "low", rule: "run.status == 'error'" },
      "/signals/sig_9",
    ],
    [
      "/act/signals",
      { agent: "bot", name: "n", definition: "d", polarity: "win", severity: "low", kind: "words", rule: "ignored" },
      "POST /v1/signals",
      { agent: "bot", name: "n", definition: "d", polarity: "win", severity: "low" },
      "/signals/sig_9",
    ],
  ])("%s %j", async (path, fields, call, body, next) => {
    const { asked, headers, status } = await post(
      path,
      { csrf, next: "/signals/sig_01", ...fields },
      { [call]: { id: "sig_9", made: "sig_new" } },
    );
    expect(asked).toMatchObject([{ method: call.split(" ")[0], path: call.split(" ")[1], body }]);
    expect([status, headers.get("location")]).toEqual([303, next]);
  });

  test("an edit that changes nothing asks for nothing", async () => {
    const same = { name: "a", was_name: "a", definition: "d", was_definition: "d", severity: "low", was_severity: "low" };
    expect((await post("/act/signals/sig_01/edit", { csrf, ...same })).asked).toEqual([]);
  });

  test.each(["/act/signals/sig_01/constructor", "/act/signals/sig_01/delete", "/act/findings/fnd_1/erase", "/act/runs/run_1/delete"])(
    "%s is no action",
    async (path) => expect((await post(path, { csrf })).asked).toEqual([]),
  );

  test("a label that says neither right nor wrong is none", async () => {
    expect((await post("/act/findings/fnd_1/label", { csrf, correct: "maybe" })).asked).toEqual([]);
  });

  test("a definition that is refused comes back as it was filled in, each complaint at its field", async () => {
    const refusal = {
      error: {
        code: "invalid_request",
        message: "The rule cannot be used.",
        details: [{ path: "rule", message: "may not use <b>matches()</b>" }],
      },
    };
    const fields = { csrf, agent: "support-bot", name: `x"><img src=x>`, definition: "d", rule: "run.output.matches('a')", kind: "rule" };
    const { status, html } = await post("/act/signals", fields, {
      ...fullScript(),
      "POST /v1/signals": Response.json(refusal, { status: 422 }),
    });
    expect(status).toBe(422);
    const tags = tagsOf(html);
    const rule = tags.find(({ name, attributes }) => name === "textarea" && Object.fromEntries(attributes)["name"] === "rule");
    expect(Object.fromEntries(rule?.attributes ?? [])).toMatchObject({ "aria-invalid": "true", "aria-describedby": "f-rule-wrong" });
    expect(html).toContain('id="f-rule-wrong"');
    expect(plain(html)).toContain("may not use <b>matches()</b>");
    expect(plain(html)).toContain("run.output.matches('a')");
    expect(html).not.toContain("<img");
    // the theme's button leads back to a page, not to the action
    expect(html).toContain('name="next" value="/signals/new"');
  });

  test("without the session's token nothing is asked", async () => {
    expect((await post("/act/signals", { csrf: "x", name: "n" })).asked).toEqual([]);
  });
});
