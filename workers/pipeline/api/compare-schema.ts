// What POST /v1/compare takes and answers, in OpenAPI's terms. One of several forms of numbers is asked for at a time; a body that gives two
// or none is refused with the form named.
import * as z from "zod";
import { actions, directions, verdicts } from "../../../domain/experiment/comparison.ts";
import { timeText } from "./time-filter.ts";

/** Looks that a plan can have: more would be monitoring. */
const mostLooks = 20;
const mostStrata = 1_000;
const mostDimensions = 500;
/** Points of a series: seven weeks of five minutes. */
const mostPoints = 15_000;

const goal = z.enum(["increase", "decrease"]).meta({ description: "Which way is better." });
const whole = z.int().min(0);
/** Squares of larger numbers could not be added up. */
const largest = 1e100;
const number = z.number().min(-largest).max(largest);
const counts = z
  .tuple([whole, whole])
  .refine(([successes, n]) => successes <= n, "more successes than units")
  .meta({ description: "[successes, units]" });
const total = z.strictObject({ numerator: number, denominator: number.min(0) });
const value = z.union([number, z.string(), z.null()]);
const sample = z
  .union([z.array(value), z.array(z.strictObject({ at: z.string().max(40), values: z.array(value) })), z.record(z.string(), number.min(0))])
  .meta({ description: "Values, days of values, or counts by category." });

const proportion = z
  .strictObject({
    kind: z.literal("proportion"),
    goal,
    baseline: counts.optional(),
    candidate: counts.optional(),
    strata: z
      .array(z.strictObject({ name: z.string(), baseline: counts, candidate: counts }))
      .min(1)
      .max(mostStrata)
      .optional(),
    looks: z
      .array(z.strictObject({ baseline: counts, candidate: counts }))
      .min(1)
      .max(mostLooks)
      .optional()
      .meta({ description: "Cumulative." }),
    planned: z
      .strictObject({ looks: z.int().min(1).max(mostLooks), n: z.int().min(1) })
      .optional()
      .meta({ description: "Looks in all, and units per arm at the last." }),
    exposures: z.array(z.object({ unit: z.string().max(1_000), arm: z.enum(["baseline", "candidate"]), at: timeText })).optional(),
    outcomes: z.array(z.object({ unit: z.string().max(1_000), at: timeText })).optional(),
  })
  .refine(
    (body) =>
      [body.baseline ?? body.candidate, body.strata, body.looks ?? body.planned, body.exposures ?? body.outcomes].filter(
        (one) => one !== undefined,
      ).length === 1,
    "give one of: baseline with candidate, strata, looks with planned, exposures with outcomes",
  )
  .refine((body) => (body.baseline === undefined) === (body.candidate === undefined), "baseline and candidate go together")
  .refine((body) => (body.looks === undefined) === (body.planned === undefined), "looks and planned go together")
  .refine((body) => (body.exposures === undefined) === (body.outcomes === undefined), "exposures and outcomes go together")
  .refine((body) => (body.looks?.length ?? 0) <= (body.planned?.looks ?? 0), "more looks than planned")
  .refine(({ looks = [] }) => looks.every((look, i) => isGrown(looks[i - 1], look)), "looks are cumulative: no count may fall");

function isGrown(
  before: { baseline: number[]; candidate: number[] } | undefined,
  now: { baseline: number[]; candidate: number[] },
): boolean {
  const grew = (was: number[], is: number[]): boolean => was.every((count, i) => count <= (is[i] ?? 0));
  return before === undefined || (grew(before.baseline, now.baseline) && grew(before.candidate, now.candidate));
}

const twoSample = z
  .strictObject({
    kind: z.literal("two_sample"),
    goal,
    baseline: z.union([z.array(number), total]),
    candidate: z.union([z.array(number), total]),
  })
  .refine(({ baseline, candidate }) => Array.isArray(baseline) === Array.isArray(candidate), "give both arms as values, or both as totals");
const paired = z.strictObject({ kind: z.literal("paired"), goal, pairs: z.array(z.tuple([number, number])) });
const srm = z
  .strictObject({ kind: z.literal("srm"), weights: z.array(number.min(0)).min(2).max(100), units: z.array(whole) })
  .refine(({ weights, units }) => weights.length === units.length, "one weight and one count for each arm");

