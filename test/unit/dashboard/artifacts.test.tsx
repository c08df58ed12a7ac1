// The pages of artifacts and of what they promised: what they say, what their forms ask for, and where a refusal stands.
import { describe, expect, test } from "vitest";
import { emptyScript, fullScript, Refused, session } from "../../browser/pages.fixture.ts";
import { attacks } from "../../browser/runs.fixture.ts";
import { post, render, tagsOf, textOf } from "./render.ts";

const csrf = "csrf-of-the-session";
const plain = (html: string): string => textOf(html).replaceAll("\u202F", " ");
const machine = { session: { ...session, kind: "machine" as const } };
const reader = { session: { ...session, scopes: ["read" as const], isInstanceAdmin: false } };
const section = (html: string, id: string): string => html.split(`aria-labelledby="${id}"`)[1]?.split("</section>")[0] ?? "";

describe("the board", () => {
  test.each([
    ["candidate", ["ask first", "Prompt fragment, version 2", "To lower", "No gate"]],
    ["validated", ["be short", "Signed for, no gate"]],
    ["promoted", ["refunds", "Skill, version 1", "Gate:"]],
    ["deprecated", ["old rule", "No gate"]],
  ])("%s: each card stands in its column alone", async (state, parts) => {
    const { html } = await render("/artifacts");
    const column = section(html, `col-${state}`);
    for (const part of parts) expect(plain(column)).toContain(part);
    expect(column.match(/class="board-card"/g)).toHaveLength(1);
  });

  test("one state alone is paged; a cursor without a state is not passed on", async () => {
    const { asked, html } = await render("/artifacts?agent=a&state=promoted&cursor=c");
    const queries = (of: typeof asked) => of.filter(({ path }) => path === "/v1/artifacts").map(({ query }) => query);
    expect(queries(asked).map((query) => Object.fromEntries(new URLSearchParams(query)))).toEqual([
      { agent: "a", state: "promoted", limit: "24", cursor: "c" },
    ]);
    expect(html).not.toContain("col-candidate");
    const all = queries((await render("/artifacts?cursor=c")).asked);
    expect(all).toHaveLength(4);
    expect(all.join()).not.toContain("cursor");
  });

  test.each([
    ["/artifacts", ["curl -sS http://bento.test/v1/artifacts", "Draft a fix"]],
    ["/optimisations", ["Promised and measured", "/bundle?unit="]],
  ])("%s teaches when it is empty, with a body that is JSON", async (path, parts) => {
    const text = plain((await render(path, emptyScript())).html);
    for (const part of parts) expect(text).toContain(part);
    for (const [, body] of text.matchAll(/-d '(\{.*?\})'/g)) expect(() => JSON.parse(body ?? "")).not.toThrow();
  });

  test("a gate that cannot be read is linked all the same, never said to be none", async () => {
    const { html } = await render("/artifacts", { ...fullScript(), "/v1/gates/gat_01": new Refused(503, "Come back later.") });
    expect(section(html, "col-promoted")).toContain('href="/gates/gat_01"');
    expect(section(html, "col-promoted")).not.toContain("No gate");
  });

  test("a refused list is told, not shown as an empty one", async () => {
    const text = plain((await render("/artifacts", { ...fullScript(), "/v1/artifacts": new Refused(503, "Come back later.") })).html);
    expect(text).toContain("Come back later.");
    expect(text).not.toContain("No artifact yet");
  });
});

