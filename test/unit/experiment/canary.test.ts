// What a canary says: looks that stay as they were taken, harm that stops it, splits that cannot be trusted, and units that do not count.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readHoldback } from "../../../domain/experiment/canary-holdback.ts";
import { watchHarm, type Arrival } from "../../../domain/experiment/canary-guard.ts";
import { canaryPlan } from "../../../domain/experiment/canary-plan.ts";
import { promotionProblem } from "../../../domain/experiment/canary-promotion.ts";
import { rampDue, rampProblem } from "../../../domain/experiment/canary-ramp.ts";
import type { CanaryMemory } from "../../../domain/experiment/canary-state.ts";
import { compareCounts } from "../../../domain/experiment/compare-proportion.ts";
import { proportionScore } from "../../../domain/statistics/score-test.ts";
import { addToStratum, compareArms, type Strata } from "../../../domain/experiment/canary-arms.ts";
import { betOnHarm, openWager } from "../../../domain/statistics/betting-e-process.ts";
import { differenceSequence } from "../../../domain/statistics/confidence-sequence.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";
import { assignedUnits, factsOf, nothingKept, planOf, rates, read, success, turns } from "./canary-units.ts";

describe("looks", () => {
  it("are the same whether the canary is read after every unit or only when one is due", () => {
    const plan = planOf({ max_n: 100 });
    const units = turns(200);
    const value = rates("looks", 0.7, 0.75);
    const values = units.map((unit) => value(unit));
    const along = (every: number) => {
      let memory: CanaryMemory = nothingKept;
      const told: { fraction: number; score: number; crossed: boolean }[] = [];
      for (let n = every; n <= units.length; n += every) {
        const { canary } = read(plan, factsOf(units.slice(0, n), { [success]: (_, i) => values[i] ?? null }), memory, n);
        memory = { ramp: [], looks: canary.looks };
      }
      for (const { fraction, score, crossed } of memory.looks) told.push({ fraction, score, crossed });
      return told;
    };
    expect(along(1)).toEqual(along(40));
    expect(along(1)).toHaveLength(5);
  });

  it("once taken are never changed by what comes later, and decide for good", () => {
    const plan = planOf({ max_n: 200 });
    const first = read(plan, factsOf(turns(200), { [success]: rates("a", 0.4, 0.95) }));
    expect(first).toMatchObject({ verdict: "candidate_better", action: "promote" });
    expect(first.canary.looks).toHaveLength(1);
    // afterwards the candidate is no better at all
    const late = rates("b", 0.7, 0.6);
    const better = rates("a", 0.4, 0.95);
    const all = factsOf(turns(300), { [success]: (unit, i) => (i < 200 ? better(unit) : late(unit)) });
    const second = read(plan, all, { ramp: [], looks: first.canary.looks });
    expect(second.canary.looks).toEqual(first.canary.looks);
    expect(second.verdict).toBe("candidate_better");
  });

  it("skip what nobody read: a first reading beyond the third takes one look, at what is there", () => {
    const { canary } = read(planOf({ max_n: 100 }), factsOf(turns(140), { [success]: rates("c", 0.8, 0.8) }));
    expect(canary.looks.map(({ fraction }) => fraction)).toEqual([0.7]);
    expect(canary.information).toBe(0.7);
  });

  it("are not taken on a split that cannot be trusted", () => {
    const lopsided = turns(100).map((unit, i) => ({ ...unit, arm: i < 80 ? ("baseline" as const) : ("candidate" as const) }));
    const reading = read(planOf({ max_n: 30 }), factsOf(lopsided, { [success]: rates("d", 0.2, 1) }));
    expect(reading).toMatchObject({ verdict: "inconclusive", action: "none", flags: ["sample_ratio_mismatch"] });
    expect(reading.canary.looks).toEqual([]);
    expect(reading.decisive_sentence).toMatch(/decides nothing/);
  });

  it("end at the planned size with what /v1/compare would call it", () => {
    const same = read(planOf({ max_n: 50 }), factsOf(turns(100), { [success]: (_, i) => (i % 10 < 8 ? 1 : 0) }));
    expect(same).toMatchObject({ verdict: "no_difference", action: "none", canary: { is_over: true } });
  });
});

