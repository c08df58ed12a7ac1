// Compares given numbers as Bento compares an agent's own: two arms of an experiment, a traffic split, dimensions before and now, or one
// series over time. Nothing is stored, and nothing is asked of any agent.
import type * as z from "zod";
import { compareDimensions } from "../../../domain/drift/compare-samples.ts";
import { type ComparedSeries, compareDays, compareTimes } from "../../../domain/drift/compare-series.ts";
import { compareLooks } from "../../../domain/experiment/compare-looks.ts";
import { comparePairs, compareSamples, compareTotals } from "../../../domain/experiment/compare-means.ts";
import { compareCounts, compareStrata, compareUnits } from "../../../domain/experiment/compare-proportion.ts";
import type { Comparison } from "../../../domain/experiment/comparison.ts";
import { sampleRatio } from "../../../domain/experiment/sample-ratio.ts";
import { Refusal } from "../refusal.ts";
import { compareAnswer, compareBody, type CompareBody } from "./compare-schema.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";
import { parseTime } from "./time-filter.ts";

type Body<K extends CompareBody["kind"]> = Extract<CompareBody, { kind: K }>;

const dayMs = 86_400_000;
/** Ten years: longer is a typing error in a date. */
const mostDays = 3_660;
const wholeDay = /^\d{4}-\d\d-\d\d$/;

export function addCompare(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/compare",
      audience: "read",
      tag: "Comparison",
      summary: "Compare given numbers",
      description:
        "The same verdicts as for experiments and drift, from numbers in the request. `insufficient_data`: no result of arms this small could be decisive. `no_difference`: large enough, and no evidence of one. `inconclusive`: it points somewhere, not decisively, or looks are still planned.",
      body: compareBody,
      status: 200,
      answer: compareAnswer,
    },
    async ({ body }) => answerTo(body),
  );
}

function answerTo(body: CompareBody): z.input<typeof compareAnswer> {
  switch (body.kind) {
    case "proportion":
      return { kind: body.kind, ...proportion(body) };
    case "two_sample":
      return { kind: body.kind, ...twoSample(body) };
    case "paired":
      return { kind: body.kind, ...comparePairs(body.pairs, body.goal) };
    case "srm":
      return { kind: body.kind, ...sampleRatio(body.weights, body.units) };
    case "drift":
      return drift(body);
  }
}

function proportion({ goal, baseline, candidate, strata, looks, planned, exposures, outcomes }: Body<"proportion">): Comparison {
  if (strata !== undefined) return compareStrata(strata, goal);
  if (looks !== undefined && planned !== undefined) return compareLooks(looks, planned, goal);
  if (exposures !== undefined && outcomes !== undefined)
    return compareUnits(
      exposures.map(({ unit, arm, at }) => ({ unit, arm, atMs: at })),
      outcomes.map(({ unit, at }) => ({ unit, atMs: at })),
      goal,
    );
  return compareCounts(baseline ?? [0, 0], candidate ?? [0, 0], goal);
}

function twoSample({ goal, baseline, candidate }: Body<"two_sample">): Comparison {
  if (Array.isArray(baseline) && Array.isArray(candidate)) return compareSamples(baseline, candidate, goal);
  if (!Array.isArray(baseline) && !Array.isArray(candidate)) return compareTotals(baseline, candidate, goal);
  throw refused("candidate", "give both arms as values, or both as totals");
}

function drift({ dimensions, series, missing_day, judge }: Body<"drift">): z.input<typeof compareAnswer> {
  if (series === undefined) {
    const compared = compareDimensions(dimensions ?? []);
    return { kind: "drift", alarm: compared.some(({ alarm }) => alarm), dimensions: compared };
  }
  return { kind: "drift", ...comparedSeries(series, missing_day, judge ?? null) };
}

function comparedSeries(
  series: readonly { at: string; value: number | null }[],
  missing: "zero" | "unknown",
  judge: readonly string[] | null,
): ComparedSeries {
  const points = series.map(({ at, value }, i) => ({ at, atMs: timeOf(at, `series[${i}].at`), value }));
  if (new Set(points.map(({ at }) => at)).size < points.length) throw refused("series", "a time is given twice");
  const judged = judge?.map((at, i) => timeOf(at, `judge[${i}]`)) ?? [];
  if (!points.every(({ at }) => wholeDay.test(at))) return times(points, judge);
  if (judge?.some((at) => !wholeDay.test(at)) === true) throw refused("judge", "the series has days, so give days");
  const all = [...points.map(({ atMs }) => atMs), ...judged];
  const span = all.reduce((a, b) => Math.max(a, b)) - all.reduce((a, b) => Math.min(a, b));
  if (span / dayMs >= mostDays) throw refused("series", `at most ${mostDays} days from the first to the last`);
  return compareDays(points, missing, judge);
}

function times(points: { at: string; atMs: number; value: number | null }[], judge: readonly string[] | null): ComparedSeries {
  if (points.some(({ at }) => wholeDay.test(at))) throw refused("series", "give either days or times throughout");
  const unordered = points.findIndex(({ atMs }, i) => atMs < (points[i - 1]?.atMs ?? -Infinity));
  if (unordered >= 0) throw refused(`series[${unordered}].at`, "times must not fall");
  return compareTimes(points, judge);
}

function timeOf(at: string, path: string): number {
  const ms = parseTime(at);
  if (ms === null) throw refused(path, "not a day such as 2026-11-24 or an ISO 8601 time");
  return ms;
}

const refused = (path: string, message: string): Refusal =>
  new Refusal(400, "The series cannot be compared as it is given.", [{ path, message }]);