describe("an artifact", () => {
  test("says what it supposes, promises, is for, and was made from", async () => {
    const { html } = await render("/artifacts/art_01");
    for (const part of ["searches before it asks", "12.0 % → 6.0 % (3.0 % to 9.0 %)", "2.*", "before a search", "Two fragments"])
      expect(plain(html)).toContain(part);
    for (const path of ["/signals/sig_01", "/incidents/inc_01", "/runs/run_7c1e"]) expect(html).toContain(`href="${path}"`);
    const shipped = (await render("/artifacts/art_03")).html;
    for (const path of ["/gates/gat_01", "/evaluations/evl_01"]) expect(shipped).toContain(`href="${path}"`);
    expect(plain(section(shipped, "content"))).toContain("more/rules.md");
  });

  test("compares the two versions that were asked for, each line with its sign, and leaves out what is far from any change", async () => {
    const { html, asked } = await render("/artifacts/art_01?from=2&to=1");
    expect(asked.find(({ path }) => path.endsWith("/diff"))?.query).toBe("?from=2&to=1");
    expect(html).toContain('<span class="line-removed">− Rule 1.\n</span><span class="line-added">+ Rule 2.\n</span>');
    expect(html).toContain("… 6 lines the same");
    expect(html).not.toContain("Rule of old 5.");
    expect(html).toContain("Rule of old 6.");
    expect(plain(section(html, "diff"))).not.toContain("bento.json");
  });

  test.each(["", "?from=9&to=x", "?from=constructor"])("%s compares the newest with the one before", async (query) => {
    const { asked } = await render(`/artifacts/art_01${query}`);
    expect(asked.find(({ path }) => path.endsWith("/diff"))?.query).toBe("?from=1&to=2");
  });

  test("of one version alone nothing is compared; an older version can be read", async () => {
    expect((await render("/artifacts/art_03")).asked.map(({ path }) => path)).not.toContain("/v1/artifacts/art_03/diff");
    const older = plain((await render("/artifacts/art_01?version=1")).html);
    expect(older).toContain("Content of version 1");
    expect(older).toContain("Bento's rules, from runs");
  });

  test("stands beside what was measured of it, with the interval and the sides", async () => {
    const text = plain(section((await render("/artifacts/art_03")).html, "effect"));
    for (const part of [
      "−5.1 points (−8.0 to −2.2)",
      "6.0 % with, 11.1 % without; 120 against 140 sessions",
      "half of what was promised is there",
    ])
      expect(text).toContain(part);
  });

  test("offers only steps that its state allows, and none to a key that only reads", async () => {
    const verbsOf = (html: string) => [...html.matchAll(/\/act\/artifacts\/art_\d+\/(\w+)/g)].map(([, verb]) => verb);
    expect(verbsOf((await render("/artifacts/art_01")).html)).toEqual(["validate", "promote", "deprecate"]);
    expect(verbsOf((await render("/artifacts/art_03")).html)).toEqual(["validate", "promote", "revert", "deprecate"]);
    expect(verbsOf((await render("/artifacts/art_04")).html)).toEqual(["revert"]);
    expect(verbsOf((await render("/artifacts/art_03", fullScript(), reader)).html)).toEqual([]);
  });

  test("only a person is offered to sign", async () => {
    expect((await render("/artifacts/art_01")).html).toContain('name="sign_off"');
    expect((await render("/artifacts/art_01", fullScript(), machine)).html).not.toContain('name="sign_off"');
  });
});

describe("the forms of artifacts", () => {
  test.each<[string, Record<string, string>, unknown]>([
    ["validate", { version: "2", gate_id: "gat_01", reason: "" }, { version: 2, gate_id: "gat_01" }],
    ["validate", { version: "2", gate_id: "", sign_off: "1", reason: "I read it" }, { version: 2, sign_off: true, reason: "I read it" }],
    ["promote", { version: "1", gate_id: "", reason: "" }, { version: 1 }],
    ["promote", { version: "1", gate_id: "gat_01", reason: "r" }, { version: 1, gate_id: "gat_01", reason: "r" }],
    ["deprecate", { reason: "old", version: "1" }, { reason: "old" }],
    ["revert", { reason: "worse", version: "1" }, { reason: "worse", version: 1 }],
  ])("%s %j", async (verb, fields, body) => {
    const path = `/v1/artifacts/art_01/${verb}`;
    const { asked, status, headers } = await post(
      `/act/artifacts/art_01/${verb}`,
      { csrf, act: verb, ...fields },
      { [`POST ${path}`]: {} },
    );
    expect(asked).toEqual([{ method: "POST", path, query: "", body }]);
    expect([status, headers.get("location")]).toEqual([303, "/artifacts/art_01"]);
  });

  test.each(["constructor", "versions", "draft"])("%s is no action of a form", async (verb) => {
    expect((await post(`/act/artifacts/art_01/${verb}`, { csrf })).asked).toEqual([]);
  });

  test("a refusal stands at the form that was sent, opened, with what was typed, and at no other", async () => {
    for (const [status, message] of [
      [409, "The gate gat_9 has expired: make a new one."],
      [403, "Only a person promotes: this key is a machine's."],
    ] as const) {
      const script = { ...fullScript(), "POST /v1/artifacts/art_03/promote": new Refused(status, message) };
      const answer = await post("/act/artifacts/art_03/promote", { csrf, act: "promote", version: "1", gate_id: "gat_9", reason: "it is <b>late</b>" }, script); // prettier-ignore
      expect(answer.status).toBe(status);
      const opened = answer.html.split("<details").filter((part) => part.startsWith(' class="action-sheet" open'));
      expect(opened).toHaveLength(1);
      expect(plain(`<details${opened[0] ?? ""}`)).toContain(message);
      expect(opened[0]).toContain('value="gat_9"');
      expect(opened[0]).toContain("it is &lt;b&gt;late&lt;/b&gt;");
      expect(answer.html.split('value="gat_9"')).toHaveLength(2);
    }
  });
});

