// The pages of experiments: the verdict first, every difference with its interval, every case with its word; and what their forms ask for.
import { describe, expect, test } from "vitest";
import { emptyScript, fullScript, Refused, session } from "../../browser/pages.fixture.ts";
import { canary, replay } from "../../browser/experiments.fixture.ts";
import { post, render, tagsOf, textOf } from "./render.ts";

const csrf = "csrf-of-the-session";
const plain = (html: string): string => textOf(html).replaceAll("\u202F", " ");
const machine = { session: { ...session, kind: "machine" as const } };
const reader = { session: { ...session, scopes: ["read" as const], isInstanceAdmin: false } };
const refusal = (status: number, message: string, path: string): Response =>
  Response.json(
    { error: { code: "refused", message, details: path === "" ? [] : [{ path, message: "is wrong <b>here</b>" }] } },
    { status },
  );
const attributesOf = (html: string, tag: string, name: string): Record<string, string> =>
  Object.fromEntries(
    tagsOf(html).find((each) => each.name === tag && Object.fromEntries(each.attributes)["name"] === name)?.attributes ?? [],
  );
const buttonsOf = (html: string): Record<string, string>[] =>
  tagsOf(html).flatMap(({ name, attributes }) => (name === "button" ? [Object.fromEntries(attributes)] : []));

describe("the list of experiments", () => {
  test("says candidate, kind, status, verdict and sentence of each, and nothing of one that has not begun", async () => {
    const text = plain((await render("/experiments")).html);
    for (const part of [
      "claude-sonnet-5-5, another prompt, your own agent",
      "The candidate is better",
      "This is decisive",
      "Canary",
      "not started",
    ])
      expect(text).toContain(part);
  });

  test.each([
    ["/experiments", {}],
    ["/experiments?agent=a&kind=canary&status=running&cursor=c", { agent: "a", kind: "canary", status: "running", cursor: "c" }],
    ["/experiments?kind=constructor&status=x", {}],
  ])("%s asks for what it says", async (path, query) => {
    const { asked } = await render(path);
    const given = asked.find((each) => each.path === "/v1/experiments")?.query ?? "";
    expect(Object.fromEntries(new URLSearchParams(given))).toEqual({ limit: "50", ...query });
  });

  test.each([
    ["/experiments", ["npx bento replay", "npx bento canary make", "shadow"]],
    ["/suites", ["grows_from", "What a suite is"]],
    ["/evaluators", ["never changes"]],
    ["/evaluations", ["npx bento eval start"]],
    ["/gates", ["npx bento gate", "In CI"]],
  ])("%s teaches when it is empty", async (path, parts) => {
    const text = plain((await render(path, emptyScript())).html);
    for (const part of parts) expect(text).toContain(part);
  });
});

describe("a replay", () => {
  test("has the verdict and the sentence before every number", async () => {
    const text = plain((await render("/experiments/exp_01")).html);
    const at = ["The candidate is better", replay.decisive_sentence, "Coverage", "Measured", "Cases"].map((part) => text.indexOf(part));
    expect(at.every((each) => each >= 0)).toBe(true);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    for (const part of ["+9.0 points +2.1 to +16.0", "94.0 %", "3 errored", "412 of 412", "412 of 420 runs, evenly over the time."])
      expect(text).toContain(part);
  });

  test("draws the interval where it lies: right of zero, and left of its high end", async () => {
    const { html } = await render("/experiments/exp_01");
    const drawing = html.slice(html.indexOf('class="chart wide"'), html.indexOf('class="chart narrow"'));
    const zero = Number(/class="zero" x1="([\d.]+)"/.exec(drawing)?.[1]);
    const [, low, high] = /class="whisker" x1="([\d.]+)" x2="([\d.]+)"/.exec(drawing) ?? [];
    const dot = Number(/class="dot" cx="([\d.]+)"/.exec(drawing)?.[1]);
    expect(zero).toBeLessThan(Number(low));
    expect(Number(low)).toBeLessThan(dot);
    expect(dot).toBeLessThan(Number(high));
    expect(html).toContain("interval interval-good");
  });

  test("lists what broke first, each by its word, with the calls that were missing and a link to its run", async () => {
    const { html } = await render("/experiments/exp_01");
    const rows = [...html.matchAll(/<td data-label="Result"><span class="result res-(\w+)"[^>]*>([^<]+)</g)].map((match) => [
      match[1],
      match[2],
    ]);
    expect(rows.slice(0, 3)).toEqual([
      ["broken", "Broken"],
      ["broken", "Broken"],
      ["fixed", "Fixed"],
    ]);
    expect(rows.at(-1)).toEqual(["pending", "Pending"]);
    expect(plain(html)).toContain("1 call not in the record, 1 to tools it never used");
    expect(html).toContain('href="/runs/run_case_1"');
    expect(html).not.toContain('href="/runs/cas_by_hand"');
  });

  test("shows only broken cases when asked to", async () => {
    const { html, asked } = await render("/experiments/exp_01?result=broken");
    expect(asked.find(({ path }) => path.endsWith("/results"))?.query).toContain("result=broken");
    expect(html.match(/<td data-label="Result"><span class="result res-broken"/g)).toHaveLength(2);
    expect(html).not.toMatch(/<td data-label="Result"><span class="result res-fixed"/);
  });

  test("renews itself while it runs, unless it is held", async () => {
    const refresh = /http-equiv="refresh" content="4"/;
    expect((await render("/experiments/exp_02")).html).toMatch(refresh);
    const held = (await render("/experiments/exp_02?hold=1&result=fixed")).html;
    expect(held).not.toMatch(/http-equiv="refresh"/);
    expect(held).toContain('href="/experiments/exp_02?result=fixed"');
    expect((await render("/experiments/exp_01")).html).not.toMatch(/http-equiv="refresh"/);
  });
});

