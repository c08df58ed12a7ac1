// Rates, states and the map: what is counted becomes what is told.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { breakdowns } from "../../../domain/signal/breakdown.ts";
import { countedSignal, type AgentCount, type SignalCount, type SignalIdentity } from "../../../domain/signal/count-signals.ts";
import { nothing, plus, priorityOf, rateOf, type Weighed } from "../../../domain/signal/rate.ts";
import { saidSchema } from "../../../domain/signal/said.ts";
import type { Signal } from "../../../domain/signal/signal.ts";
import { stateOf, type SignalDay, type StateInput } from "../../../domain/signal/state.ts";
import { taxonomyOf } from "../../../domain/signal/taxonomy.ts";
import { classObservations, withSignals } from "../../../domain/drift/signal-observations.ts";
import { runsOf } from "../drift/changing-agent.ts";

const dayMs = 86_400_000;
const day0 = 20_000;
const runs = (n: number, weight = 1): Weighed => ({ runs: n, weight: n * weight, squares: n * weight * weight });

describe("the rate of a signal", () => {
  test("is none where there are no runs", () => {
    expect(rateOf(nothing, nothing)).toEqual({ count: 0, denominator: 0, rate: null, rate_low: null, rate_high: null });
  });
  test("has Wilson's interval", () => {
    const { rate, rate_low: low, rate_high: high } = rateOf(runs(81), runs(263));
    expect(rate).toBeCloseTo(81 / 263, 12);
    expect(low).toBeCloseTo(0.2552885199, 9);
    expect(high).toBeCloseTo(0.366209577, 9);
  });
  test("of evenly sampled runs is that of the runs that came, with the interval of how many came", () => {
    expect(rateOf(runs(10, 4), runs(50, 4))).toEqual(rateOf(runs(10), runs(50)));
  });
  test("of runs that stand for many is weighted, and knows that few of them are known", () => {
    const plain = rateOf(runs(10), runs(50));
    const sampled = rateOf(plus(runs(5), runs(5, 20)), plus(runs(45), runs(5, 20)));
    expect(sampled.rate).toBeCloseTo(105 / 145, 12);
    expect((sampled.rate_high ?? 0) - (sampled.rate_low ?? 0)).toBeGreaterThan((plain.rate_high ?? 0) - (plain.rate_low ?? 0));
  });
  test("and its ends never leave 0 to 1, whatever was counted when", () => {
    const weighed = fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 9 })).map(([n, weight]) => runs(n, weight));
    fc.assert(
      fc.property(weighed, weighed, (shown, all) => {
        const { count, denominator, rate, rate_low: low, rate_high: high } = rateOf(shown, all);
        expect(count).toBeLessThanOrEqual(denominator);
        if (rate === null) return;
        expect(low ?? -1).toBeGreaterThanOrEqual(0);
        expect(rate).toBeGreaterThanOrEqual((low ?? 0) - 1e-9);
        expect(rate).toBeLessThanOrEqual((high ?? 0) + 1e-9);
        expect(high ?? 2).toBeLessThanOrEqual(1);
      }),
    );
  });
  test("times its severity is its priority", () => {
    expect([priorityOf(0.1, "low"), priorityOf(0.1, "critical"), priorityOf(null, "high")]).toEqual([0.1, 2.7, 0]);
  });
});

describe("the state of a signal", () => {
  /** `x`: a day with 5 of 100 runs; `.`: a day with none of 100; `o`: a day without runs. */
  const daysOf = (story: string): SignalDay[] =>
    Array.from(story).flatMap((letter, i) => (letter === "o" ? [] : [{ day: day0 + i, shown: letter === "x" ? 5 : 0, all: 100 }]));
  const state = (story: string, more: Partial<StateInput> = {}) =>
    stateOf({
      days: daysOf(story),
      isEscalating: false,
      isArchived: false,
      resolvedMs: null,
      firstRunMs: (day0 - 30) * dayMs,
      newestRunMs: (day0 + story.length) * dayMs - 1,
      ...more,
    });
  test.each<[string, string, Partial<StateInput>, ReturnType<typeof stateOf>]>([
    ["began yesterday", "......xx", {}, "new"],
    ["began yesterday with the agent itself", "xx", { firstRunMs: day0 * dayMs }, "ongoing"],
    ["is old and still there", "xxxxxxxxxxxxxxxxxx", {}, "ongoing"],
    ["was quiet for three days", "xxxxxxxxxxxxxxx...", {}, "ongoing"],
    ["was quiet for ten days of full traffic", "xxxxxxxxxxxxxxx..........", {}, "resolved"],
    ["was quiet for ten days without traffic", "xxxxxxxxxxxxxxxoooooooooo", {}, "ongoing"],
    ["came back after ten quiet days", "xxxxxxxxxxxxxxx..........x", {}, "regressed"],
    ["came back long ago", "xxxxxxxxxxxxxxx..........xxxxxxxxxxxxxxxxxxxx", {}, "ongoing"],
    ["escalates", "xxxxxxxxxxxxxxxxxx", { isEscalating: true }, "escalating"],
    ["is archived, escalating or not", "xxxx", { isArchived: true, isEscalating: true }, "archived"],
    ["a person called over, and it was", "xxxxxxxxxxxxxxx..", { resolvedMs: (day0 + 15) * dayMs }, "resolved"],
    ["a person called over, and it came back", "xxxxxxxxxxxxxxx..x", { resolvedMs: (day0 + 15) * dayMs }, "regressed"],
    ["never showed", "....", {}, "ongoing"],
  ])("%s", (_, story, more, expected) => expect(state(story, more)).toBe(expected));

  test("does not depend on days without runs, nor on those after the newest run", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("x", ".", "o"), minLength: 1, maxLength: 60 }), (story) => {
        const days = Array.from(story).map((letter, i) => ({
          day: day0 + i,
          shown: letter === "x" ? 5 : 0,
          all: letter === "o" ? 0 : 100,
        }));
        expect(state(story, { days })).toBe(state(story));
      }),
    );
  });
});

