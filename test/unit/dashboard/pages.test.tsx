// Every page from the scripted API: what it says, what it asks, and what it says when there is nothing or nothing can be had.
import { describe, expect, test } from "vitest";
import { emptyScript, fullScript, Refused, session } from "../../browser/pages.fixture.ts";
import { incidentOf } from "../../browser/incidents.fixture.ts";
import { origin, render, tagsOf, textOf } from "./render.ts";

const paths = [
  "/",
  "/?status=all",
  "/incidents/inc_01",
  "/agents",
  "/agents/support-bot",
  "/agents/invoice-reader?days=2",
  "/agents/support-bot/dimensions/outcome.success",
  "/agents/support-bot/dimensions/tools.mix?days=90",
  "/runs",
  "/runs?q=refund&status=error",
  "/runs/run_7c1e",
  "/runs/run_long?page=3",
  "/changes",
  "/settings",
  "/dead-letters",
  "/alerts",
  "/alerts?status=failed",
  "/alerts/new?type=drift",
  "/alerts/new?type=threshold&dimensions=outcome.success&below=0.7&try=1",
  "/alerts/alr_01",
  "/signals",
  "/signals?state=escalating&agent=support-bot&sort=rate",
  "/signals?polarity=win",
  "/signals/sig_01",
  "/signals/sig_03",
  "/signals/sig_f1",
  "/signals/new?agent=support-bot",
  "/signals/new?kind=words",
  "/agents/support-bot/taxonomy",
  "/agents/support-bot/loop",
  "/agents/invoice-reader/loop",
  "/agents/support-bot/transfer",
  "/agents/support-bot/transfer?from_model=claude-haiku-4&to_model=claude-haiku-4-5",
  "/backfills",
  "/backfills/bkf_01",
  "/backfills/bkf_03",
  "/backfills/bkf_05",
  "/backfills/new?signal=sig_03",
  "/experiments",
  "/experiments?kind=canary&status=running&agent=support-bot",
  "/experiments/exp_01",
  "/experiments/exp_01?result=broken",
  "/experiments/exp_02",
  "/experiments/exp_03",
  "/experiments/exp_04",
  "/experiments/exp_05",
  "/experiments/exp_06",
  "/experiments/new?agent=support-bot",
  "/experiments/new?kind=canary&agent=support-bot",
  "/suites",
  "/suites/ste_01",
  "/cases/new?run=run_7c1e",
  "/cases/new?signal=sig_01",
  "/evaluators",
  "/evaluators/new?type=equals",
  "/evaluators/new?type=contains",
  "/evaluators/new?type=regex",
  "/evaluators/new?type=json_schema",
  "/evaluators/new?type=tool_calls",
  "/evaluators/new?type=expression",
  "/evaluators/new?type=judge",
  "/evaluators/new?type=webhook",
  "/evaluations",
  "/evaluations/evl_01",
  "/evaluations/evl_01?result=failed",
  "/evaluations/evl_02",
  "/evaluations/new?agent=support-bot",
  "/gates",
  "/gates/gat_01",
  "/gates/gat_02",
  "/gates/gat_03",
  "/gates/new?suite_id=ste_01",
  "/artifacts",
  "/artifacts?agent=support-bot&state=promoted",
  "/artifacts/art_01",
  "/artifacts/art_01?from=2&to=1",
  "/artifacts/art_02",
  "/artifacts/art_03",
  "/artifacts/art_04",
  "/optimisations",
  "/optimisations?agent=support-bot&state=kept",
];

