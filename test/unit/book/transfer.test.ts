import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { transferReport, type TransferEvidence } from "../../../domain/book/transfer-report.ts";
import { transferMarkdown } from "../../../domain/book/transfer-text.ts";
import { transferOf, type Effect } from "../../../domain/book/transfer.ts";
import { bookOfGate } from "../../../domain/book/book-of-gate.ts";
import { experiment, gate, metric } from "./a-proof.ts";

const effect = (value: number, half: number, n = 100): Effect => ({ value, low: value - half, high: value + half, n });

describe("an effect under another model", () => {
  it.each<[string, Effect | null, Effect | null, string]>([
    ["holds where it is there and no smaller", effect(0.2, 0.05), effect(0.19, 0.05), "holds"],
    ["holds where it was never measured before", null, effect(0.19, 0.05), "holds"],
    ["is weaker where it is there and decisively smaller", effect(0.4, 0.05), effect(0.2, 0.05), "weaker"],
    ["is gone where it does harm", effect(0.2, 0.05), effect(-0.2, 0.05), "gone"],
    ["is gone where it cannot be told from none and is decisively smaller", effect(0.4, 0.05), effect(0.02, 0.05), "gone"],
    ["cannot be told where the new model has shown too little", effect(0.2, 0.1), effect(0.1, 0.3), "untestable"],
    ["cannot be told where it was not measured", effect(0.2, 0.1), null, "untestable"],
    ["cannot be told where nothing was measured", null, null, "untestable"],
  ])("%s", (_, from, to, verdict) => {
    expect(transferOf(from, to).verdict).toBe(verdict);
  });

  it("is never better off for a smaller value, and none but a shown effect holds", () => {
    const order = ["gone", "untestable", "weaker", "holds"];
    const value = fc.double({ min: -1, max: 1, noNaN: true });
    const half = fc.double({ min: 0.001, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(value, half, value, half, fc.double({ min: 0, max: 1, noNaN: true }), (a, h, b, k, less) => {
        const better = transferOf(effect(a, h), effect(b, k));
        const worse = transferOf(effect(a, h), effect(b - less, k));
        const isTold = better.verdict !== "untestable" && worse.verdict !== "untestable";
        expect(isTold && order.indexOf(worse.verdict) > order.indexOf(better.verdict)).toBe(false);
        expect((better.verdict === "holds" || better.verdict === "weaker") && (better.to?.low ?? 0) <= 0).toBe(false);
      }),
    );
  });
});

describe("the report", () => {
  const nothing: TransferEvidence = {
    models: ["old", "new"],
    artifacts: [{ ref: "refunds@2", name: "Refunds" }],
    evaluators: [],
    entries: [],
    experiments: [],
    gates: [],
    artifactCounts: new Map(),
    evaluatorCounts: new Map(),
  };
  const under = (model: string, id: string, given: Parameters<typeof metric>[0] = {}) => {
    const one = experiment({ id }, { config: { model } });
    return { ...one, design: { ...one.design, baseline: { model } }, reading: { ...one.reading, metrics: [metric(given)] } };
  };
  const seen = new Map([
    [
      "refunds@2",
      new Map([
        ["old", { with: [90, 100], without: [50, 100] }],
        ["new", { with: [50, 100], without: [50, 100] }],
      ]),
    ],
  ]) as unknown as TransferEvidence["artifactCounts"];

  it("takes experiments with one model on both sides before what production shows", () => {
    const [tested] = transferReport({ ...nothing, experiments: [under("new", "exp_2"), under("old", "exp_1")], artifactCounts: seen });
    expect(tested).toMatchObject({ verdict: "holds", refs: ["exp_1", "exp_2"], measure: "outcome.success in experiments" });
    const mixed = experiment({ id: "exp_3" }, { config: { model: "new" } });
    const [produced] = transferReport({ ...nothing, experiments: [mixed], artifactCounts: seen });
    expect(produced).toMatchObject({ verdict: "gone", refs: [], measure: "success of runs with it against runs without" });
  });

  it("turns an effect of which less is better", () => {
    const one = under("new", "exp_2", { name: "cost.usd", difference: -0.3, low: -0.4, high: -0.2 });
    const plan = { share: 0.1, unit: "user", metrics: [{ name: "cost.usd", goal: "decrease" as const }] };
    const [row] = transferReport({ ...nothing, experiments: [{ ...one, design: { ...one.design, plan } as typeof one.design }] });
    expect(row).toMatchObject({ verdict: "holds", to: { value: 0.3, low: 0.2, high: 0.4 } });
  });

  it("rests an entry of a gate on the newest gate of the same suite with the new model", () => {
    const entry = bookOfGate(gate());
    if (entry === null) throw new Error("no entry");
    const entries = [{ ...entry, superseded_by: null }];
    const later = (verdict: "pass" | "regressed", suiteId = "ste_1") =>
      gate({
        id: "gat_2",
        verdict,
        suiteId,
        candidate: { config: { model: "new" }, artifacts: ["refunds@2"], driver: { type: "claude" } },
      });
    const verdictOf = (...gates: ReturnType<typeof later>[]) => transferReport({ ...nothing, artifacts: [], entries, gates })[0]?.verdict;
    expect([verdictOf(later("pass")), verdictOf(later("regressed")), verdictOf(later("pass", "ste_2")), verdictOf()]).toEqual([
      "holds",
      "gone",
      "untestable",
      "untestable",
    ]);
  });

  it("is one table in Markdown, whatever names hold", () => {
    const rows = transferReport({ ...nothing, artifacts: [{ ref: "a@1", name: "a | b\n<script>" }] });
    const text = transferMarkdown("bot", "old", "new", rows);
    expect(text).toContain("| artifact | a \\| b \\<script\\> | untestable | – | – | – |");
    expect(text.split("\n").filter((line) => line.startsWith("|"))).toHaveLength(3);
  });
});
