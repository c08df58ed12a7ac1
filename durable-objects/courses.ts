// The courses of dimensions over a window: buckets with their baseline band, which leaves out the times that were drifting.
import type { Drift } from "../domain/drift/drift.ts";
import type { RunFacts } from "../domain/drift/facts.ts";
import { series } from "../domain/drift/series.ts";
import type { DimensionSeries, SeriesWindow } from "./behaviour-records.ts";

/** Of each of `names`; those that no run shows are left out. */
export function coursesOf(
  facts: readonly RunFacts[],
  drifts: readonly Drift[],
  names: readonly string[],
  window: SeriesWindow,
): DimensionSeries[] {
  return names.flatMap((dimension) => {
    const excluded = drifts
      .filter((drift) => drift.dimension === dimension && drift.status !== "dismissed")
      .map((drift) => ({ fromMs: Date.parse(drift.onset_at), toMs: window.toMs }));
    const buckets = series(facts, dimension, { ...window, excluded });
    return buckets === null ? [] : [{ dimension, buckets }];
  });
}