describe("every page", () => {
  test.each(paths)("%s is whole, titled and guarded", async (path) => {
    const { status, html, headers } = await render(path);
    expect(status).toBe(200);
    expect(html).toMatch(/^<!doctype html><html lang="en"><head>/);
    expect(html.match(/<title>[^<]+ · Bento<\/title>/)).not.toBeNull();
    expect(html.match(/<h1\b/g)).toHaveLength(1);
    expect(html).not.toMatch(/NaN|undefined|\[object|Infinity/);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toContain("no-store");
  });

  test.each(paths)("%s needs nothing that the policy forbids", async (path) => {
    const { html } = await render(path);
    const tags = tagsOf(html);
    expect(tags.flatMap((tag) => tag.attributes).filter(([attribute]) => attribute === "style" || attribute.startsWith("on"))).toEqual([]);
    expect(
      tags.filter(
        (tag) => tag.name === "style" || (tag.name === "script" && !tag.attributes.some(([, value]) => value.startsWith("/assets/"))),
      ),
    ).toEqual([]);
  });

  test.each(paths)("%s refers to each id once and to none that is absent", async (path) => {
    const { html } = await render(path);
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const referred = [...html.matchAll(/aria-(?:labelledby|describedby)="([^"]*)"/g)].flatMap((match) => (match[1] ?? "").split(" "));
    expect(referred.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test.each(paths)("%s stands when the API refuses everything", async (path) => {
    const broken = await render(path, { "/v1/incidents": new Refused(503, "Come back later.") });
    expect([200, 404, 502]).toContain(broken.status);
    expect(broken.html).toContain('id="main"');
  });

  test.each(paths)("%s stands when answers are of another shape", async (path) => {
    const odd = Object.fromEntries(
      Object.keys(fullScript()).map((key, index) => [key, [[], { data: [null, 1, "x", {}, []] }, "text", { id: 7, data: {} }][index % 4]]),
    );
    const { html } = await render(path, odd);
    expect(html).toContain('id="main"');
    expect(html).not.toMatch(/NaN|undefined|\[object/);
  });
});

describe("inbox", () => {
  test("ranks unresolved before resolved and the worse before the newer", async () => {
    const text = textOf((await render("/?status=all")).html);
    const places = ["Success rate of support-bot fell", "Tool errors of fetch_page", "Cost a run of research-agent rose"].map((title) =>
      text.indexOf(title),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  test("says since when in the project's zone, what moved with its effect, and the cause with its confidence", async () => {
    const text = textOf((await render("/")).html);
    expect(text).toContain("3 d ago · 21 Nov, 10:00");
    expect(text).toContain("91.0 % → 73.8 %");
    expect(text).toContain("−17.2 pp");
    expect(text).toContain("Caused by the prompt edit to support v14");
    expect(text).toContain("Unattributed");
  });

  test("words a cause as likely when the incident's own title does, whatever the confidence", async () => {
    const incident = { ...incidentOf("support-bot"), title: "Success fell; likely cause: prompt v14" };
    const text = textOf((await render("/", { ...fullScript(), "/v1/incidents": { data: [incident] } })).html);
    expect(text).toContain("Likely caused by the prompt edit");
  });

  test("asks for the first run, with this instance's own address, when nothing has arrived", async () => {
    const { html } = await render("/", emptyScript());
    expect(textOf(html)).toContain(`curl -sS ${origin}/v1/runs`);
    expect(html).toContain("OTEL_EXPORTER_OTLP_ENDPOINT");
  });

  test("says what learning still needs when no incident is open", async () => {
    const text = textOf((await render("/", { ...fullScript(), "/v1/incidents": { data: [] } })).html);
    expect(text).toContain("All quiet");
    expect(text).toContain("21 learning (needs 112 runs and 1.5 days of traffic more)");
  });

  test("shows a failed API as a page with the API's sentence", async () => {
    const { status, html } = await render("/", { "/v1/incidents": new Refused(503, "Come back later.") });
    expect(status).toBe(502);
    expect(textOf(html)).toContain("Come back later.");
  });
});

describe("incident", () => {
  test("answers what, since when, why and with which evidence", async () => {
    const text = textOf((await render("/incidents/inc_01")).html);
    for (const said of [
      "−17.2 pp (−19.5 pp to −14.9 pp)",
      "×1.42",
      "between 21 Nov, 08:00 and 21 Nov, 13:00",
      "87.0 % (71.0 % to 100 %)",
      "97.0 % near certain",
      "In the 6 h when both prompts ran",
      "−1.7 pp because other people ask",
      "Comment by Ada Lindqvist",
    ]) {
      expect(text).toContain(said);
    }
  });

  test("offers only what its status allows, and nothing to a key that only reads", async () => {
    const open = await render("/incidents/inc_01");
    expect(open.html).toContain("/act/incidents/inc_01/acknowledge");
    expect(open.html).not.toContain("/act/incidents/inc_01/reopen");
    const reader = await render("/incidents/inc_01", undefined, { session: { ...session, scopes: ["read"] } });
    expect(reader.html).not.toContain("/act/incidents");
    expect(reader.html).not.toContain("/act/drifts");
  });
});

describe("agent and dimension", () => {
  test("show what moved first", async () => {
    const text = textOf((await render("/agents/support-bot")).html);
    expect(text.indexOf("Moved")).toBeLessThan(text.indexOf("Latency Model latency"));
  });

  test("ask the series by hours for a short span and by days for a long one", async () => {
    const short = await render("/agents/support-bot/dimensions/outcome.success?days=2");
    const long = await render("/agents/support-bot/dimensions/outcome.success?days=90");
    expect(short.asked.find((each) => each.path.endsWith("/series"))?.query).toContain("bucket=hour");
    expect(long.asked.find((each) => each.path.endsWith("/series"))?.query).toContain("bucket=day");
  });

  test("mark only changes of the span that is shown", async () => {
    const { html } = await render("/agents/support-bot/dimensions/outcome.success?days=7");
    expect(html.match(/class="mark k-prompt"/g)).toHaveLength(2);
    expect(html).not.toContain("k-model");
  });

  test("name a dimension that does not exist as missing", async () => {
    expect((await render("/agents/support-bot/dimensions/none")).status).toBe(404);
  });

  test("put the numbers of the large chart into a table as well", async () => {
    const { html } = await render("/agents/support-bot/dimensions/outcome.success?days=7");
    expect(html).toContain("The same as a table (168 buckets)");
  });
});

describe("runs and run", () => {
  test("pass filters on to the API and leave out empty ones", async () => {
    const { asked } = await render("/runs?agent=a%26b&status=&q=re+fund&from=2026-11-20T08:00");
    const query = new URLSearchParams(asked.find((each) => each.path === "/v1/runs")?.query);
    expect(Object.fromEntries(query)).toEqual({ agent: "a&b", q: "re fund", from: "2026-11-20T07:00:00.000Z", limit: "50" });
  });

  test("show 250 of thousands of steps, an overview of all, and the way to the failed ones", async () => {
    const { html } = await render("/runs/run_long?page=3");
    expect(html.match(/<li class="step /g)).toHaveLength(250);
    expect(textOf(html)).toContain("Steps 501–750 of 4,000 steps");
    expect(html.length).toBeLessThan(600_000);
    const failed = await render("/runs/run_long?only=errors");
    expect(failed.html.match(/<li class="step /g)).toHaveLength(108);
  });

  test("open the page and the step that was asked for", async () => {
    const { html } = await render("/runs/run_long?step=n1500");
    expect(html).toMatch(/id="step"><details open/);
  });

  test("serve the raw record as sandboxed text, never as a page", async () => {
    const script = {
      ...fullScript(),
      "/v1/runs/r/raw": new Response("<script>alert(1)</script>", { headers: { "content-type": "text/html" } }),
    };
    const { headers } = await render("/runs/r/raw", script);
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(headers.get("content-security-policy")).toContain("sandbox");
    expect((await render("/runs/run_7c1e/raw")).headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });
});

describe("without a session", () => {
  test.each(["/", "/runs/run_7c1e", "/settings"])("%s shows the sign-in page and asks the API nothing", async (path) => {
    const { html, asked, status } = await render(path, undefined, { session: null });
    expect(html).toContain('action="/sign-in"');
    expect(html).toContain(`name="next" value="${path}"`);
    expect(status).toBe(path === "/" ? 200 : 401);
    expect(asked).toEqual([]);
  });

  test("the way back is never another site", async () => {
    for (const next of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a\nb"]) {
      const { html } = await render(`/sign-in?next=${encodeURIComponent(next)}`, undefined, { session: null });
      expect(html).toContain('name="next" value="/"');
    }
  });
});

test("assets have their contents in their names and may be kept for good", async () => {
  const { html } = await render("/");
  const paths = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? "");
  expect(paths).toHaveLength(3);
  for (const path of paths) {
    const { status, headers } = await render(path);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toContain("immutable");
  }
  expect((await render("/assets/style-000000000000.css")).status).toBe(404);
});

test("a theme that was chosen is on the page", async () => {
  const { html } = await render("/", undefined, {}, { headers: { cookie: "a=b; bento_theme=dark" } });
  expect(html).toContain('<html lang="en" data-theme="dark">');
  const odd = await render("/", undefined, {}, { headers: { cookie: 'bento_theme="><script>' } });
  expect(odd.html).toContain('<html lang="en">');
});
