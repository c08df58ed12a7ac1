// The pages of alert rules: what each says of a rule, what its forms ask the API for, and what is never put into an address.
import { describe, expect, test } from "vitest";
import { preview } from "../../browser/alerts.fixture.ts";
import { fullScript, Refused, session } from "../../browser/pages.fixture.ts";
import { conditionText } from "../../../workers/dashboard/alert-words.tsx";
import { readRule } from "../../../workers/dashboard/read/alert.ts";
import { ruleBody, targetsBody } from "../../../workers/dashboard/rule-form.ts";
import { post, render, tagsOf, textOf } from "./render.ts";

const csrf = "csrf-of-the-session";
const fieldsOf =
  (fields: Record<string, string>) =>
  (name: string): string =>
    fields[name] ?? "";

describe("the list of rules", () => {
  test("says what each watches, how it stands and whom it tells, and what became of deliveries", async () => {
    const text = textOf((await render("/alerts")).html);
    for (const part of [
      "Incidents of high severity or worse",
      "Success rate below 0.7 for 2 days",
      "Drifts up of any severity of tool.*.error_rate and tool.*.error_code, caused by a change of tool",
      "No run for 2 h",
      "Firing, 2 things",
      "Off",
      "Pending",
      "hooks.slack.com",
      "3 calls, last answered 503",
      "Given up",
    ])
      expect(text.replaceAll("\u202F", " ")).toContain(part);
  });

  test("offers no button to a key that only reads", async () => {
    const { html } = await render("/alerts", fullScript(), { session: { ...session, scopes: ["read"], isInstanceAdmin: false } });
    expect(html).not.toContain("/act/alert-rules");
    expect(html).not.toContain("/alerts/new");
  });
});

describe("a new rule", () => {
  test("is tried on history before it can be made", async () => {
    const untried = await render("/alerts/new?type=drift");
    expect(untried.asked.some(({ path }) => path === "/v1/alert-rules/preview")).toBe(false);
    expect(untried.html).not.toContain('action="/act/alert-rules"');
    const tried = await render(
      "/alerts/new?type=drift&min_severity=high&dimensions=outcome.*+cost.usd&direction=down&cool_down_minutes=30&try=1",
    );
    expect(tried.asked.find(({ path }) => path === "/v1/alert-rules/preview")).toMatchObject({
      method: "POST",
      body: {
        condition: { type: "drift", min_severity: "high", dimensions: ["outcome.*", "cost.usd"], directions: ["down"] },
        cool_down_ms: 1_800_000,
      },
    });
    expect(textOf(tried.html)).toContain("6 with reminders and ends");
    const hidden = tagsOf(tried.html).filter(({ attributes }) => attributes.some(([name, value]) => name === "type" && value === "hidden"));
    expect(hidden.map(({ attributes }) => Object.fromEntries(attributes)).find(({ name }) => name === "dimensions")?.value).toBe(
      "outcome.* cost.usd",
    );
  });

  test("keeps addresses that may be secrets out of the form whose fields go into the address bar", async () => {
    const { html } = await render("/alerts/new?type=incident&try=1");
    const [get, ...others] = html.split("<form ").filter((form) => form.includes('method="get"'));
    expect(others).toEqual([]);
    expect(get?.slice(0, get.indexOf("</form>"))).not.toMatch(/name="(slack|webhook|csrf)"/);
    expect(html).toContain('name="slack"');
  });

  test("says what the API says of a wrong one", async () => {
    const script = { ...fullScript(), "/v1/alert-rules/preview": new Refused(400, "The body is not what this route takes.") };
    expect(textOf((await render("/alerts/new?type=threshold&try=1", script)).html)).toContain("The body is not what this route takes.");
  });

  test("would have told nothing: says so", async () => {
    const script = { ...fullScript(), "/v1/alert-rules/preview": { ...preview, told: [], fired: 0, notices: 0 } };
    expect(textOf((await render("/alerts/new?type=no_data&silent_hours=2&try=1", script)).html)).toContain("It would have told nothing");
  });
});

