// What is said of a cause beside its name: its share with an interval, whether it is certain, and where it acts; and that runs which were
// sampled count for the traffic they stand for.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawsFrom } from "../../../bench/quality/simulate-draws.ts";
import type { DriftGroup } from "../../../domain/drift/analysis.ts";
import type { Cause } from "../../../domain/drift/drift.ts";
import type { Observation, RunFacts } from "../../../domain/drift/facts.ts";
import { intervalAround } from "../../../domain/drift/mix-shift.ts";
import { strataBy } from "../../../domain/drift/strata.ts";
import { tables } from "../../../domain/drift/weigh.ts";
import { outcomeOf, windowBetween } from "../../../domain/drift/window.ts";
import { cmhScore, type Stratum } from "../../../domain/statistics/cmh-score.ts";
import { analysed, runsOf, sinceChange } from "./changing-agent.ts";

const causesOf = (groups: readonly DriftGroup[]): Cause[] => groups.flatMap(({ attribution }) => attribution.causes);

describe("an interval around a share", () => {
  test("holds the share and the middle of what was drawn, and is none for few draws", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 120 }),
        (share, draws) => {
          const { low, high } = intervalAround(share, draws);
          if (draws.length < 50) {
            expect([low, high]).toEqual([null, null]);
            return;
          }
          const middle = draws.toSorted((a, b) => a - b)[Math.floor(draws.length / 2)] ?? 0;
          for (const inside of [share, middle]) {
            expect(low).toBeLessThanOrEqual(inside);
            expect(high).toBeGreaterThanOrEqual(inside);
          }
        },
      ),
    );
  });

  test("lies around every share that an analysis tells, of events and of who asks", () => {
    const stories = ["a", "b", "c"].flatMap((seed) => [
      runsOf({
        seed,
        success: ({ atMs }) => (sinceChange(atMs) ? 0.55 : 0.9),
        versions: (atMs) => ({ models: [sinceChange(atMs) ? "m-2" : "m-1"] }),
      }),
      runsOf({
        seed,
        perHour: 6,
        cohort: (atMs, random) => ({ plan: random() < (sinceChange(atMs) ? 0.7 : 0.25) ? "hard" : "easy" }),
        success: ({ cohort, atMs }) => (cohort["plan"] === "hard" ? 0.5 : 0.95) - (sinceChange(atMs) ? 0.05 : 0),
        versions: (atMs) => ({ prompt: sinceChange(atMs) ? "p-2" : "p-1" }),
      }),
    ]);
    const shares = stories.flatMap((facts) => {
      const { groups, drifts } = analysed(facts);
      return [...causesOf(groups), ...drifts.flatMap(({ attribution }) => attribution.causes)].filter(({ share_low: low }) => low !== null);
    });
    expect(shares.length).toBeGreaterThan(6);
    for (const { share, share_low: low, share_high: high } of shares) {
      expect(low).toBeLessThanOrEqual(share ?? Number.NaN);
      expect(high).toBeGreaterThanOrEqual(share ?? Number.NaN);
    }
  });
});

test("a mere cut-over is never certain, a rollout side by side may be", () => {
  const success = ({ versions }: RunFacts): number => (versions.models[0] === "m-2" ? 0.55 : 0.9);
  const cutOver = analysed(runsOf({ success, versions: (atMs) => ({ models: [sinceChange(atMs) ? "m-2" : "m-1"] }) }));
  const rollout = analysed(
    runsOf({
      success,
      days: 20,
      perHour: 6,
      versions: (atMs, random) => ({ models: [sinceChange(atMs) && random() < 0.5 ? "m-2" : "m-1"] }),
    }),
  );
  expect(cutOver.groups.map(({ attribution }) => [attribution.verdict, attribution.certain])).toEqual([["attributed", false]]);
  expect(rollout.groups.map(({ attribution }) => [attribution.verdict, attribution.certain])).toEqual([["attributed", true]]);
});

