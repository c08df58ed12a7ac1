import fc from "fast-check";
import { expect, it } from "vitest";
import { tellPlan } from "../../../domain/backfill/plan.ts";
import { emptyTally, reportOf, withRuns, type LookedAt } from "../../../domain/backfill/report.ts";
import { wilsonInterval } from "../../../domain/statistics/wilson-interval.ts";
import { aBackfill } from "./a-backfill.ts";

const dayMs = 24 * 60 * 60_000;
const startMs = Date.UTC(2026, 9, 20);
const looked = fc.record({
  atMs: fc.integer({ min: startMs, max: startMs + 5 * dayMs }),
  weight: fc.constantFrom(1, 2, 10),
  shows: fc.boolean(),
  wasKnown: fc.boolean(),
});

it("says since when, how many are new, and the rate by day with its interval", () => {
  const runs = Array.from({ length: 8 }, (_, i): LookedAt => {
    return { atMs: startMs + (i * dayMs) / 4, weight: 1, shows: i % 2 === 1, wasKnown: i === 3 };
  });
  const report = reportOf(withRuns(emptyTally, runs));
  expect(report).toMatchObject({ first_seen: new Date(startMs + dayMs / 4).toISOString(), recovered: 3, overlap: 1, rate: 0.5 });
  const interval = wilsonInterval(2, 4);
  expect(report.series).toEqual(
    [0, 1].map((day) => ({
      at: new Date(startMs + day * dayMs).toISOString(),
      count: 2,
      denominator: 4,
      rate: 0.5,
      rate_low: interval?.low,
      rate_high: interval?.high,
    })),
  );
});

it("comes out the same in whatever pages and order runs are looked at", () => {
  fc.assert(
    fc.property(fc.array(looked, { maxLength: 60 }), fc.integer({ min: 1, max: 10 }), (runs, pageSize) => {
      const whole = withRuns(emptyTally, runs);
      let paged = emptyTally;
      const reversed = runs.toReversed();
      for (let i = 0; i < reversed.length; i += pageSize) paged = withRuns(paged, reversed.slice(i, i + pageSize));
      expect(reportOf(paged)).toEqual(reportOf(whole));
      expect(whole.recovered + whole.overlap).toBe(runs.filter(({ shows }) => shows).length);
    }),
  );
});

it("a run counts in the rate for as many as it stands for, and in the counts once", () => {
  const report = reportOf(
    withRuns(emptyTally, [
      { atMs: startMs, weight: 9, shows: true, wasKnown: false },
      { atMs: startMs, weight: 1, shows: false, wasKnown: false },
    ]),
  );
  expect(report.series).toMatchObject([{ count: 1, denominator: 2, rate: 0.9 }]);
});

it("of no runs is no rate, and not zero", () => {
  expect(reportOf(emptyTally)).toEqual({
    first_seen: null,
    recovered: 0,
    overlap: 0,
    rate: null,
    rate_low: null,
    rate_high: null,
    series: [],
  });
});

it.each([
  ["all of them", {}, /^Reads all 1,000 runs of support-bot from 2026-10-01 00:00Z to 2026-11-01 00:00Z, about 3 MiB/, 1],
  ["a sample", { below: 1, sample: 0.1, runs: 104 }, /^Reads 104 of 1,000 runs .*\(10\.4 %\).*lowest hash.*same runs again/, 0.104],
  ["none", { inRange: 0, runs: 0 }, /has no run/, null],
])("a plan tells in words which runs are read: %s", (_, plan, text, coverage) => {
  const job = aBackfill();
  const told = tellPlan(job.agent, job.target, { ...job.plan, ...plan });
  expect(told.text).toMatch(text);
  expect(told.coverage).toBe(coverage);
});