describe("a fix drafted for a signal", () => {
  test("leads to the artifact that it is in", async () => {
    expect((await render("/signals/sig_01")).html).toContain('action="/act/signals/sig_01/draft"');
    const script = { "POST /v1/signals/sig_01/draft": { id: "art_01", status: "drafting", artifact: "ask-first@1" } };
    const { asked, headers } = await post("/act/signals/sig_01/draft", { csrf, next: "/signals/sig_01" }, script);
    expect(asked).toEqual([{ method: "POST", path: "/v1/signals/sig_01/draft", query: "", body: {} }]);
    expect(headers.get("location")).toBe("/artifacts/art_01");
    expect(decodeURIComponent(headers.get("set-cookie") ?? "")).toContain("Claude's version follows");
  });

  test("is not offered to a key that only reads; a refusal is told on the signal's page", async () => {
    expect((await render("/signals/sig_01", fullScript(), reader)).html).not.toContain("/draft");
    const script = { "POST /v1/signals/sig_01/draft": new Refused(409, "A signal of what goes well is nothing to correct.") };
    const { headers } = await post("/act/signals/sig_01/draft", { csrf, next: "/signals/sig_01" }, script);
    expect(headers.get("location")).toBe("/signals/sig_01");
    expect(decodeURIComponent(headers.get("set-cookie") ?? "")).toContain("nothing to correct");
  });
});

describe("promised and measured", () => {
  test("every state is said in words, what is missing is not said as a number", async () => {
    const text = plain((await render("/optimisations")).html);
    for (const part of [
      "Kept",
      "Waiting",
      "Not kept",
      "Unclear",
      "not measured yet",
      "nothing",
      "no target signal",
      "its incident",
      "runs beside it",
      "four weeks before",
    ])
      expect(text).toContain(part);
    expect(text).toContain("– – with, – without; 120 against 140 sessions");
  });

  test("asks for what its filter says, and for nothing that is no state", async () => {
    const queryOf = async (path: string) => (await render(path)).asked.find((each) => each.path === "/v1/optimisations")?.query;
    expect(await queryOf("/optimisations?agent=a&state=kept&cursor=c")).toBe("?agent=a&state=kept&limit=50&cursor=c");
    expect(await queryOf("/optimisations?state=constructor")).toBe("?limit=50");
  });
});

test.each(attacks)("content, paths and lines of a difference stay text: %j", async (attack) => {
  const base = fullScript()["/v1/artifacts/art_03"];
  const version = { version: 1, ref: attack, state: "promoted", content: { files: { [attack]: attack }, [attack]: attack } };
  const script = {
    ...fullScript(),
    "/v1/artifacts/art_03": { ...Object(base), name: attack, versions: [version, { ...version, version: 2 }] },
    "/v1/artifacts/art_03/diff": {
      from: attack,
      to: attack,
      files: [{ path: attack, change: attack, lines: [{ kind: "added", text: attack }] }],
    },
  };
  const { html } = await render("/artifacts/art_03", script);
  expect(html).toContain('class="line-added"');
  expect(tagsOf(html).filter(({ name }) => name === "script")).toHaveLength(1);
  expect(tagsOf(html).filter(({ name }) => name === "img" || name === "iframe" || name === "style")).toEqual([]);
  expect((html.match(/</g) ?? []).length).toBe((html.match(/<!?\/?[a-z][^<]*?>/gi) ?? []).length);
});