describe("the form of a rule", () => {
  test.each<[string, Record<string, string>, unknown]>([
    [
      "incidents",
      { type: "incident", agent: "bot", min_severity: "high" },
      { agent: "bot", condition: { type: "incident", min_severity: "high" } },
    ],
    [
      "a threshold",
      { type: "threshold", dimensions: "cost.usd,tokens.input", above: "0.5", bucket: "day", buckets: "2", renotify_minutes: "1.5" },
      {
        condition: { type: "threshold", dimensions: ["cost.usd", "tokens.input"], above: 0.5, bucket: "day", buckets: 2 },
        renotify_ms: 90_000,
      },
    ],
    [
      "zero as a bound",
      { type: "threshold", dimensions: "x", below: "0" },
      { condition: { type: "threshold", dimensions: ["x"], below: 0 } },
    ],
    ["silence", { type: "no_data", silent_hours: "0.5" }, { condition: { type: "no_data", after_ms: 1_800_000 } }],
    ["a number that is none", { type: "no_data", silent_hours: "soon" }, { condition: { type: "no_data", after_ms: 0 } }],
    ["nothing", {}, { condition: { type: "incident" } }],
  ])("of %s", (_, fields, body) => expect(ruleBody(fieldsOf(fields))).toEqual(body));

  test("names whom it tells", () => {
    expect(targetsBody(fieldsOf({}))).toEqual([]);
    expect(targetsBody(fieldsOf({ webhook: "whk_1", slack: "https://x.example/s" }))).toEqual([
      { type: "webhook", webhook_id: "whk_1" },
      { type: "slack", url: "https://x.example/s" },
    ]);
  });

  test.each<[string, Record<string, string>, string, unknown, string]>([
    [
      "/act/alert-rules",
      { name: "n", type: "incident" },
      "POST /v1/alert-rules",
      { name: "n", condition: { type: "incident" }, targets: [] },
      "/alerts/alr_9",
    ],
    ["/act/alert-rules/alr_1/disable", {}, "PATCH /v1/alert-rules/alr_1", { enabled: false }, "/alerts"],
    ["/act/alert-rules/alr_1/enable", {}, "PATCH /v1/alert-rules/alr_1", { enabled: true }, "/alerts"],
    ["/act/alert-rules/a%2Fb/delete", {}, "DELETE /v1/alert-rules/a%2Fb", null, "/alerts"],
    ["/act/agents/bot/feedback", { dimension: "cost.usd" }, "DELETE /v1/agents/bot/dimensions/cost.usd/feedback", null, "/alerts"],
    [
      "/act/drifts/drf_1/dismiss",
      { reason: "r", kind: "not_useful" },
      "POST /v1/drifts/drf_1/dismiss",
      { reason: "r", kind: "not_useful" },
      "/alerts",
    ],
  ])("%s asks for what it says", async (path, fields, call, body, next) => {
    const script = { [call]: { id: "alr_9" } };
    const { asked, headers, status } = await post(path, { csrf, next: "/alerts", ...fields }, script);
    expect(asked).toMatchObject([{ method: call.split(" ")[0], path: call.split(" ")[1], body }]);
    expect([status, headers.get("location")]).toEqual([303, next]);
  });

  test.each(["/act/alert-rules/alr_1/constructor", "/act/alert-rules/alr_1/preview"])("%s is no action", async (path) =>
    expect((await post(path, { csrf })).asked).toEqual([]),
  );
});

describe("a dimension whose drifts were dismissed", () => {
  const taught = (factor: number): Record<string, unknown> => ({
    ...fullScript(),
    "/v1/agents/support-bot/dimensions": {
      data: [
        {
          name: "outcome.success",
          kind: "proportion",
          feedback: { expected: 2, not_useful: 1, evidence_factor: factor, last_at: "2026-11-20T00:00:00Z" },
        },
      ],
    },
  });

  test("says what that taught, and how to take it back", async () => {
    const { html } = await render("/agents/support-bot/dimensions/outcome.success", taught(42.3));
    expect(textOf(html)).toContain("Drifts dismissed: 2 as expected, 1 as not useful. Its next alarm needs 42.3 times the usual evidence");
    expect(html).toContain('action="/act/agents/support-bot/feedback"');
    const faded = await render("/agents/support-bot/dimensions/outcome.success", taught(1.01));
    expect(textOf(faded.html)).toContain("needs the usual evidence");
    const none = await render("/agents/support-bot/dimensions/outcome.success");
    expect(none.html).not.toContain("/feedback");
  });

  test("is dismissed with one of two reasons", async () => {
    const { html } = await render("/agents/support-bot/dimensions/outcome.success");
    const kinds = tagsOf(html).flatMap(({ name, attributes }) => {
      const given = Object.fromEntries(attributes);
      return name === "button" && given["name"] === "kind" ? [given["value"] ?? ""] : [];
    });
    expect([...new Set(kinds)].toSorted()).toEqual(["expected", "not_useful"]);
  });
});

test("a rule with texts of a trace is text", async () => {
  const evil = `<img src=x onerror=1>"'`;
  const hostile = {
    id: evil,
    name: evil,
    agent: evil,
    condition: { type: "threshold", dimensions: [evil], above: 1 },
    targets: [{ type: "slack", host: evil }],
  };
  const { html } = await render("/alerts", {
    "/v1/alert-rules": { data: [hostile] },
    "/v1/deliveries": { data: [{ id: evil, about: evil, host: evil, agent: evil, last_error: evil }] },
  });
  expect(tagsOf(html).some(({ name }) => name === "img")).toBe(false);
  const rule = readRule(hostile);
  if (rule === null) throw new Error("not read");
  expect(conditionText(rule)).toContain("above 1");
});
