import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeMarkdown } from "../../../domain/report/markdown.ts";
import { reportIdOf } from "../../../domain/report/report.ts";
import { reportHtml, reportMarkdown } from "../../../domain/report/report-text.ts";
import { drift, incident } from "../../workerd/records.ts";
import { figures, report } from "./a-report.ts";

describe("a report", () => {
  it("has the figures with what is known of them, and changes only where both sides are known", () => {
    const made = report({
      figures: figures({
        runs: 10,
        ended: 9,
        errors: 1,
        scored: 4,
        succeeded: 3,
        tokens: { sum: 500, known: 10 },
        costUsd: { sum: null, known: 0 },
      }),
      previous: figures({ runs: 5, tokens: { sum: 250, known: 5 }, costUsd: { sum: 1, known: 5 } }),
    });
    expect(made).toMatchObject({
      period: "day",
      day: "2026-11-23",
      hours: 24,
      complete: true,
      runs: 10,
      runs_estimated: null,
      tokens: 500,
      cost_usd: null,
      known: { tokens: 10, cost_usd: 0 },
      change_pct: { runs: 100, tokens: 100, cost_usd: null },
      outcome: { success: { rate: 0.75, n: 4 }, error: { rate: 1 / 9 } },
    });
    expect(made.summary.join(" ")).toContain("10 runs, +100 %. 500 tokens, +100 %. The cost is not known. Success 75 % (3 of 4");
    expect(made.summary.join(" ")).toContain("No incident and no drift.");
  });

  it("keeps its id when it is made again, and every agent, period and day has another", () => {
    expect(report({ figures: figures({ runs: 1 }) }).id).toBe(report({ figures: figures({ runs: 2 }) }).id);
    const ids = ["a", "b"].flatMap((agent) =>
      (["day", "week"] as const).flatMap((name) => ["2026-11-23", "2026-11-16"].map((day) => reportIdOf(agent, { name, day }))),
    );
    expect(new Set(ids).size).toBe(8);
    expect(ids.every((id) => /^rpt_[0-9A-Z]{26}$/.test(id))).toBe(true);
  });

  it("says of a sample how much traffic it stands for, and of silence that it is one", () => {
    expect(report({ figures: figures({ runs: 10, weight: 100 }) })).toMatchObject({ runs: 10, runs_estimated: 100 });
    expect(report({ previous: figures({ runs: 4 }) }).summary[0]).toBe("No runs, after 4 in the period before.");
  });

  it("tells incidents by their course in the period, and drifts with their interval", () => {
    const made = report({
      incidents: [
        incident({ id: "inc_1", opened_at: "2026-11-23T05:00:00.000Z" }),
        incident({ id: "inc_2", status: "resolved", resolved_at: "2026-11-23T05:00:00.000Z" }),
        incident({ id: "inc_3", status: "acknowledged" }),
      ],
      drifts: [drift({ id: "drf_1" })],
    });
    expect(made.incidents.map(({ text }) => text)).toEqual([
      "medium, opened, open: Errors rose",
      "medium, resolved: Errors rose",
      "medium, still acknowledged: Errors rose",
    ]);
    expect(made.drifts[0]?.text).toBe(
      "error rate moved from 0.10 to 0.40 (difference 0.30, 95 % interval 0.20 to 0.40; open); cause not known",
    );
  });

  it("rates a signal among the runs, and never above one", () => {
    const signal = {
      id: "sig_1",
      slug: "s",
      name: "S",
      state: "new",
      polarity: "failure",
      count: 3,
      firstSeenMs: Date.UTC(2026, 10, 23, 4),
    };
    expect(report({ figures: figures({ runs: 12 }), signals: [signal] }).signals[0]).toMatchObject({ rate: 0.25, n: 12, is_new: true });
    expect(report({ figures: figures({ runs: 1 }), signals: [signal] }).signals[0]?.rate).toBe(1);
  });
});

describe("text of a trace in a rendered report", () => {
  const hostile = `<script>alert(1)</script>\n# x [y](javascript:z) <img src=x onerror=1> "quoted" | \`code\` http://evil.example @all`;
  const made = report(
    {
      incidents: [incident({ id: "inc_<b>", slug: hostile, title: hostile })],
      signals: [{ id: "sig_1", slug: "s", name: hostile, state: "new", polarity: "failure", count: 1, firstSeenMs: null }],
      learned: [{ id: "bok_1", slug: "l", title: hostile }],
      figures: figures({ runs: 1 }),
    },
    hostile,
  );

  it("becomes no element or attribute in HTML", () => {
    const html = reportHtml(made);
    expect(html).not.toMatch(/<script|<img|<b>/);
    expect(html).toContain("&lt;script&gt;");
    for (const [, value] of html.matchAll(/href="([^"]*)"/g)) expect(value).toMatch(/^\/[a-z]+\/[\w%]+$/);
  });

  it("becomes no markup in Markdown, and stays on its line", () => {
    const markdown = reportMarkdown(made);
    expect(markdown).not.toMatch(/(?<!\\)<script|(?<!\\)`|(?<!\\)\]\(javascript|^# x|http:\/\//m);
    expect(markdown.match(/^#+ /gm)).toHaveLength(5);
  });

  it("is escaped character by character, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeMarkdown(text);
        expect(escaped).not.toMatch(/[\r\n]/);
        expect(escaped).not.toMatch(/(?:^|[^\\])(?:\\\\)*[<`[\]|*_]/);
      }),
    );
  });
});
