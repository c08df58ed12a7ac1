// The pages of suites, evaluators, evaluations and gates: what is sealed stays unseen, no rate without its coverage, and what their forms ask for.
import { describe, expect, test } from "vitest";
import { fullScript, Refused, session, type Script } from "../../browser/pages.fixture.ts";
import { cases } from "../../browser/experiments.fixture.ts";
import { definitionText } from "../../../workers/dashboard/evaluator-words.ts";
import { evaluatorBody } from "../../../workers/dashboard/evaluator-form.ts";
import { post, render, tagsOf, textOf } from "./render.ts";

const csrf = "csrf-of-the-session";
const plain = (html: string): string => textOf(html).replaceAll("\u202F", " ");
const machine = { session: { ...session, kind: "machine" as const } };
const reader = { session: { ...session, scopes: ["read" as const], isInstanceAdmin: false } };

describe("a suite", () => {
  test("says its version, where its cases come from, how it grew, and counts what is sealed", async () => {
    const { html } = await render("/suites/ste_01");
    for (const part of ["version 7", "Where is order 77?", "1 case sealed", "brought 2 cases, 1 of them sealed; 3 were in already"])
      expect(plain(html)).toContain(part);
    expect(html.match(/name="case_id"/g)).toHaveLength(cases.filter(({ sealed }) => !sealed).length);
    expect(html).toContain('href="/runs/run_7c1e"');
  });

  test("an old version is shown as it was, and cannot be changed", async () => {
    const suite = await Promise.resolve(fullScript()["GET /v1/suites/ste_01"]);
    const script = { ...fullScript(), "GET /v1/suites/ste_01": { ...Object(suite), version: 5 } };
    const { html, asked } = await render("/suites/ste_01?version=5", script);
    expect(asked.find(({ path }) => path.endsWith("/cases"))?.query).toContain("version=5");
    expect(plain(html)).toContain("Its newest version is 7");
    expect(html).not.toMatch(/remove-case|add-case/);
  });

  test("offers nothing to a key that only reads", async () => {
    for (const path of ["/suites", "/suites/ste_01", "/evaluators", "/evaluations/evl_01", "/gates/gat_01", "/runs/run_7c1e"])
      expect((await render(path, fullScript(), reader)).html).not.toMatch(/\/act\/(suites|cases|evaluat|gates)|\/cases\/new/);
  });

  test.each<[string, Record<string, string>, string, unknown, string]>([
    [
      "/act/suites",
      { agent: "bot", name: "S", grows: "1" },
      "POST /v1/suites",
      { agent: "bot", name: "S", grows_from: "signals" },
      "/suites/ste_9",
    ],
    ["/act/suites", { agent: "bot", name: "S" }, "POST /v1/suites", { agent: "bot", name: "S" }, "/suites/ste_9"],
    [
      "/act/suites/ste_01/describe",
      { name: "S", holdout: "1" },
      "PATCH /v1/suites/ste_01",
      { name: "S", grows_from: null, holdout: true },
      "/suites/ste_01",
    ],
    [
      "/act/suites/ste_01/add-case",
      { run_id: "run_1", input: "ignored" },
      "POST /v1/suites/ste_01/cases",
      { run_id: "run_1" },
      "/suites/ste_01",
    ],
    [
      "/act/suites/ste_01/add-case",
      { input: "a\r\nb", expected: "c" },
      "POST /v1/suites/ste_01/cases",
      { input: "a\nb", expected: "c" },
      "/suites/ste_01",
    ],
    [
      "/act/suites/ste_01/add-case",
      { input: '{"q": 1}', expected: "no json", is_json: "1" },
      "POST /v1/suites/ste_01/cases",
      { input: { q: 1 }, expected: "no json" },
      "/suites/ste_01",
    ],
    ["/act/suites/ste_01/remove-case", { case_id: "a/b" }, "DELETE /v1/suites/ste_01/cases/a%2Fb", null, "/suites/ste_01"],
    ["/act/evaluators/evr_1/remove", { next: "/evaluators" }, "DELETE /v1/evaluators/evr_1", null, "/evaluators"],
    [
      "/act/evaluations",
      { agent: "bot", suite_id: "ste_01", evaluators: "evr_01", repeats: "2", limit: "5", max_cost_usd: "1" },
      "POST /v1/evaluations",
      { agent: "bot", suite_id: "ste_01", evaluators: ["evr_01"], repeats: 2, max_cost_usd: 1 },
      "/evaluations/ste_9",
    ],
    [
      "/act/evaluations",
      { agent: "bot", evaluators: "evr_01", limit: "5", status: "error" },
      "POST /v1/evaluations",
      { agent: "bot", evaluators: ["evr_01"], filter: { limit: 5, status: "error" } },
      "/evaluations/ste_9",
    ],
    ["/act/evaluations/evl_01/retry", {}, "POST /v1/evaluations/evl_01/retry", {}, "/evaluations/evl_01"],
    ["/act/evaluations/evl_02/cancel", {}, "POST /v1/evaluations/evl_02/cancel", {}, "/evaluations/evl_02"],
    ["/act/gates/gat_01/waive", { reason: "a typo" }, "POST /v1/gates/gat_01/waive", { reason: "a typo" }, "/gates/gat_01"],
    [
      "/act/gates",
      { suite_id: "ste_01", model: "m", margin: "5", repeats: "2" },
      "POST /v1/gates",
      { suite_id: "ste_01", candidate: { model: "m" }, policy: { margin: 0.05 }, repeats: 2 },
      "/gates/ste_9",
    ],
    [
      "/act/gates",
      { suite_id: "ste_01", model: "m", experiment_id: "exp_1", repeats: "2" },
      "POST /v1/gates",
      { suite_id: "ste_01", candidate: { model: "m" }, experiment_id: "exp_1" },
      "/gates/ste_9",
    ],
  ])("%s %j", async (path, fields, call, body, next) => {
    const { asked, status, headers } = await post(path, { csrf, ...fields }, { [call]: { id: "ste_9" } });
    expect(asked).toMatchObject([{ method: call.split(" ")[0], path: call.split(" ")[1], body }]);
    expect([status, headers.get("location")]).toEqual([303, next]);
  });

  test.each(["/act/suites/ste_01/constructor", "/act/evaluations/evl_01/delete", "/act/gates/gat_01/open", "/act/evaluators/evr_1/erase"])(
    "%s is no action",
    async (path) => expect((await post(path, { csrf })).asked).toEqual([]),
  );
});

