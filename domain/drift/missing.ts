// Fields that go missing: a dimension that runs used to carry and no longer do (or carry less often). Each such dimension gets a shadow,
// the share of runs without it, which is watched like any proportion.
import type { Column } from "./column.ts";
import { dayMs } from "./buckets.ts";
import { fewestRuns } from "./needs.ts";
import type { Timeline } from "./timeline.ts";

/** Dimensions whose absence is news. A tool's or step's absence is not: the mix of tools and the counts say that already. */
const telling = /^(?:outcome\.|score\.|latency\.(?:run|llm)_ms$|tokens\.|cost\.usd$|output\.shape$|cohort\.(?!intent$))/;
/** Labels come late: absence of a score counts only after this long. */
const labelPatienceMs = 3 * dayMs;

/** Share of runs that must have shown a dimension for its absence to be watched: below, it is one kind of run among others. */
const leastPresence = 0.5;

export interface Shadow {
  column: Column;
  /** How much later than its bucket an absence is judged. */
  patienceMs: number;
}

/** The shadow of a column: 1 for a run without the dimension; null where absence says nothing or most runs lack it from the start. */
export function shadowOf(column: Column, timeline: Timeline): Shadow | null {
  const { dimension } = column;
  if (!telling.test(dimension)) return null;
  const isOutcome = dimension.startsWith("outcome.") || dimension.startsWith("score.");
  // an unfinished run has no outcome to miss
  const eligible = timeline.runs.flatMap((run, index) => (isOutcome && run.status !== "ok" && run.status !== "error" ? [] : [index]));
  const shown = new Set(column.runs);
  const early = eligible.slice(0, fewestRuns);
  if (early.filter((index) => shown.has(index)).length < leastPresence * early.length) return null;
  const absent = Float64Array.from(eligible, (index) => (shown.has(index) ? 0 : 1));
  return {
    column: {
      dimension,
      kind: "proportion",
      runs: Int32Array.from(eligible),
      values: absent,
      trials: new Float64Array(eligible.length).fill(1),
      categories: [],
      codes: new Int32Array(0),
      codeStart: new Int32Array(1),
    },
    patienceMs: dimension === "outcome.success" || dimension.startsWith("score.") ? labelPatienceMs : 0,
  };
}
