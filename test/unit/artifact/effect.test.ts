// Promised against measured: what runs with and without a version say, how often that is wrong under no effect, and what a broken promise opens.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldArtifact, type ArtifactNews } from "../../../domain/artifact/artifact-news.ts";
import { measureEffect, type Shipped } from "../../../domain/artifact/effect.ts";
import type { RunFacts } from "../../../domain/drift/facts.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";

const hourMs = 3_600_000;
const shippedMs = 1_000 * hourMs;
const expected = { signal: "loops", from: 0.4, to: 0.1, to_low: 0.05, to_high: 0.2, basis: "" };
const shipped: Shipped = { ref: "tone@2", expected, shippedMs, state: "waiting", looks: 0 };

let next = 0;
/** `n` runs of which `share` show the signal. */
function runs(n: number, share: number, given: { with?: boolean; atMs?: number; success?: number; session?: string } = {}): RunFacts[] {
  return Array.from({ length: n }, (_, i) => ({
    id: `run_${next++}`,
    version: "1",
    atMs: given.atMs ?? shippedMs + hourMs,
    weight: 1,
    status: "ok",
    session: given.session ?? null,
    cohort: {},
    versions: {
      agentVersion: null,
      models: [],
      prompt: null,
      promptName: null,
      tools: {},
      artifacts: given.with === true ? ["tone@2"] : [],
      params: null,
      instrumentation: null,
    },
    toolsUsed: [],
    observations: [
      { dimension: "signal.loops", kind: "proportion", value: i < Math.round(n * share) ? 1 : 0 },
      { dimension: "outcome.success", kind: "proportion", value: i < Math.round(n * (given.success ?? 0.8)) ? 1 : 0 },
    ],
  }));
}
const soon = shippedMs + 2 * hourMs;
const late = shippedMs + 15 * 24 * hourMs;

describe("a promise", () => {
  it.each<[string, RunFacts[], number, string]>([
    ["is kept where the rate falls as promised", [...runs(200, 0.4), ...runs(200, 0.1, { with: true })], soon, "kept"],
    ["is not kept where nothing changes", [...runs(400, 0.4), ...runs(400, 0.4, { with: true })], soon, "not_kept"],
    ["is not kept where it gets worse", [...runs(200, 0.2), ...runs(200, 0.5, { with: true })], soon, "not_kept"],
    ["waits for runs", [...runs(200, 0.4), ...runs(10, 0, { with: true })], soon, "waiting"],
    ["is unclear where two weeks brought too few", [...runs(200, 0.4), ...runs(10, 0, { with: true })], late, "unclear"],
    [
      "is held against the runs before where none goes without it now",
      [...runs(200, 0.4, { atMs: shippedMs - hourMs }), ...runs(200, 0.1, { with: true })],
      soon,
      "kept",
    ],
  ])("%s", (_, facts, nowMs, state) => {
    const judged = measureEffect(facts, shipped, nowMs);
    expect(judged.state).toBe(state);
    expect(judged.measured.against).toBe(facts.some(({ atMs }) => atMs < shippedMs) ? "before" : "beside");
  });

  it("counts a session once however many runs it has", () => {
    const oneSession = runs(500, 0, { with: true, session: "s" });
    expect(measureEffect([...runs(200, 0.4), ...oneSession], shipped, soon)).toMatchObject({
      state: "waiting",
      measured: { signal: { units_with: 1 } },
    });
  });

  it("of nothing is judged by success", () => {
    const facts = [...runs(300, 0, { success: 0.9 }), ...runs(300, 0, { with: true, success: 0.6 })];
    expect(measureEffect(facts, { ...shipped, expected: null }, soon)).toMatchObject({ state: "not_kept", measured: { signal: null } });
  });

  it("that was decided stays decided, and the same runs looked at again decide nothing anew", () => {
    const facts = [...runs(45, 0.4), ...runs(45, 0.2, { with: true })];
    const first = measureEffect(facts, shipped, soon);
    expect(first).toMatchObject({ state: "waiting", measured: { looks: 1 } });
    expect(measureEffect(facts, { ...shipped, looks: first.measured.looks }, soon).measured.looks).toBe(1);
    const bad = [...runs(400, 0.4), ...runs(400, 0.9, { with: true })];
    expect(measureEffect(bad, { ...shipped, state: "kept", looks: 1 }, soon).state).toBe("kept");
  });

  it("is told kept in at most one of twenty stories without any effect, though it is looked at as runs come", () => {
    const random = seededRandom("promises without effect");
    const draw = (n: number, own: boolean): RunFacts[] =>
      Array.from({ length: n }, () => runs(1, random() < 0.3 ? 1 : 0, { with: own })).flat();
    const stories = 200;
    let kept = 0;
    for (let story = 0; story < stories; story++) {
      const facts: RunFacts[] = [];
      let [state, looks]: [Shipped["state"], number] = ["waiting", 0];
      for (let turn = 0; turn < 12 && state === "waiting"; turn++) {
        facts.push(...draw(20, false), ...draw(20, true));
        const judged = measureEffect(facts, { ...shipped, expected: { ...expected, from: 0.3, to: 0.28 }, state, looks }, soon);
        [state, looks] = [judged.state, judged.measured.looks];
      }
      if (state === "kept") kept++;
    }
    expect(kept / stories).toBeLessThanOrEqual(0.05);
  });

  it("never measures NaN, whatever the runs", () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.nat(60),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n0, n1, a, b) => {
          const text = JSON.stringify(measureEffect([...runs(n0, a), ...runs(n1, b, { with: true })], shipped, late));
          expect(text).not.toMatch(/NaN|Infinity/);
        },
      ),
    );
  });
});