describe("a canary", () => {
  test("says its arms, looks, guardrails, split, strata and how to take part", async () => {
    const text = plain((await render("/experiments/exp_03")).html);
    for (const part of [
      "25.0 %",
      "1 of 5 looks taken",
      "33.0 % of the information",
      "Harmful",
      "Harmless",
      "> 1,000 of 20",
      "As designed",
      "odds ratio 1.2 (0.9 to 1.6)",
      "The arms have different mixes",
      "Some new flag",
      "Ran as the other arm 2",
      "/v1/agents/support-bot/assignment?unit=$UNIT",
      "Inconclusive",
    ])
      expect(text).toContain(part);
  });

  test("draws an accepted loss on the side of harm", async () => {
    const { html } = await render("/experiments/exp_03");
    const drawings = html.split('class="chart wide"').slice(1);
    const at = (part: string, name: string): number => Number(new RegExp(`class="${name}" x1="([\\d.]+)"`).exec(part)?.[1]);
    expect(at(drawings[0] ?? "", "margin")).toBeLessThan(at(drawings[0] ?? "", "zero"));
    expect(at(drawings[1] ?? "", "margin")).toBeGreaterThan(at(drawings[1] ?? "", "zero"));
  });

  test("promoting is for people: a machine's key finds the button shut and the reason beside it", async () => {
    const promoteOf = (html: string) => buttonsOf(html).find((each) => each["formaction"]?.endsWith("/promote") === true);
    const person = (await render("/experiments/exp_03")).html;
    expect(promoteOf(person)).not.toHaveProperty("disabled");
    const shut = (await render("/experiments/exp_03", fullScript(), machine)).html;
    expect(promoteOf(shut)).toHaveProperty("disabled");
    expect(plain(shut)).toContain("Only a person promotes");
    expect((await render("/experiments/exp_03", fullScript(), reader)).html).not.toContain("/act/experiments");
  });

  test("a promoted one says what followed among those held back", async () => {
    expect(plain((await render("/experiments/exp_06")).html)).toContain("held back (5.0 %): 60.0 %, n 40");
  });
});

