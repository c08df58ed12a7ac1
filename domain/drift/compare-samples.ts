// Did any of several dimensions change between a baseline and now? Each is tested on the cells that detection uses, all together under one
// limit for false discoveries, and only a change that is certain and large enough to matter is a drift. Values that went missing alarm apart.
import gammainc from "@stdlib/math-base-special-gammainc";
import { benjaminiHochberg } from "../statistics/benjamini-hochberg.ts";
import { gTest, mixLogBayesFactor } from "../statistics/dirichlet-multinomial.ts";
import { rankSumScore } from "../statistics/rank-sum.ts";
import { twoSidedP } from "../statistics/score-test.ts";
import { twoProportions } from "../statistics/two-proportions.ts";
import { type Cells, categoryCells, categoryEffect, countsIn, numberCells, numberEffect, type SampleEffect } from "./sample-cells.ts";
import { type GivenSample, missingRate, numbersOf, type Sample, sampleOf } from "./sample.ts";

/** Expected share of false ones among the drifts that are told. */
const falseDiscoveries = 0.01;
/** Values below which a sample says nothing: of the baseline, and of now. */
const fewestBaseline = 20;
const fewestCurrent = 10;
/** Expected counts from which the G statistic follows its law. */
const fewestExpected = 5;
/** Days that must be known before their disagreement is taken into account. */
const fewestDays = 5;
/** Points by which the share of missing values must move to matter. */
const smallestMissing = 0.05;

export interface ComparedDimension {
  name: string;
  /** Of the values. */
  verdict: "drift" | "no_drift" | "insufficient_data";
  alarm: boolean;
  alarms: ("values" | "missing_rate")[];
  effect: SampleEffect | null;
  /** −ln of the p-value adjusted for all tests made; null where none was possible. */
  evidence: { method: string; value: number | null; threshold: number };
  baseline: { n: number; missing_rate: number | null };
  current: { n: number; missing_rate: number | null };
}

export function compareDimensions(
  dimensions: readonly { name: string; baseline: GivenSample; current: GivenSample }[],
): ComparedDimension[] {
  const tested = dimensions.map(({ name, baseline, current }) => {
    const [was, is] = [sampleOf(baseline), sampleOf(current)];
    return { name, was, is, values: testValues(was, is), missingP: missingTest(was, is) };
  });
  const adjusted = benjaminiHochberg(tested.flatMap(({ values, missingP }) => [values?.p ?? null, missingP]).filter((p) => p !== null));
  return tested.map(({ name, was, is, values, missingP }) => {
    const p = values === null ? null : (adjusted.shift() ?? 1);
    const ofMissing = missingP === null ? null : (adjusted.shift() ?? 1);
    const isDrift = p !== null && p <= falseDiscoveries && values?.effect.matters === true;
    const isMissing =
      ofMissing !== null && ofMissing <= falseDiscoveries && Math.abs((missingRate(is) ?? 0) - (missingRate(was) ?? 0)) >= smallestMissing;
    return {
      name,
      verdict: p === null ? "insufficient_data" : isDrift ? "drift" : "no_drift",
      alarm: isDrift || isMissing,
      alarms: [...(isDrift ? (["values"] as const) : []), ...(isMissing ? (["missing_rate"] as const) : [])],
      effect: values?.effect ?? null,
      evidence: { method: values?.method ?? "none", value: p === null ? null : nats(p), threshold: nats(falseDiscoveries) },
      baseline: { n: was.n, missing_rate: missingRate(was) },
      current: { n: is.n, missing_rate: missingRate(is) },
    };
  });
}

interface Tested {
  p: number;
  method: string;
  effect: SampleEffect;
}

/** null where a sample is too small to say anything. */
function testValues(was: Sample, is: Sample): Tested | null {
  if (was.n < fewestBaseline || is.n < fewestCurrent) return null;
  const [before, after] = [numbersOf(was.values), numbersOf(is.values)];
  if (before === null || after === null) {
    const cells = categoryCells(was);
    const { p, method } = testCells(cells, was, is);
    return { p, method, effect: categoryEffect(was, is) };
  }
  const cells = numberCells(before);
  const { p, method } = testCells(cells, was, is);
  const score = rankSumScore(before, after);
  const levelP = score === null ? 1 : twoSidedP(score / Math.sqrt(dayDispersion(cells, was)));
  // Two looks at one dimension: at its shape and at its level.
  return {
    p: Math.min(1, 2 * Math.min(p, levelP)),
    method: levelP < p ? "rank_sum" : `${method}_of_bands`,
    effect: numberEffect(before, after),
  };
}

/** By the G statistic, or for small counts by the Bayes factor, whose inverse is a p-value (Ville 1939). */
function testCells(cells: Cells, was: Sample, is: Sample): { p: number; method: string } {
  const [before, after] = [countsIn(cells, was), countsIn(cells, is)];
  const dispersion = dayDispersion(cells, was);
  const g = gTest(before, after);
  if (g === null) return { p: 1, method: "g" };
  const total = was.n + is.n;
  const isLarge = before.every((count, i) => {
    const both = count + (after[i] ?? 0);
    return both === 0 || (both * Math.min(was.n, is.n)) / total >= fewestExpected;
  });
  if (isLarge) return { p: gammainc(g.g / dispersion / 2, g.freedom / 2, true, true), method: "g" };
  return { p: Math.min(1, Math.exp(-mixLogBayesFactor(before, after) / dispersion)), method: "dirichlet_multinomial" };
}

/** How much more the baseline's days differ from each other than chance, >= 1; 1 where days are not known. */
function dayDispersion(cells: Cells, { days, n, counts }: Sample): number {
  if (days === null || days.length < fewestDays) return 1;
  const shares = countsIn(cells, { values: null, counts, n, missing: null, days: null }).map((count) => count / n);
  const used = shares.filter((share) => share > 0).length;
  if (used < 2) return 1;
  let chiSquare = 0;
  for (const day of days) {
    const tally = Array<number>(cells.size).fill(0);
    for (const value of day) tally[cells.cellOf(value)] = (tally[cells.cellOf(value)] ?? 0) + 1;
    for (const [i, share] of shares.entries())
      if (share > 0) chiSquare += ((tally[i] ?? 0) - day.length * share) ** 2 / (day.length * share);
  }
  return Math.max(1, chiSquare / ((days.length - 1) * (used - 1)));
}

/** null where it is not known on both sides how many values are missing. */
function missingTest(was: Sample, is: Sample): number | null {
  if (was.missing === null || is.missing === null) return null;
  const [before, after] = [was.n + was.missing, is.n + is.missing];
  if (before < fewestBaseline || after < fewestCurrent) return null;
  return twoProportions(is.missing, after, was.missing, before).p;
}

function nats(p: number): number {
  return -Math.log(Math.max(p, Number.MIN_VALUE));
}
