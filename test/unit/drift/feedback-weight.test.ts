import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Feedback } from "../../../domain/drift/analysis.ts";
import { detect } from "../../../domain/drift/detect.ts";
import { feedbackOf, feedbackWeights, type DismissalKind } from "../../../domain/drift/feedback-weight.ts";
import { amount, anAgent, dayMs, hourMs, optionsUntil, startMs, yes } from "./synthetic.ts";

const said = (kind: DismissalKind, atMs: number, n = 1): Feedback["dismissals"][number] => ({
  dimension: "outcome.success",
  fromMs: 0,
  toMs: 1,
  kind,
  atMs,
  n,
});
const feedback = (...dismissals: Feedback["dismissals"]): Feedback => ({ resets: [], dismissals });

describe("what dismissals teach", () => {
  test.each<[string, Feedback, number, number | null]>([
    ["nothing said", feedback(), 0, null],
    ["once expected", feedback(said("expected", 0)), 0, 4],
    ["once not useful", feedback(said("not_useful", 0)), 0, 16],
    ["both", feedback(said("expected", 0), said("not_useful", 0)), 0, 64],
    ["often", feedback(...Array.from({ length: 9 }, () => said("not_useful", 0))), 0, 256],
    ["a month ago", feedback(said("expected", 0)), 30 * dayMs, 2],
    ["a year ago", feedback(said("not_useful", 0)), 365 * dayMs, 1],
    ["before it was said", feedback(said("not_useful", dayMs)), 0, 1],
    ["said without a kind", feedback({ dimension: "outcome.success", fromMs: 0, toMs: 1 }), 0, null],
    ["of another dimension", feedback({ ...said("expected", 0), dimension: "cost.usd" }), 0, null],
    ["taken back", { ...feedback(said("expected", 0, 1)), forgotten: [{ dimension: "outcome.success", n: 2 }] }, 0, null],
    ["taken back for all", { ...feedback(said("expected", 0, 1)), forgotten: [{ dimension: null, n: 2 }] }, 0, null],
    ["said again since", { ...feedback(said("expected", 0, 3)), forgotten: [{ dimension: null, n: 2 }] }, 0, 4],
    ["taken back for another", { ...feedback(said("expected", 0, 1)), forgotten: [{ dimension: "cost.usd", n: 2 }] }, 0, 4],
  ])("%s", (_, given, atMs, expected) => {
    const found = feedbackOf(given, "outcome.success", atMs);
    if (expected === null) expect(found).toBeNull();
    else expect(found?.evidence_factor).toBeCloseTo(expected, 2);
    expect(feedbackWeights(given)("outcome.success", atMs)).toBeCloseTo(1 / (expected ?? 1), 2);
  });

  test("counts by kind, and says when the last was", () =>
    expect(
      feedbackOf(feedback(said("expected", 0), said("not_useful", dayMs), said("expected", 0)), "outcome.success", dayMs),
    ).toMatchObject({
      expected: 2,
      not_useful: 1,
      last_at: "1970-01-02T00:00:00.000Z",
    }));

  test("never makes evidence count more, never less than a 256th, and only fades", () => {
    const dismissals = fc.array(fc.record({ kind: fc.constantFrom<DismissalKind>("expected", "not_useful"), atMs: fc.nat(100 * dayMs) }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(dismissals, fc.nat(400 * dayMs), fc.nat(100 * dayMs), (list, afterMs, moreMs) => {
        const weight = feedbackWeights(feedback(...list.map(({ kind, atMs }) => said(kind, atMs))));
        const lastMs = Math.max(0, ...list.map(({ atMs }) => atMs));
        const [then, later] = [weight("outcome.success", lastMs + afterMs), weight("outcome.success", lastMs + afterMs + moreMs)];
        expect(then).toBeGreaterThanOrEqual(1 / 256 - 1e-12);
        expect(later).toBeLessThanOrEqual(1);
        expect(later).toBeGreaterThanOrEqual(then - 1e-12);
      }),
    );
  });
});

describe("detection after dismissals", () => {
  const changeMs = startMs + 14 * dayMs + 9 * hourMs;
  const endMs = startMs + 21 * dayMs;
  const taught = feedback(said("not_useful", startMs + 7 * dayMs), said("not_useful", startMs + 7 * dayMs));
  const agent = (seed: string, after: number, perHour = 5) =>
    anAgent({ days: 21, perHour, seed }, (atMs, random) => [
      yes("outcome.success", atMs >= changeMs ? after : 0.9, random),
      amount("latency.run_ms", atMs >= changeMs + 2 * dayMs ? 1800 : 1000, random),
    ]);
  const firstAlarm = (runs: ReturnType<typeof agent>, given: Feedback, dimension?: string): number =>
    detect(runs, optionsUntil(endMs, { feedback: given })).detections.find((one) => dimension === undefined || one.dimension === dimension)
      ?.detectedAtMs ?? Infinity;

  test("needs more evidence for the dimension, and still finds a real fall and an outage", () => {
    const runs = agent("fall", 0.7);
    const [usual, late] = [feedback(), taught].map((given) => firstAlarm(runs, given, "outcome.success"));
    expect(late).toBeGreaterThan(usual ?? 0);
    expect((late ?? Infinity) - changeMs).toBeLessThan(4 * dayMs);
    expect(firstAlarm(agent("outage", 0.1), taught, "outcome.success") - changeMs).toBeLessThan(12 * hourMs);
  });

  test("never alarms sooner for the agent, whatever was dismissed when", () => {
    fc.assert(
      fc.property(fc.constantFrom("a", "b", "c"), fc.constantFrom(0.6, 0.8), fc.nat(21), (seed, after, day) => {
        const runs = agent(seed, after, 3);
        const given = feedback(said("not_useful", startMs + day * dayMs));
        expect(firstAlarm(runs, given)).toBeGreaterThanOrEqual(firstAlarm(runs, feedback()));
      }),
      { numRuns: 8 },
    );
  });

  test("teaches silence too: dwindling traffic needs more before it is told", () => {
    const runs = anAgent({ days: 21, perHour: 6, traffic: (atMs) => (atMs >= changeMs ? 0.35 : 1) }, (_, random) => [
      yes("outcome.success", 0.9, random),
    ]);
    const volume = feedback({ ...said("not_useful", startMs + 7 * dayMs), dimension: "volume.runs" });
    const [usual, late] = [feedback(), volume].map((given) => firstAlarm(runs, given, "volume.runs"));
    expect(usual).toBeLessThan(Infinity);
    expect(late).toBeGreaterThan(usual ?? 0);
  });
});