describe("the forms of experiments", () => {
  test.each<[string, Record<string, string>, string, unknown]>([
    ["/act/experiments/exp_05/start", {}, "POST /v1/experiments/exp_05/start", {}],
    ["/act/experiments/exp_03/stop", { reason: "enough" }, "POST /v1/experiments/exp_03/stop", { reason: "enough" }],
    ["/act/experiments/exp_03/abort", {}, "POST /v1/experiments/exp_03/abort", {}],
    ["/act/experiments/exp_03/promote", { reason: "r" }, "POST /v1/experiments/exp_03/promote", { reason: "r" }],
    [
      "/act/experiments/exp_03/promote",
      { reason: "r", override: "1" },
      "POST /v1/experiments/exp_03/promote",
      { reason: "r", override: true },
    ],
    ["/act/experiments/exp_03/ramp", { share: "30 %" }, "POST /v1/experiments/exp_03/ramp", { share: 0.3 }],
    ["/act/experiments/exp_03/ramp", { share: "most" }, "POST /v1/experiments/exp_03/ramp", { share: "most" }],
  ])("%s %j", async (path, fields, call, body) => {
    const { asked, status, headers } = await post(path, { csrf, ...fields }, { [call]: {} });
    expect(asked).toMatchObject([{ method: "POST", path: call.split(" ")[1], body }]);
    expect([status, headers.get("location")]).toEqual([303, path.slice("/act".length, path.lastIndexOf("/"))]);
  });

  test.each(["constructor", "finish", "fail", "outcomes"])("%s is no action of a form", async (verb) => {
    expect((await post(`/act/experiments/exp_03/${verb}`, { csrf })).asked).toEqual([]);
  });

  test("a refusal stands at the form, in the API's words, with what was typed", async () => {
    for (const [status, message] of [
      [409, "The verdict is inconclusive, which does not allow it."],
      [403, "Only a person promotes: this key is a machine's."],
    ] as const) {
      const script = { ...fullScript(), "POST /v1/experiments/exp_03/promote": new Refused(status, message) };
      const answer = await post("/act/experiments/exp_03/promote", { csrf, reason: "it is late" }, script);
      expect(answer.status).toBe(status);
      const actions = answer.html.slice(answer.html.indexOf('aria-label="Actions"'));
      expect(plain(actions)).toContain(message);
      expect(attributesOf(answer.html, "input", "reason")["value"]).toBe("it is late");
      expect(answer.html).not.toMatch(/http-equiv="refresh"/);
    }
  });

  const replayForm = { csrf, kind: "replay", agent: "support-bot", model: "m", prompt: "a\r\nb", sample: "50", matching: "strict", repeats: "3", driver: "claude" }; // prettier-ignore

  test("a replay is planned first: the plan and its cost stand under the form, and nothing is made", async () => {
    const preview = { runs: 50, items: 150, tokens: { input: 9_000, output: null }, cost_usd: 0.42, required_n: 627, sampling: { text: "50 of 412 runs.", runs_in_range: 412, runs: 50, coverage: 0.12, strata: [] } }; // prettier-ignore
    const script = { ...fullScript(), "POST /v1/experiments": preview };
    const { status, html, asked } = await post("/act/experiments", { ...replayForm, do: "preview", metric_0: "" }, script);
    expect(status).toBe(200);
    expect(asked.filter(({ method }) => method === "POST")).toMatchObject([
      {
        path: "/v1/experiments",
        body: {
          kind: "replay",
          agent: "support-bot",
          candidate: { model: "m", config: { prompt: "a\nb" } },
          plan: { sample: 50, matching: "strict", repeats: 3, preview: true },
        },
      },
    ]);
    for (const part of ["$0.42", "12.0 % of 412 in range", "627", "only a larger difference would be decisive"])
      expect(plain(html)).toContain(part);
    expect(attributesOf(html, "input", "sample")["value"]).toBe("50");
    expect(buttonsOf(html).map((each) => each["value"])).toContain("make");
    expect((await render("/experiments/new?agent=support-bot")).html).not.toContain('value="make"');
  });

  test("making it starts it; a secret that Bento made is shown once, before anything starts", async () => {
    const made = await post("/act/experiments", { ...replayForm, do: "make" }, { "POST /v1/experiments": { id: "exp_9", driver_secret: null }, "POST /v1/experiments/exp_9/start": {} }); // prettier-ignore
    expect(made.asked.map(({ path }) => path)).toEqual(["/v1/experiments", "/v1/experiments/exp_9/start"]);
    expect(made.headers.get("location")).toBe("/experiments/exp_9");
    const webhook = { ...replayForm, do: "make", driver: "webhook", url: "https://a.example/" };
    const secret = await post("/act/experiments", webhook, { "POST /v1/experiments": { id: "exp_9", driver_secret: "whsec_abc" } });
    expect(secret.asked.map(({ path }) => path)).toEqual(["/v1/experiments"]);
    expect(secret.html).toContain("whsec_abc");
    expect([secret.status, secret.headers.get("location"), secret.headers.get("set-cookie") ?? ""].join(" ")).not.toContain("whsec_");
    expect(secret.html).toContain('href="/experiments/exp_9"');
  });

  test("a canary's percents become shares, its first metric decides, and what is refused is told at its field", async () => {
    const fields = { csrf, kind: "canary", agent: "support-bot", artifacts: "refunds@3", share: "12.5", unit: "user_id", max_n: "500", looks: "", metric_0: "outcome.success", goal_0: "increase", metric_1: "latency.run_ms", goal_1: "decrease", margin_1: "20", do: "make" }; // prettier-ignore
    const script = {
      ...fullScript(),
      "POST /v1/experiments": refusal(400, "The body is not what this route takes.", "plan.metrics[1].margin"),
    };
    const { asked, status, html } = await post("/act/experiments", fields, script);
    expect(asked.find(({ method }) => method === "POST")?.body).toEqual({
      kind: "canary",
      agent: "support-bot",
      candidate: { artifacts: ["refunds@3"] },
      plan: {
        share: 0.125,
        unit: "user_id",
        max_n: 500,
        metrics: [
          { name: "outcome.success", goal: "increase", primary: true },
          { name: "latency.run_ms", goal: "decrease", margin: 0.2 },
        ],
      },
    });
    expect(status).toBe(422);
    expect(plain(html)).toContain("is wrong <b>here</b>");
    expect(attributesOf(html, "input", "margin_1")["value"]).toBe("20");
    expect(html).toContain("<h1>New canary</h1>");
  });

  test("an address of the candidate's own agent that is refused is told at that field", async () => {
    const script = { ...fullScript(), "POST /v1/experiments": refusal(422, "Bento cannot send to this address.", "candidate.driver.url") };
    const { html } = await post("/act/experiments", { ...replayForm, driver: "webhook", url: "http://x/", do: "preview" }, script);
    expect(attributesOf(html, "input", "url")).toMatchObject({ "aria-invalid": "true", value: "http://x/" });
  });
});

test("what the API makes addresses of begins where the person is, not at a made-up host", async () => {
  const origins: string[] = [];
  const api = async (request: Request): Promise<Response> => {
    origins.push(new URL(request.url).origin);
    return Response.json({ id: "exp_05" });
  };
  await post("/act/experiments/exp_05/start", { csrf }, {}, { api });
  await render(`/experiments/${canary.id}`, {}, { api });
  expect(new Set(origins)).toEqual(new Set(["http://bento.test"]));
});