describe("one stratum of yes/no values", () => {
  it("gives the score of two proportions and the interval of the sequence, whatever the counts", () => {
    const counts = fc.tuple(
      fc.integer({ min: 50, max: 300 }),
      fc.integer({ min: 50, max: 300 }),
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
    );
    fc.assert(
      fc.property(counts, ([n0, n1, rate]) => {
        const [k0, k1] = [Math.round(n0 * rate), Math.round(n1 * (1 - rate))];
        const strata: Strata = new Map();
        for (let i = 0; i < n0; i++) addToStratum(strata, "", "baseline", i < k0 ? 1 : 0);
        for (let i = 0; i < n1; i++) addToStratum(strata, "", "candidate", i < k1 ? 1 : 0);
        const arms = compareArms(strata, "rate");
        expect(arms.score).toBeCloseTo(proportionScore(k0, n0, k1, n1), 8);
        const found = differenceSequence([k0, n0], [k1, n1], 500);
        const half = ((found?.high ?? 0) - (found?.low ?? 0)) / 2;
        if (found !== null && found.low > -1 && found.high < 1) {
          expect(arms.difference).toBeCloseTo(found.difference, 10);
          expect(half / (arms.standardError ?? 0)).toBeGreaterThan(2);
        }
      }),
    );
  });
});

describe("Simpson's paradox", () => {
  const cohort = (value: string): string => JSON.stringify({ tier: value });
  // In each tier the candidate is worse; it has more of the easy one.
  const tiers = { baseline: { easy: [95, 100], hard: [210, 300] }, candidate: { easy: [270, 300], hard: [60, 100] } } as const;
  const people = (["baseline", "candidate"] as const).flatMap((arm) =>
    (["easy", "hard"] as const).flatMap((tier) => {
      const [k, n] = tiers[arm][tier];
      return Array.from({ length: n }, (_, i) => ({ arm, tier, value: i < k ? 1 : 0 }));
    }),
  );
  const units = people.map(({ arm }, i) => ({ key: `${i}`.padStart(32, "0"), arm }));
  const outcome = (_: unknown, i: number) => ({ value: people[i]?.value ?? 0, cohort: cohort(people[i]?.tier ?? "") });

  it("does not fool it: raw rates point one way, the answer the other, and it says that who came differs", () => {
    const plan = planOf({ metrics: [{ name: success, goal: "increase", margin: 1 }] });
    const { metrics, flags, canary, decisive_sentence: said } = read(plan, factsOf(units, { [success]: outcome }));
    const [primary] = metrics;
    expect((primary?.candidate ?? 0) - (primary?.baseline ?? 0)).toBeGreaterThan(0);
    expect(primary?.difference).toBeLessThan(0);
    expect(flags).toContain("segment_mix_differs");
    expect(canary).toMatchObject({ strata: "tier", adjusted: { direction: "candidate_worse" } });
    expect(said).toMatch(/Who came differs/);
  });

  it("does not abort for it: a candidate that is better in each tier but has more of the hard one does no harm", () => {
    const of = (tier: string): number => (tier === "hard" ? 0.5 : 0.95);
    const uniform = seededRandom("tiers");
    const facts = factsOf(turns(1_200), {
      [success]: ({ arm }) => {
        const tier = uniform() < (arm === "candidate" ? 0.8 : 0.2) ? "hard" : "easy";
        return { value: uniform() < of(tier) + (arm === "candidate" ? 0.04 : 0) ? 1 : 0, cohort: cohort(tier) };
      },
    });
    const reading = read(planOf(), facts);
    expect(reading.metrics[0]?.candidate).toBeLessThan((reading.metrics[0]?.baseline ?? 0) - 0.15);
    expect(reading.canary.harmful).toEqual([]);
    expect(reading.action).not.toBe("abort");
  });

  it("holds a planned attribute fixed though nothing differs by it", () => {
    const plan = planOf({ strata: "tier" });
    const value = rates("strata", 0.8, 0.8);
    const reading = read(
      plan,
      factsOf(turns(200), { [success]: (unit, i) => ({ value: value(unit), cohort: cohort(`${Math.floor(i / 2) % 4}`) }) }),
    );
    expect(reading.canary.strata).toBe("tier");
    expect(reading.flags).toEqual([]);
    expect(reading.canary.adjusted).not.toBeNull();
  });
});

