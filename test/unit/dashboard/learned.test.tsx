// The pages of the Book, of reports and of the audit log: what they say, where they lead, and that a stranger's text stays text on them.
import { describe, expect, test } from "vitest";
import { bookOfArtifact } from "../../../domain/book/book-of-artifact.ts";
import type { ListedEntry } from "../../../domain/book/entry.ts";
import { listOf, type Script } from "../../browser/pages.fixture.ts";
import { attacks } from "../../browser/runs.fixture.ts";
import { incident } from "../../workerd/records.ts";
import { artifact, gate, step, version } from "../book/a-proof.ts";
import { figures, report } from "../report/a-report.ts";
import { render, tagsOf, textOf } from "./render.ts";

function entries(name: string): ListedEntry[] {
  const history = [
    step({ action: "validated", gate_id: "gat_1" }),
    step({ action: "promoted", at: "2026-11-23T00:00:00.000Z", promoted_version: 1, by: name }),
  ];
  const [proved, shipped] = bookOfArtifact(artifact(history, { name }), [version()], new Map([["gat_1", gate({ reasons: [name] })]]));
  if (proved === undefined || shipped === undefined) throw new Error("no entries");
  return [
    { ...shipped, superseded_by: null },
    { ...proved, superseded_by: shipped.id },
  ];
}

function script(name: string): Script {
  const [shipped, proved] = entries(name);
  const made = report(
    {
      figures: figures({ runs: 12, tokens: { sum: 0, known: 12 } }),
      previous: figures({ runs: 6 }),
      incidents: [incident({ id: "inc_1", title: name, slug: name })],
    },
    name,
  );
  const line = {
    seq: 2,
    id: "aud_1",
    at: "2026-11-24T12:00:00.000Z",
    actor: { key_id: "key_1", owner: name, kind: "person" },
    action: "key.made",
    object: name,
    before: null,
    after: { scopes: name, record: "a".repeat(64) },
    reason: name,
    prev_hash: "",
    hash: "b".repeat(64),
  };
  return {
    "/v1/book": { data: [{ agent: name, entries: 2, newest_at: "2026-11-23T00:00:00.000Z" }] },
    [`/v1/agents/${encodeURIComponent("support-bot")}/book`]: listOf([shipped, proved]),
    "/v1/book/bok_1": proved,
    "/v1/reports": listOf([made]),
    "/v1/reports/rpt_1": made,
    "/v1/audit": listOf([line]),
    "/v1/audit/verify": { ok: false, entries: 9, head: name, broken_at: 4 },
  };
}

const pages = [
  "/book",
  "/agents/support-bot/book",
  "/agents/support-bot/book?superseded=true",
  "/book/bok_1",
  "/reports",
  "/reports/rpt_1",
  "/audit?verify=1",
];
const linksOf = (html: string): string[] =>
  tagsOf(html).flatMap(({ name, attributes }) =>
    name === "a" ? attributes.flatMap(([key, value]) => (key === "href" ? [value] : [])) : [],
  );

describe("the Book", () => {
  test("has contents, and each entry in its chapters with links to what proves it", async () => {
    const { html, asked } = await render("/agents/support-bot/book", script("Refunds"));
    const text = textOf(html);
    for (const part of [
      "The Book of support-bot",
      "What was believed",
      "What was tested",
      "What was found",
      "What shipped",
      "Refunds (refunds@1) shipped",
    ])
      expect(text).toContain(part);
    expect(linksOf(html)).toEqual(
      expect.arrayContaining(["/gates/gat_1", "/experiments/exp_9", "/suites/ste_1", "/signals/sig_1", "/artifacts/art_1"]),
    );
    expect(asked.find(({ path }) => path.startsWith("/v1/agents/support-bot/book"))?.path).not.toContain("superseded");
  });

  test("says of an entry that a later one replaced it, and shows an empty Book as what it is", async () => {
    const [shipped] = entries("Refunds");
    expect(linksOf((await render("/book/bok_1", script("Refunds"))).html)).toContain(`/book/${shipped?.id}`);
    const empty = await render("/agents/support-bot/book", { ...script("x"), "/v1/agents/support-bot/book": listOf([]) });
    expect(textOf(empty.html)).toContain("Entries are written by themselves");
    expect((await render("/book/bok_none", script("x"))).status).toBe(404);
  });
});

describe("a report", () => {
  test("shows figures beside those before, zero as zero and unknown as unknown", async () => {
    const { html } = await render("/reports/rpt_1", script("bot"));
    const text = textOf(html);
    expect(text).toContain("bot , 2026-11-23");
    expect(text).toMatch(/Runs 12 \+100 % 6 before/);
    expect(text).toMatch(/Tokens 0 –/);
    expect(text).toMatch(/Cost –/);
    expect(linksOf(html)).toContain("/incidents/inc_1");
    expect(textOf((await render("/reports", script("bot"))).html)).toContain("2026-11-23");
  });
});

describe("the audit log", () => {
  test("says who, what and what changed, and where the chain is broken only when it is asked", async () => {
    const { html, asked } = await render("/audit", script("ada"));
    expect(textOf(html)).toContain("key.made");
    expect(textOf(html)).toContain("record: aaaaaaaaaaaa");
    expect(asked.some(({ path }) => path.includes("verify"))).toBe(false);
    expect(textOf((await render("/audit?verify=1", script("ada"))).html)).toContain("The log is broken at entry 4.");
  });
});

test.each(attacks.map((attack) => [attack.slice(0, 40), attack]))("a stranger's text stays text on all of them: %s", async (_, attack) => {
  for (const page of pages) {
    const [plain, hostile] = [await render(page, script("plain")), await render(page, script(attack))];
    expect([page, hostile.status]).toEqual([page, 200]);
    const names = (html: string) =>
      [...new Set(tagsOf(html).map(({ name }) => name))].filter((name) => name !== "span" && name !== "bdi").sort();
    // An empty or cut name brings its own element; none may come with an attack.
    expect([page, ...names(hostile.html)]).toEqual([page, ...names(plain.html)]);
    for (const { attributes } of tagsOf(hostile.html)) for (const [key] of attributes) expect(key).not.toMatch(/^on|^srcdoc$/);
    for (const href of linksOf(hostile.html)) expect(href).toMatch(/^(?:\/(?![/\\])|#)/);
  }
});