describe("where a change acts", () => {
  const cohort = (_: number, random: () => number) => ({ plan: random() < 0.5 ? "free" : "pro", locale: random() < 0.4 ? "de" : "en" });
  const inGerman = ({ atMs, cohort: { locale } }: RunFacts): boolean => sinceChange(atMs) && locale === "de";
  const versions = (atMs: number) => ({ prompt: sinceChange(atMs) ? "p-2" : "p-1" });
  const told = (facts: RunFacts[]): string => causesOf(analysed(facts).groups)[0]?.evidence.join(" ") ?? "";

  test("is told of an outcome", () => {
    const facts = runsOf({
      cohort,
      versions,
      perHour: 8,
      success: (run) => (inGerman(run) ? 0.4 : 0.92),
      more: (run, random) => [
        { dimension: "outcome.refusal", kind: "proportion", value: random() < (inGerman(run) ? 0.4 : 0.05) ? 1 : 0, trials: 1 },
      ],
    });
    expect(told(facts)).toMatch(/It is strongest where locale=de \(\d+ of \d+ runs show it, \d+ would be usual\)/);
  });

  const costing = (run: RunFacts, random: () => number): Observation[] => {
    const cost = (inGerman(run) ? 0.06 : 0.02) * Math.exp(0.3 * (random() - 0.5));
    return [
      { dimension: "cost.usd", kind: "count", value: cost },
      { dimension: "tokens.output", kind: "count", value: Math.round(cost * 20_000) },
    ];
  };

  test("is told of cost in money, not in runs", () => {
    const locales = (_: number, random: () => number) => ({
      plan: random() < 0.5 ? "free" : "pro",
      locale: random() < 0.3 ? "de" : random() < 0.5 ? "en" : random() < 0.5 ? "fr" : "it",
    });
    expect(told(runsOf({ cohort: locales, versions, perHour: 12, more: costing }))).toMatch(
      /It is strongest where locale=de \([\d.]+( USD of cost per run| of output tokens) in \d+ runs, [\d.]+( USD)? would be usual\)/,
    );
  });

  test("is told of cost in runs where half of so few parts moved that none is the usual", () => {
    expect(told(runsOf({ cohort, versions, perHour: 8, more: costing }))).toMatch(
      /It is strongest where locale=de \(\d+ of \d+ runs show it, \d+ would be usual\)/,
    );
  });
});

describe("runs that were sampled", () => {
  // successes were kept one in four, failures all: what a tail sampler leaves
  const thinned = (facts: readonly RunFacts[]): RunFacts[] => {
    const draws = drawsFrom("thinned");
    return facts.flatMap((run) => {
      const failed = run.observations[0]?.value === 0;
      return failed ? [run] : draws.uniform() < 0.25 ? [{ ...run, weight: 4 }] : [];
    });
  };
  const whole = runsOf({
    perHour: 24,
    cohort: (_, random) => ({ plan: random() < 0.5 ? "free" : "pro" }),
    success: ({ atMs }) => (sinceChange(atMs) ? 0.6 : 0.9),
    versions: (atMs) => ({ models: [sinceChange(atMs) ? "m-2" : "m-1"] }),
  });

  test("lead to the same cause, with the rates of the traffic and not of what was kept", () => {
    const [all] = causesOf(analysed(whole).groups);
    const [kept] = causesOf(analysed(thinned(whole)).groups);
    expect([kept?.kind, kept?.ref]).toEqual([all?.kind, all?.ref]);
    const rates = (cause: Cause | undefined): number[] =>
      [...(cause?.evidence[0] ?? "").matchAll(/(0\.\d+) in/g)].map((found) => Number(found[1]));
    const [expected, found] = [rates(all), rates(kept)];
    expect(expected).toHaveLength(2);
    expected.forEach((rate, i) => expect(Math.abs((found[i] ?? Number.NaN) - rate)).toBeLessThan(0.04));
  });

  test("at one rate change nothing but what they stand for", () => {
    const tenfold = analysed(whole.map((run) => ({ ...run, weight: 10 })));
    expect(tenfold.groups.map(({ attribution }) => attribution)).toEqual(analysed(whole).groups.map(({ attribution }) => attribution));
  });
});

test("the tables of all runs are the sum of those of their parts, whoever asks and whatever runs stand for", () => {
  const facts = runsOf({ days: 3, perHour: 10, cohort: (_, random) => ({ plan: random() < 0.3 ? "pro" : "free" }) });
  const cell = {
    cell: "yes",
    indicator: (run: RunFacts) => ({ hits: Number(run.observations[0]?.value), trials: 1 }),
    logOddsShift: 1,
    logEvidence: 5,
  };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: facts.length - 1 }), fc.integer({ min: 1, max: 5 }), (cut, weight) => {
      const weighted = facts.map((run, i) => ({ ...run, weight: i % 2 === 0 ? weight : 1 }));
      const sums = (from: number, to: number): Stratum[] => {
        const window = windowBetween(weighted, -Infinity, Infinity);
        const outcome = outcomeOf(window, "outcome.success", cell, { atMs: 0, fromMs: 0, toMs: 0 });
        const part = { ...outcome, y: outcome.y.map((y, i) => (i >= from && i < to ? y : Number.NaN)) };
        return tables(
          part,
          Uint8Array.from(window.runs, (_, i) => (i % 3 === 0 ? 1 : 0)),
          strataBy(window, ["plan"]),
        );
      };
      const [all, early, late] = [sums(0, facts.length), sums(0, cut), sums(cut, facts.length)];
      all.forEach((stratum, g) => {
        for (const key of ["n", "exposed", "sum", "exposedSum", "sumSquares"] as const)
          expect(stratum[key]).toBeCloseTo((early[g]?.[key] ?? 0) + (late[g]?.[key] ?? 0), 6);
      });
      expect(cmhScore(all).v).toBeGreaterThan(0);
    }),
    { numRuns: 20 },
  );
});