describe("a broken promise", () => {
  const facts = [...runs(300, 0.2), ...runs(300, 0.6, { with: true })];
  const news: ArtifactNews = {
    event: "artifact.promise_not_kept",
    key: "k",
    at: new Date(soon).toISOString(),
    artifact_id: "art_1",
    ref: "tone@2",
    kind: "prompt_fragment",
    in_use: "tone@2",
    before: "tone@1",
    reason: null,
    incidents: [],
    signal_id: "sig_1",
    shipped_at: new Date(shippedMs).toISOString(),
    change_id: "chg_1",
    measured: measureEffect(facts, shipped, soon).measured,
  };

  it("opens one incident that names the artifact as its cause and proposes the way back", () => {
    const { incidents, events } = foldArtifact([], "bot", news, soon);
    expect(incidents).toMatchObject([
      {
        status: "open",
        severity: "high",
        attribution: { verdict: "attributed", causes: [{ kind: "artifact", ref: "tone@2", from: "tone@1", change_id: "chg_1" }] },
        lineage: { artifacts: ["tone@2"] },
      },
    ]);
    expect(incidents[0]?.timeline.at(-1)?.text).toBe(
      "Proposed: revert tone@2, which brings back tone@1 (POST /v1/artifacts/art_1/revert with a reason).",
    );
    expect(events).toMatchObject([{ type: "incident.opened" }]);
    expect(foldArtifact(incidents, "bot", news, soon)).toEqual({ incidents: [], events: [] });
  });

  it("hears of the revert, once", () => {
    const { incidents } = foldArtifact([], "bot", news, soon);
    const id = incidents[0]?.id ?? "";
    const reverted: ArtifactNews = { ...news, event: "artifact.reverted", key: "r", in_use: "tone@1", reason: "worse", incidents: [id] };
    const told = foldArtifact(incidents, "bot", reverted, soon);
    expect(told.incidents[0]?.timeline.at(-1)?.text).toBe("tone@2 was reverted to tone@1: worse");
    expect(foldArtifact(told.incidents, "bot", reverted, soon).incidents).toEqual([]);
  });

  it("that did no harm names no cause", () => {
    const same = measureEffect([...runs(400, 0.4), ...runs(400, 0.4, { with: true })], shipped, soon).measured;
    expect(foldArtifact([], "bot", { ...news, measured: same }, soon).incidents).toMatchObject([
      { severity: "medium", attribution: { verdict: "unattributed", causes: [] } },
    ]);
  });
});
