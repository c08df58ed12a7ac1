// Traces carry whatever a stranger typed. On every page it must stay text: no element, no attribute, no link of theirs, no
// character that hides or turns other text.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanText, clipped } from "../../../workers/dashboard/safe-text.tsx";
import { fullScript, type Script } from "../../browser/pages.fixture.ts";
import { attacks } from "../../browser/runs.fixture.ts";
import { post, render, tagsOf } from "./render.ts";

/** The script with every text of every answer replaced, but for the ids, names and codes by which pages find their way. */
function poisoned(attack: string): Script {
  const kept =
    /^(id|kind|status|severity|verdict|name|dimension|polarity|state|signal_id|parent_id|field|key|at|.*_at|onset_.*|type|measure|run_id|change_id|drift_id|next_cursor)$/;
  const poison = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return kept.test(key) ? value : attack;
    if (Array.isArray(value)) return value.map((each) => poison(each, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poison(each, name)]));
  };
  return Object.fromEntries(
    Object.entries(fullScript()).map(([path, answer]) => [
      path,
      path.endsWith("/series") ? answer : (url: URL) => poison(typeof answer === "function" ? answer(url) : answer, path),
    ]),
  );
}

const pages = [
  "/",
  "/incidents/inc_01",
  "/agents",
  "/agents/support-bot",
  "/agents/support-bot/dimensions/outcome.success",
  "/runs",
  "/runs/run_7c1e",
  "/runs/run_hostile",
  "/changes",
  "/settings",
  "/dead-letters",
  "/signals",
  "/signals/sig_01",
  "/signals/new?agent=support-bot",
  "/agents/support-bot/taxonomy",
  "/agents/support-bot/loop",
  "/agents/support-bot/transfer",
  "/agents/support-bot/transfer?from_model=a&to_model=b",
  "/backfills",
  "/backfills/bkf_01",
  "/backfills/new?signal=sig_01",
  "/experiments",
  "/experiments/exp_01",
  "/experiments/exp_03",
  "/experiments/exp_04",
  "/experiments/new?kind=canary&agent=support-bot",
  "/suites",
  "/suites/ste_01",
  "/cases/new?signal=sig_01",
  "/evaluators",
  "/evaluations/evl_01",
  "/evaluations/new?agent=support-bot",
  "/gates",
  "/gates/gat_02",
  "/artifacts",
  "/artifacts/art_01",
  "/artifacts/art_03",
  "/optimisations",
];
const ownTags =
  /^(html|head|meta|title|link|script|body|a|header|span|svg|rect|nav|div|details|summary|bdi|p|ul|ol|li|form|input|button|main|section|h1|h2|h3|h4|dl|dt|dd|table|caption|thead|tbody|tr|th|td|time|code|pre|b|i|desc|g|line|path|text|circle|figure|article|aside|label|select|option|textarea|datalist|blockquote|footer|dialog|kbd|mark|q|progress|fieldset|legend|figcaption)$/;