const point = z.strictObject({ at: z.string().max(40), value: number.nullable() });
const drift = z
  .strictObject({
    kind: z.literal("drift"),
    dimensions: z
      .array(z.strictObject({ name: z.string(), baseline: sample, current: sample }))
      .min(1)
      .max(mostDimensions)
      .optional(),
    series: z.array(point).min(1).max(mostPoints).optional().meta({ description: "Days (2026-11-03), or times in their order." }),
    name: z.string().optional(),
    missing_day: z.enum(["zero", "unknown"]).default("unknown"),
    judge: z.array(z.string().max(40)).max(mostPoints).optional().meta({ description: "The points to answer for; all when absent." }),
  })
  .refine((body) => (body.dimensions === undefined) !== (body.series === undefined), "give either dimensions or series");

export const compareBody = z.discriminatedUnion("kind", [proportion, twoSample, paired, srm, drift]);
export type CompareBody = z.output<typeof compareBody>;

const arm = z.object({ n: number, value: number.nullable(), successes: number.optional() });
const comparison = z.object({
  kind: z.enum(["proportion", "two_sample", "paired"]),
  verdict: z.enum(verdicts),
  action: z.enum(actions),
  alarm: z.boolean().meta({ description: "The candidate is decisively worse." }),
  flags: z.array(z.enum(["segment_mix_differs"])),
  decisive_sentence: z.string(),
  baseline: arm,
  candidate: arm,
  difference: number.nullable().meta({ description: "candidate − baseline, with its 95 % interval." }),
  low: number.nullable(),
  high: number.nullable(),
  p_or_e: number.nullable(),
  method: z.string(),
  required_n: number.nullable().meta({ description: "Units per arm (or pairs) to be decisive about a difference as large as this." }),
  adjusted: z
    .object({
      direction: z.enum(directions),
      odds_ratio: number.nullable(),
      low: number.nullable(),
      high: number.nullable(),
      p_or_e: number,
    })
    .nullable()
    .meta({ description: "With the strata held fixed." }),
  mixed_units: number.optional().meta({ description: "Units seen in both arms; left out." }),
});
const sampleRatio = z.object({
  kind: z.literal("srm"),
  srm: z.boolean(),
  p: number.nullable(),
  statistic: number.nullable(),
  threshold: number,
  verdict: z.enum(["mismatch", "match", "insufficient_data"]),
});
const driftVerdict = z.enum(["drift", "no_drift", "insufficient_data"]);
const evidence = z
  .object({ method: z.string(), value: number.nullable(), threshold: number })
  .meta({ description: "Surprise in nats, and from where it counts." });
const side = z.object({ n: number.meta({ description: "Values that are there." }), missing_rate: number.nullable() });
const dimensions = z.object({
  kind: z.literal("drift"),
  alarm: z.boolean(),
  dimensions: z.array(
    z.object({
      name: z.string(),
      verdict: driftVerdict.meta({ description: "Of the values." }),
      alarm: z.boolean(),
      alarms: z.array(z.enum(["values", "missing_rate"])),
      effect: z
        .object({
          measure: z.enum(["median_difference", "share_difference"]),
          value: number,
          low: number,
          high: number,
          category: z.string().nullable(),
          distance: number.meta({ description: "Largest shift in standard deviations, or total variation of shares." }),
          matters: z.boolean().meta({ description: "Large enough to be a drift, if it is certain." }),
          js_bits: number.nullable(),
        })
        .nullable(),
      evidence,
      baseline: side,
      current: side,
    }),
  ),
});
const series = z.object({
  kind: z.literal("drift"),
  alarm: z.boolean(),
  points: z.array(z.object({ at: z.string(), value: number.nullable(), verdict: driftVerdict, alarm: z.boolean(), evidence })),
  changes: z
    .array(z.string())
    .nullable()
    .meta({ description: "Looking back over all days: where a new level or trend begins. null for times and very long series." }),
});

export const compareAnswer = z.union([comparison, sampleRatio, dimensions, series]).meta({ description: "By `kind`." });