const identity: SignalIdentity = {
  id: "sig_1",
  slug: "timeouts",
  agent: "bot",
  parentId: null,
  polarity: "failure",
  version: 1,
  name: "Timeouts",
  definition: "A tool timed out.",
  said: saidSchema.parse({}),
  usualSeverity: "medium",
};
const agent: AgentCount = {
  all: new Map(Array.from({ length: 40 }, (_, i) => [day0 + i, runs(100)])),
  failedRuns: runs(400),
  firstRunMs: day0 * dayMs,
  newestRunMs: (day0 + 40) * dayMs - 1,
};
const counted: SignalCount = {
  shown: new Map(Array.from({ length: 40 }, (_, i) => [day0 + i, runs(i < 20 ? 0 : 10)])),
  seen: { firstMs: (day0 + 20) * dayMs, lastMs: (day0 + 40) * dayMs - 1, failedWeight: 100 },
  severity: "high",
  examples: ["run_9", "run_8"],
  by: {},
  isEscalating: false,
};

describe("a counted signal", () => {
  test("tells its rate over all runs, its share of failures and a trend of four weeks", () => {
    const signal = countedSignal(identity, counted, agent);
    expect(signal).toMatchObject({ count: 200, denominator: 4000, rate: 0.05, share_of_failures: 0.25, severity: "high" });
    expect(signal.trend).toHaveLength(28);
    expect(signal.trend.at(-1)).toMatchObject({ at: new Date((day0 + 39) * dayMs).toISOString(), count: 10, denominator: 100, rate: 0.1 });
    // 20 of the 28 days have it
    expect(signal.priority).toBeCloseTo((200 / 2800) * 9, 9);
  });
  test("carries what people said before what was worked out", () => {
    const said = saidSchema.parse({ name: "Slow orders", severity: "low", archived: true });
    expect(countedSignal({ ...identity, said }, counted, agent)).toMatchObject({
      name: "Slow orders",
      definition: "A tool timed out.",
      severity: "low",
      state: "archived",
      priority: 0,
    });
  });
  test("that is a win has no share of failures", () => {
    expect(countedSignal({ ...identity, polarity: "win" }, counted, agent).share_of_failures).toBeNull();
  });
});

describe("the taxonomy", () => {
  const signal = (id: string, count: number, more: Partial<Signal> = {}): Signal => ({
    ...countedSignal({ ...identity, id, slug: id }, { ...counted, shown: new Map([[day0 + 39, runs(count)]]) }, agent),
    ...more,
  });
  test("ranks families and their signals, keeps wins apart and leaves out what is archived", () => {
    const map = taxonomyOf([
      signal("rare", 1, { parent_id: "tool" }),
      signal("often", 30, { parent_id: "tool" }),
      signal("tool", 31),
      signal("loops", 90),
      signal("gone", 50, { state: "archived" }),
      signal("good", 10, { polarity: "win" }),
    ]);
    expect(map.families.map(({ signal: { id }, signals }) => [id, signals.map((one) => one.id)])).toEqual([
      ["loops", []],
      ["tool", ["often", "rare"]],
    ]);
    expect(map.wins.map(({ id }) => id)).toEqual(["good"]);
    // one of 121 failures is of a class seen once
    expect(map.unseen_mass).toBeCloseTo(1 / 121, 12);
  });
  test("of an agent that never failed knows of no unseen mass", () => expect(taxonomyOf([]).unseen_mass).toBeNull());
});

describe("signals in behaviour", () => {
  const slugsOf = new Map([
    ["cls_a", ["timeouts", "orders"]],
    ["cls_b", ["orders"]],
  ]);
  const turn = (atMs: number): number => Math.floor(atMs / 3_600_000) % 3;
  const classesAt = (atMs: number): string[] => [["cls_a"], ["cls_b", "cls_x"], []][turn(atMs)] ?? [];
  const facts = runsOf({ days: 2, perHour: 2, more: ({ atMs }) => classObservations(classesAt(atMs)) });
  const shown = (slug: string): (string | number | string[] | undefined)[] =>
    withSignals(facts, slugsOf).map(({ observations }) => observations.find(({ dimension }) => dimension === `signal.${slug}`)?.value);

  test("every run shows each signal or its absence, once", () => {
    expect(shown("timeouts")).toEqual(facts.map(({ atMs }) => (turn(atMs) === 0 ? 1 : 0)));
    expect(shown("orders")).toEqual(facts.map(({ atMs }) => (turn(atMs) === 2 ? 0 : 1)));
  });
  test("a class that belongs to no signal is no dimension", () => {
    for (const map of [slugsOf, new Map<string, string[]>()])
      expect(
        withSignals(facts, map).flatMap(({ observations }) => observations.filter(({ dimension }) => dimension.includes("cls_"))),
      ).toEqual([]);
  });
  test("are told by who asked, over the runs that have that property", () => {
    const asked = facts.map((run, i) => ({ ...run, cohort: { plan: i % 2 === 0 ? "pro" : "free" } }));
    const by = breakdowns(withSignals(asked, slugsOf)).get("timeouts");
    const free = by?.["plan"]?.find(({ value }) => value === "free");
    expect(free).toMatchObject({
      denominator: asked.filter(({ cohort }) => cohort.plan === "free").length,
      count: asked.filter(({ cohort, atMs }) => cohort.plan === "free" && turn(atMs) === 0).length,
    });
  });
});