describe("guardrails", () => {
  const arrivals = (seed: string, n: number, baseline: (u: number) => number, candidate: (u: number) => number): Arrival[] => {
    const uniform = seededRandom(seed);
    return Array.from({ length: n }, (_, i) =>
      i % 2 === 0
        ? { arm: "baseline", stratum: "", value: baseline(uniform()) }
        : { arm: "candidate", stratum: "", value: candidate(uniform()) },
    );
  };
  const below = (p: number) => (u: number) => (u < p ? 1 : 0);

  it("bet as the betting e-process does on pairs that take turns", () => {
    const list = arrivals("turns", 400, below(0.9), below(0.8));
    const guard = watchHarm(list, { kind: "rate", goal: "increase", margin: 0.05 }, 1);
    let wager = openWager;
    for (let i = 0; i < list.length; i += 2)
      wager = betOnHarm(wager, { baseline: list[i]?.value ?? 0, candidate: list[i + 1]?.value ?? 0 }, 0.05);
    expect(guard.pairs).toBe(200);
    expect(guard.harm_e).toBeCloseTo(Math.exp(wager.mostLogWealth), 9);
  });

  it("stop a fifth less success, a rate of errors that doubles, and a latency that grows by half, and stop nothing where nothing changed", () => {
    const rate = (from: number, to: number, goal: "increase" | "decrease") =>
      watchHarm(arrivals(`${from}/${to}`, 1_200, below(from), below(to)), { kind: "rate", goal, margin: 0.05 }, 1).is_harmful;
    expect([rate(0.9, 0.72, "increase"), rate(0.15, 0.3, "decrease"), rate(0.9, 0.9, "increase"), rate(0.3, 0.15, "decrease")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    const amount = (factor: number, goal: "increase" | "decrease") =>
      watchHarm(
        arrivals(
          `x${factor}`,
          1_200,
          (u) => 100 * Math.exp(u),
          (u) => factor * 100 * Math.exp(u),
        ),
        { kind: "amount", goal, margin: 0.1 },
        1,
      );
    expect(amount(1.5, "decrease")).toMatchObject({ is_harmful: true, is_harmless: false });
    expect(amount(0.7, "increase")).toMatchObject({ is_harmful: true, is_harmless: false });
    expect(amount(1, "decrease")).toMatchObject({ is_harmful: false, is_harmless: true });
    expect(amount(0.7, "decrease")).toMatchObject({ is_harmful: false, is_harmless: true });
  });

  it("keep a bet that was won, whatever arrives afterwards", () => {
    const bad = arrivals("bad", 300, below(0.95), below(0.4));
    const good = arrivals("good", 2_000, below(0.5), below(1));
    const metric = { kind: "rate", goal: "increase", margin: 0.05 } as const;
    expect(watchHarm(bad, metric, 1).is_harmful).toBe(true);
    expect(watchHarm([...bad, ...good], metric, 1).is_harmful).toBe(true);
  });

  it("judge a unit by its first run: later ones cannot turn a bet", () => {
    const plan = planOf();
    const facts = factsOf(turns(200), {
      [success]: (unit, i) => ({
        value: unit.arm === "candidate" ? 0 : 1,
        mean: 1,
        runs: 2,
        candidateRuns: unit.arm === "candidate" ? 2 : 0,
        atMs: i,
      }),
    });
    expect(read(plan, facts)).toMatchObject({ verdict: "candidate_worse", action: "abort" });
  });

  it("of a metric beside the primary one abort too, and the sentence names it", () => {
    const plan = planOf({
      metrics: [
        { name: success, goal: "increase" },
        { name: "outcome.error", goal: "decrease", margin: 0.02 },
      ],
    });
    const reading = read(plan, factsOf(turns(400), { [success]: rates("p", 0.9, 0.9), "outcome.error": rates("e", 0.02, 0.4) }));
    expect(reading).toMatchObject({ verdict: "candidate_worse", action: "abort", canary: { harmful: ["outcome.error"] } });
    expect(reading.decisive_sentence).toMatch(/does harm: outcome\.error/);
    expect(reading.metrics[1]).toMatchObject({ role: "guardrail", method: "betting_e_process" });
  });

  it("never trigger without data, on a few units, or where nothing is guarded", () => {
    for (const n of [0, 2, 4]) expect(read(planOf(), factsOf(turns(n), { [success]: rates("n", 1, 0) })).action).toBe("continue");
    const explored = planOf({
      metrics: [
        { name: success, goal: "increase" },
        { name: "cost.usd", goal: "decrease" },
      ],
    });
    const dear = factsOf(turns(400), {
      [success]: rates("q", 0.9, 0.9),
      "cost.usd": ({ arm }, i) => (arm === "candidate" ? 10 : 1) + (i % 7) / 10,
    });
    const reading = read(explored, dear);
    expect(reading.action).not.toBe("abort");
    expect(reading.metrics[1]).toMatchObject({ role: "exploratory", guard: null });
    expect(reading.metrics[1]?.p_or_e).toBeLessThan(0.001);
    expect(reading.verdict).not.toBe("candidate_worse");
  });
});

describe("units that do not count", () => {
  it("met both arms, by their exposures or by their runs, and are counted", () => {
    const facts = factsOf(
      turns(10),
      { [success]: (unit, i) => ({ value: 1, runs: 2, candidateRuns: i === 0 ? 1 : unit.arm === "candidate" ? 2 : 0 }) },
      (_, i) => ({ isBoth: i === 1 }),
    );
    const { canary, flags } = read(planOf(), facts);
    expect(canary.units).toMatchObject({ double_exposed: 2, baseline: 4, candidate: 4, crossovers: 0 });
    expect(flags).toEqual(["double_exposure"]);
  });

  it("ran as the other arm and count in the one they were given", () => {
    const facts = factsOf(turns(10), {
      [success]: (unit, i) => ({ value: 1, candidateRuns: i === 0 ? 1 : unit.arm === "candidate" ? 1 : 0 }),
    });
    expect(read(planOf(), facts).canary.units).toMatchObject({ crossovers: 1, baseline: 5, candidate: 5 });
  });

  it("were moved by a ramp, whether or not they came back; the split of the others is what it should be", () => {
    const ramp = [{ share: 0.5, at: new Date(2_000).toISOString() }];
    const before = assignedUnits(2_000, 1_000);
    const after = assignedUnits(4_000, 5_000).slice(2_000);
    for (const cameBack of [true, false]) {
      const facts = factsOf([...before, ...after], { [success]: () => 1 }, (unit, i) => ({
        isBoth: cameBack && i < 2_000 && unit.arm === "baseline" && i % 2 === 0,
      }));
      const { canary, srm } = read(planOf({ share: 0.1 }), facts, { ramp, looks: [] });
      expect(canary.units.moved_by_ramp).toBeGreaterThan(700);
      expect(srm?.srm).toBe(false);
    }
  });

  it("lose their outcomes more often in one arm, and it says so", () => {
    const facts = factsOf(turns(400), { [success]: (unit, i) => (unit.arm === "candidate" && i % 3 === 0 ? null : 1) });
    const { flags, coverage, decisive_sentence: said } = read(planOf(), facts);
    expect(flags).toEqual(["outcomes_missing_unevenly"]);
    expect(coverage).toBeLessThan(0.9);
    expect(said).toMatch(/missing more often/);
  });
});

describe("repeated runs of a unit", () => {
  it("are one unit: a thousand runs of two users decide nothing", () => {
    const many = factsOf(turns(2), {
      [success]: (unit) => ({ value: unit.arm === "candidate" ? 1 : 0, runs: 500, candidateRuns: unit.arm === "candidate" ? 500 : 0 }),
    });
    expect(read(planOf(), many)).toMatchObject({ verdict: "insufficient_data", action: "continue" });
  });
});

describe("amounts", () => {
  it("are compared on their logarithm and told as geometric means", () => {
    const plan = planOf({ metrics: [{ name: "latency.run_ms", goal: "decrease", margin: 1 }] });
    const uniform = seededRandom("amounts");
    const reading = read(
      plan,
      factsOf(turns(2_000), { "latency.run_ms": ({ arm }) => (arm === "candidate" ? 80 : 100) * Math.exp(uniform() - 0.5) }),
    );
    const [metric] = reading.metrics;
    expect(metric?.baseline).toBeCloseTo(100, -1);
    expect(metric?.candidate).toBeCloseTo(80, -1);
    expect(metric?.difference).toBeCloseTo((metric?.candidate ?? 0) - (metric?.baseline ?? 0), 6);
    expect(metric?.high).toBeLessThan(0);
    expect(reading.verdict).toBe("candidate_better");
  });

  it("that do not vary within an arm are shown and decide nothing", () => {
    const plan = planOf({ max_n: 30, metrics: [{ name: "volume.steps", goal: "decrease", margin: 1 }] });
    expect(read(plan, factsOf(turns(60), { "volume.steps": ({ arm }) => (arm === "candidate" ? 4 : 5) }))).toMatchObject({
      verdict: "no_variance",
      action: "none",
    });
  });
});

describe("plans", () => {
  const base = { share: 0.1, unit: "u", metrics: [{ name: "a", goal: "increase" }] };
  it.each([
    ["a ramp that falls", { ramp: [{ share: 0.05, after_n: 10 }] }],
    [
      "a ramp that asks for fewer units later",
      {
        ramp: [
          { share: 0.2, after_n: 10 },
          { share: 0.3, after_n: 5 },
        ],
      },
    ],
    ["a holdback with no room for it", { holdback: 0.95 }],
    [
      "two primary metrics",
      {
        metrics: [
          { name: "a", goal: "increase", primary: true },
          { name: "b", goal: "increase", primary: true },
        ],
      },
    ],
    ["a metric twice", { metrics: [base.metrics[0], base.metrics[0]] }],
    ["no metric", { metrics: [] }],
  ])("refuse %s", (_name, more) => {
    expect(canaryPlan.safeParse({ ...base, ...more }).success).toBe(false);
  });

  it("say when a share is due and that it never falls", () => {
    const plan = canaryPlan.parse({
      ...base,
      holdback: 0.1,
      ramp: [
        { share: 0.3, after_n: 50 },
        { share: 0.9, after_n: 200 },
      ],
    });
    expect([0, 49, 50, 199, 200, 9_999].map((n) => rampDue(plan, [], n))).toEqual([null, null, 0.3, 0.3, 0.9, 0.9]);
    expect(rampDue(plan, [{ share: 0.3, at: "2026-01-01T00:00:00Z" }], 60)).toBeNull();
    expect(rampProblem(plan, [], 0.05)).toMatch(/only grows/);
    expect(rampProblem(plan, [], 0.95)).toMatch(/holdback/);
    expect(rampProblem(plan, [], 0.1)).toBeNull();
  });
});

describe("promotion", () => {
  const better = read(planOf({ max_n: 100 }), factsOf(turns(200), { [success]: rates("good", 0.5, 0.95) }));
  const undecided = read(planOf({ max_n: 1000 }), factsOf(turns(60), { [success]: rates("meh", 0.8, 0.8) }));
  const harmless = read(planOf({ max_n: 1000 }), factsOf(turns(1_900), { [success]: rates("same", 0.95, 0.95) }));
  const person = { by: "person", policyId: null, override: false, reason: null } as const;
  const machine = { by: "machine", policyId: null, override: false, reason: null } as const;

  it.each([
    ["a person, better", better, person, null],
    ["a person, undecided", undecided, person, 409],
    ["a person, undecided, override without a reason", undecided, { ...person, override: true }, 409],
    ["a person, undecided, override and reason", undecided, { ...person, override: true, reason: "must" }, null],
    ["a person, shown to be not worse", harmless, person, null],
    ["a machine without a policy", better, machine, 403],
    ["a machine with a policy, better and harmless", better, { ...machine, policyId: "pol_1" }, null],
    ["a machine with a policy, only not worse", harmless, { ...machine, policyId: "pol_1" }, 409],
    ["a machine with a policy, override", better, { ...machine, policyId: "pol_1", override: true, reason: "x" }, 403],
  ])("by %s", (_name, reading, asked, status) => {
    expect(promotionProblem(reading, asked)?.status ?? null).toBe(status);
  });
});

describe("a holdback", () => {
  it("says whether the improvement arrived", () => {
    const plan = planOf({ holdback: 0.3 });
    const uniform = seededRandom("held");
    const { outcomes } = factsOf(assignedUnits(1_000, 7_000), {
      [success]: ({ arm }) => (uniform() < (arm === "candidate" ? 0.9 : 0.6) ? 1 : 0),
    });
    const { metrics } = readHoldback(plan, outcomes);
    expect(metrics[0]?.low).toBeGreaterThan(0.1);
    expect((metrics[0]?.n ?? 0) + (metrics[0]?.held_n ?? 0)).toBe(1_000);
  });
});

it("says of one look at the end what /v1/compare says of the same counts", () => {
  const facts = factsOf(turns(400), { [success]: rates("one", 0.5, 0.7) });
  const counts = (arm: string): [number, number] => {
    const own = turns(400).flatMap((unit, i) => (unit.arm === arm ? [facts.outcomes.get(success)?.[i]?.mean ?? 0] : []));
    return [own.reduce((a, b) => a + b, 0), own.length];
  };
  const plan = planOf({ max_n: 200, looks: 1, metrics: [{ name: success, goal: "increase", margin: 1 }] });
  expect(read(plan, facts).verdict).toBe(compareCounts(counts("baseline"), counts("candidate"), "increase").verdict);
});