describe("cases of runs", () => {
  test("the page of a run leads to it, and offers the agent's suites or a new one", async () => {
    expect((await render("/runs/run_7c1e")).html).toContain('href="/cases/new?run=run_7c1e"');
    expect((await render("/signals/sig_01")).html).toContain('href="/cases/new?signal=sig_01"');
    const { html } = await render("/cases/new?run=run_7c1e");
    for (const part of ["Make a case of this run", "Refunds", "a new one…"]) expect(plain(html)).toContain(part);
  });

  test("into a new suite: it is made first, then each run is added, and what was in already is told", async () => {
    const script: Script = { "POST /v1/suites": { id: "ste_9" }, "POST /v1/suites/ste_9/cases": { duplicate: true } };
    const { asked, headers } = await post("/act/cases", { csrf, agent: "bot", suite: "", new_suite: "New", run: "run_1" }, script);
    expect(asked).toMatchObject([
      { path: "/v1/suites", body: { agent: "bot", name: "New" } },
      { path: "/v1/suites/ste_9/cases", body: { run_id: "run_1" } },
    ]);
    expect(headers.get("location")).toBe("/suites/ste_9");
    expect(decodeURIComponent(headers.get("set-cookie") ?? "")).toContain("0 cases added. 1 run had one so like it in already.");
  });

  test("a refusal comes back on the same page", async () => {
    const script = { ...fullScript(), "POST /v1/suites/ste_01/cases": new Refused(422, "The run has no input to make a case of.") };
    const fields = { csrf, at: "/cases/new?run=run_7c1e", suite: "ste_01", run: "run_7c1e" };
    const { status, html } = await post("/act/cases", fields, script);
    expect(status).toBe(422);
    expect(plain(html)).toContain("The run has no input to make a case of.");
  });
});