describe.each(attacks.map((attack) => [JSON.stringify(attack).slice(0, 60), attack]))("%s", (_, attack) => {
  test.each(pages)("stays text on %s", async (path) => {
    const { html, headers } = await render(path, poisoned(attack));
    const tags = tagsOf(html);
    expect(tags.length).toBeGreaterThan(20);
    expect(tags.map((tag) => tag.name).filter((name) => !ownTags.test(name))).toEqual([]);
    expect((html.match(/</g) ?? []).length).toBe((html.match(/<!?\/?[a-z][^<]*?>/gi) ?? []).length);
    const attributes = tags.flatMap((tag) => tag.attributes);
    expect(attributes.filter(([name]) => name.startsWith("on") || name === "style" || name === "srcdoc")).toEqual([]);
    for (const [name, value] of attributes) if (/^(href|src|action|formaction)$/.test(name)) expect(value).toMatch(/^[/#](?![/\\])/);
    expect(tags.filter((tag) => tag.name === "script")).toHaveLength(1);
    // oxlint-disable-next-line no-control-regex
    expect(html).not.toMatch(
      /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]|\p{Surrogate}/u,
    );
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
  });
});

test("a hostile run id, agent or dimension in the address stays text and one segment", async () => {
  for (const attack of ["<script>alert(1)</script>", '"><img src=x>', "../../v1/keys", "..", "%2e%2e", "a/b", "\u202Ex"]) {
    for (const path of [
      `/runs/${encodeURIComponent(attack)}`,
      `/agents/${encodeURIComponent(attack)}`,
      `/agents/support-bot/dimensions/${encodeURIComponent(attack)}`,
      `/incidents/${encodeURIComponent(attack)}`,
      `/signals/${encodeURIComponent(attack)}`,
      `/signals?agent=${encodeURIComponent(attack)}`,
      `/agents/${encodeURIComponent(attack)}/taxonomy`,
      `/agents/${encodeURIComponent(attack)}/loop`,
      `/agents/support-bot/transfer?from_model=${encodeURIComponent(attack)}&to_model=${encodeURIComponent(attack)}`,
      `/backfills/${encodeURIComponent(attack)}`,
      `/backfills/new?signal=${encodeURIComponent(attack)}&ref=${encodeURIComponent(attack)}&agent=${encodeURIComponent(attack)}`,
      `/experiments/${encodeURIComponent(attack)}`,
      `/experiments/new?kind=canary&agent=${encodeURIComponent(attack)}&model=${encodeURIComponent(attack)}`,
      `/experiments?agent=${encodeURIComponent(attack)}`,
      `/suites/${encodeURIComponent(attack)}`,
      `/cases/new?run=${encodeURIComponent(attack)}`,
      `/evaluators/new?type=${encodeURIComponent(attack)}&name=${encodeURIComponent(attack)}`,
      `/evaluations/${encodeURIComponent(attack)}`,
      `/gates/${encodeURIComponent(attack)}`,
      `/artifacts/${encodeURIComponent(attack)}`,
      `/artifacts?agent=${encodeURIComponent(attack)}`,
      `/artifacts/art_01?from=${encodeURIComponent(attack)}&to=${encodeURIComponent(attack)}`,
      `/optimisations?agent=${encodeURIComponent(attack)}`,
      `/runs?agent=${encodeURIComponent(attack)}&q=${encodeURIComponent(attack)}`,
    ]) {
      const { html, asked } = await render(path);
      expect(html).not.toMatch(/<img|<script(?! src="\/assets\/keys-)/);
      expect(asked.filter((each) => each.path.startsWith("/v1/keys"))).toEqual([]);
    }
  }
});

test("a message of a refused action is shown as text, once", async () => {
  const cookie = `bento_flash=${encodeURIComponent(JSON.stringify({ tone: "failed", text: "<img src=x onerror=alert(1)>" }))}`;
  const { html, headers } = await render("/", undefined, {}, { headers: { cookie } });
  expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(headers.get("set-cookie")).toContain("bento_flash=; Path=/; Max-Age=0");
  for (const broken of ["%", "null", "%7B%7D", "[1]"])
    expect((await render("/", undefined, {}, { headers: { cookie: `bento_flash=${broken}` } })).status).toBe(200);
});

test("a form that would redirect elsewhere goes home", async () => {
  const { headers } = await post("/act/theme", { csrf: "csrf-of-the-session", theme: "dark", next: "//evil.example/x" });
  expect(headers.get("location")).toBe("/");
});

test("cleaning leaves no character that hides or turns text, whatever comes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const clean = cleanText(value);
      // oxlint-disable-next-line no-control-regex
      expect(clean).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/);
      expect(clean.isWellFormed()).toBe(true);
    }),
  );
});

test("clipping is never longer than asked, is one line and keeps short text as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), fc.integer({ min: 1, max: 80 }), (value, most) => {
      const short = clipped(value, most);
      expect(short.length).toBeLessThanOrEqual(most + 1);
      expect(short).not.toMatch(/[\n\r]/);
    }),
  );
  expect(clipped("plain words", 40)).toBe("plain words");
  expect(clipped("مرحبا 你好 עברית", 40)).toBe("مرحبا 你好 עברית");
});

test("names of an object's own workings are names like any other", async () => {
  const names = ["constructor", "__proto__", "toString", "hasOwnProperty"];
  const dimensions = names.map((name) => ({
    name,
    kind: "count",
    unit: name,
    status: "stable",
    baseline: {},
    current: { n: 1, value: 1, category: name, categories: { [name]: 1 } },
  }));
  const { status, html } = await render("/agents/support-bot", {
    ...fullScript(),
    "/v1/agents/support-bot/dimensions": { data: dimensions },
  });
  expect(status).toBe(200);
  for (const name of names) expect(html).toContain(`/dimensions/${name}?`);
  expect(html).not.toContain("native code");
});
