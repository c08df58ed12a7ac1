// What a shadow is to measure: the metrics beside agreement, success among them, and after how many pairs it ends.
import * as z from "zod";
import { plannedMetrics } from "./metric.ts";

/** Pairs that one reading takes in. */
export const mostPairs = 100_000;

export const shadowPlan = z.strictObject({
  metrics: plannedMetrics.optional().meta({ description: "`outcome.success` when absent." }),
  max_n: z.int().min(1).max(mostPairs).optional().meta({ description: "Pairs at which it ends." }),
});
export type ShadowPlan = z.output<typeof shadowPlan>;
