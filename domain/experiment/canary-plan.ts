// What a canary is to do: which share of units gets the candidate, what is measured, when it ends, and how its share grows. What cannot be
// read honestly is refused here: a share that leaves no room for the holdback, a ramp that goes down.
import * as z from "zod";
import { basisPoints, inBasisPoints } from "./assignment.ts";
import { plannedMetrics } from "./metric.ts";

/** Values, one for each unit and metric, that one reading takes in: as many as a Worker's memory holds with room to spare. */
const mostValues = 100_000;

/** Units that a reading takes in. */
export function mostUnits({ metrics }: { metrics: readonly unknown[] }): number {
  return Math.floor(mostValues / metrics.length);
}
const mostLooks = 20;
/** Looks that a plan without a number has: the second costs power nothing, the sixth brings little. Statistics.md 4.3. */
const usualLooks = 5;

const share = z.number().min(0).max(1);

export const canaryPlan = z
  .strictObject({
    share: share.meta({ description: "Of units that get the candidate; kept in basis points." }),
    unit: z.string().min(1).max(200).meta({ description: "What is assigned: `user_id`, `session_id` or a name of your own." }),
    metrics: plannedMetrics,
    max_n: z
      .int()
      .min(1)
      .max(mostValues / 2)
      .optional()
      .meta({
        description: "Units per arm at which it ends, or as much information from uneven arms. Without it, it never ends by itself.",
      }),
    looks: z
      .int()
      .min(1)
      .max(mostLooks)
      .default(usualLooks)
      .meta({ description: "Planned looks on the way to `max_n`; ignored without it." }),
    strata: z.string().min(1).max(200).optional().meta({ description: "A cohort attribute that is held fixed when arms are compared." }),
    holdback: share.optional().meta({ description: "Of units that stay with the baseline after promotion, and are measured." }),
    ramp: z
      .array(z.strictObject({ share, after_n: z.int().min(1) }))
      .max(20)
      .optional()
      .meta({ description: "Larger shares, each once the candidate has `after_n` units and nothing speaks against it." }),
  })
  .superRefine(({ share: first, holdback = 0, ramp = [], max_n: maxN = 1, metrics }, ctx) => {
    const most = Math.floor(mostUnits({ metrics }) / 2);
    if (maxN > most) ctx.addIssue({ code: "custom", path: ["max_n"], message: `must be at most ${most} with so many metrics` });
    let [before, after] = [first, 0];
    for (const [i, step] of ramp.entries()) {
      if (step.share <= before)
        ctx.addIssue({ code: "custom", path: ["ramp", i, "share"], message: "must be larger than the share before it" });
      if (step.after_n <= after)
        ctx.addIssue({ code: "custom", path: ["ramp", i, "after_n"], message: "must be more than the one before it" });
      [before, after] = [step.share, step.after_n];
    }
    if (inBasisPoints(before) + inBasisPoints(holdback) > basisPoints)
      ctx.addIssue({ code: "custom", path: ["holdback"], message: "and the largest share are more than all units" });
  });

export type CanaryPlan = z.output<typeof canaryPlan>;
