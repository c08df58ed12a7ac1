// How the false-alarm budget is split over dimensions: what people are paged for counts more, and a tool that few runs use gets the
// share its traffic can repay. Weights only move delay between dimensions; the total budget is the same for any of them.

/** Dimensions that are the outcome itself. */
const outcomes = new Set(["outcome.success", "outcome.error", "cost.usd"]);

/** Weight of a field's absence beside its value. */
const absence = 0.5;

/** Relative weight of a dimension, or of its absence (`isShadow`); `presence` is the share of baseline runs that show it. */
export function importanceOf(dimension: string, presence: number, isShadow: boolean): number {
  if (isShadow) return absence;
  if (outcomes.has(dimension)) return 3;
  if (!dimension.startsWith("tool.") && !dimension.startsWith("latency.tool.")) return 1;
  const family = dimension.includes(".arg.") ? 0.25 : 0.5;
  return family * Math.max(0.1, presence);
}