describe("evaluators", () => {
  test("each is said in a sentence, and one that was replaced says so", async () => {
    const text = plain((await render("/evaluators")).html);
    for (const part of [
      "the answer contains “order” or “number”",
      "it calls lookup_order, in this order; never delete_account",
      "replaced by a newer one",
    ])
      expect(text).toContain(part);
  });

  test.each<[Record<string, string>, Record<string, unknown>]>([
    [{ type: "equals", expected: "yes" }, { expected: "yes" }],
    [
      { type: "equals", expected: '{"a": 1}', ignore_case: "1" },
      { expected: { a: 1 }, ignore_case: true },
    ],
    [{ type: "equals", expected: "" }, {}],
    [
      { type: "contains", text: "a\r\nb\r\n", match: "any", absent: "1" },
      { text: ["a", "b"], match: "any", absent: true },
    ],
    [{ type: "regex", pattern: "x+" }, { pattern: "x+" }],
    [{ type: "json_schema", schema: '{"type": "object"}' }, { schema: { type: "object" } }],
    [
      { type: "tool_calls", calls: '[{"name": "a"}]', order: "any", forbidden: "b, c" },
      { calls: [{ name: "a" }], order: "any", forbidden: ["b", "c"] },
    ],
    [{ type: "expression", expression: "run.cost_usd < 1.0" }, { expression: "run.cost_usd < 1.0" }],
    [
      { type: "judge", rubric: "r", low: "1", high: "5", threshold: "4", sees: "answer" },
      { rubric: "r", scale: [1, 5], threshold: 4, sees: "answer" },
    ],
    [
      { type: "judge", rubric: "r" },
      { rubric: "r", scale: [0, 1] },
    ],
    [
      { type: "webhook", url: "https://x/", threshold: "0.7" },
      { url: "https://x/", threshold: 0.7 },
    ],
  ])("%j", (fields, definition) => {
    const field = (name: string): string => ({ agent: "bot", name: "n", ...fields })[name] ?? "";
    expect(evaluatorBody({ field })).toEqual({ body: { agent: "bot", name: "n", type: fields["type"], ...definition }, wrong: null });
  });

  test("a schema that is no JSON is told at its field, and nothing is asked", async () => {
    const fields = { csrf, type: "json_schema", agent: "support-bot", name: "n", schema: "{type: object}" };
    const { status, html, asked } = await post("/act/evaluators", fields);
    expect(status).toBe(422);
    expect(asked.filter(({ method }) => method === "POST")).toEqual([]);
    expect(html).toContain('id="f-schema-wrong"');
    expect(plain(html)).toContain("{type: object}");
  });

  test("a webhook's secret is shown once, in no cookie and no address", async () => {
    const script = { "POST /v1/evaluators": { id: "evr_9", secret: "whsec_xyz" } };
    const { html, headers } = await post("/act/evaluators", { csrf, type: "webhook", agent: "a", name: "n", url: "https://x/" }, script);
    expect(html).toContain("whsec_xyz");
    expect(`${headers.get("set-cookie")} ${headers.get("location")}`).not.toContain("whsec_");
  });

  test("a judge says from which score on it passes", () => {
    expect(definitionText({ type: "judge", definition: { rubric: "Good?", scale: [1, 5] } })).toBe("Claude gives at least 3 of 5: Good?");
  });
});

