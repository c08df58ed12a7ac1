// What a run shows of an experiment's metrics: its dimensions as numbers, custom ones among them. Categories are none.
import { observeAll, type CustomDimension } from "../domain/run/custom-dimension.ts";
import type { Run } from "../domain/run/run.ts";

/** A run with its scores, and its revision. */
export interface MeasuredRun {
  run: Run;
  version: string;
}

/** What a run shows of these metrics, as numbers. */
export function measuresOf(
  run: Run,
  metrics: ReadonlySet<string>,
  custom: readonly CustomDimension[],
): { metric: string; value: number }[] {
  return observeAll(run, custom).flatMap(({ dimension, value }) =>
    typeof value === "number" && metrics.has(dimension) ? [{ metric: dimension, value }] : [],
  );
}