describe("an evaluation", () => {
  test("no rate stands without its coverage, and what could not be judged is told apart", async () => {
    const { html } = await render("/evaluations/evl_01");
    const text = plain(html);
    for (const part of [
      "71.4 % 95 %: 36.0 % to 92.0 %",
      "Coverage 70.0 %",
      "30.0 % could not be judged",
      "Errored 1",
      "Skipped 2",
      "2: 60.0 %",
    ])
      expect(text).toContain(part);
    const cells = html.match(/class="rate-coverage">.*?<\/div>/g) ?? [];
    expect(cells.length).toBeGreaterThan(0);
    for (const cell of cells) expect(cell).toContain("covered");
    for (const cell of (await render("/evaluations")).html.match(/class="rate-coverage">.*?<\/div>/g) ?? [])
      expect(cell).toContain("covered");
  });

  test("failures come first with their reasons; of sealed cases there is only a number", async () => {
    const { html } = await render("/evaluations/evl_01");
    const said = [...html.matchAll(/<li><span class="result res-\w+">(\w+)</g)].map((match) => match[1]);
    expect(said).toEqual(["Failed", "Errored", "Passed", "Passed"]);
    expect(plain(html)).toContain("1 result of sealed cases");
    expect(html).not.toContain("because of skipped");
  });

  test("one that nothing was judged in says so, not zero", async () => {
    const text = plain((await render("/evaluations/evl_02")).html);
    expect(text).toContain("Passed not judged");
    expect(text).toContain("10 of 200");
  });

  test("it renews itself while it runs and can be cancelled; when it is over, what was not judged can be tried again", async () => {
    const running = (await render("/evaluations/evl_02")).html;
    expect(running).toMatch(/http-equiv="refresh"/);
    expect(running).toContain("/act/evaluations/evl_02/cancel");
    const over = (await render("/evaluations/evl_01")).html;
    expect(over).not.toMatch(/http-equiv="refresh"|\/cancel"/);
    expect(over).toContain("/act/evaluations/evl_01/retry");
  });
});

describe("a gate", () => {
  test("says verdict, reasons, age of its evidence, expiry, and every case by what goes in", async () => {
    const { html } = await render("/gates/gat_01");
    for (const part of [
      "Regressed",
      "Shut",
      "A loss of 12 points cannot be ruled out.",
      "Evidence age 5 h",
      "in 6 d",
      "Where is order 77?",
      "1 of 3",
      "must pass, passed before",
      "plan = free",
      "Judged by settled",
    ])
      // prettier-ignore
      expect(plain(html)).toContain(part);
    expect(html.indexOf("res-broken")).toBeLessThan(html.indexOf("res-fixed"));
  });

  test("a waiver stands beside the verdict with its name and reason, and cannot be given twice", async () => {
    const { html } = await render("/gates/gat_02");
    for (const part of ["Regressed", "Open, waived", "Waived by Ada Lindqvist", "The broken case is a typo of ours."])
      expect(plain(html)).toContain(part);
    expect(html).not.toContain("/waive");
  });

  test("waiving is for people, and a refusal stands at the form", async () => {
    const shut = (await render("/gates/gat_01", fullScript(), machine)).html;
    expect(plain(shut)).toContain("Only a person waives");
    const button = tagsOf(shut).find(({ name, attributes }) => name === "button" && Object.fromEntries(attributes)["class"] === "danger");
    expect(Object.fromEntries(button?.attributes ?? [])).toHaveProperty("disabled");
    const script = { ...fullScript(), "POST /v1/gates/gat_01/waive": new Refused(409, "The gate cannot be waived: it expired.") };
    const refused = await post("/act/gates/gat_01/waive", { csrf, reason: "please" }, script);
    expect(refused.status).toBe(409);
    expect(plain(refused.html)).toContain("Not waived. The gate cannot be waived: it expired.");
    expect(plain(refused.html)).toContain("please");
  });

  test("one without its evidence says that nothing is decided, and cannot be waived", async () => {
    const { html } = await render("/gates/gat_03");
    expect(plain(html)).toContain("Not decided yet");
    expect(html).toMatch(/http-equiv="refresh"/);
    expect(html).not.toContain("/waive");
  });
});
