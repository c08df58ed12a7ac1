// What a backfill is going to do, in words and numbers, before it does anything: which runs it reads, how much that is, what it costs,
// and how far its answer reaches.
import { targetFields, type BackfillPlan, type BackfillTarget } from "./backfill.ts";

export interface PlanTold {
  text: string;
  from: string;
  to: string;
  sample: number | null;
  runs_in_range: number;
  runs: number;
  /** Share of the runs in range that are read; null where there are none. */
  coverage: number | null;
}

export function tellPlan(agent: string, target: BackfillTarget, plan: BackfillPlan): PlanTold {
  const { fromMs, toMs, sample, inRange, runs } = plan;
  return {
    text: [whichRuns(agent, plan), whatIsDone(target), whatItCosts(plan)].join(" "),
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    sample,
    runs_in_range: inRange,
    runs,
    coverage: inRange === 0 ? null : Math.min(1, runs / inRange),
  };
}

function whichRuns(agent: string, { fromMs, toMs, below, inRange, runs, bytes }: BackfillPlan): string {
  const when = `from ${day(fromMs)} to ${day(toMs)}`;
  if (inRange === 0) return `${agent} has no run ${when}.`;
  const size = `about ${megabytes(bytes)} of the archive`;
  if (below === null) return `Reads all ${count(inRange)} of ${agent} ${when}, ${size}.`;
  const share = ((100 * runs) / inRange).toPrecision(3);
  return (
    `Reads ${runs.toLocaleString("en-US")} of ${count(inRange)} of ${agent} ${when} (${share} %), ${size}: those with the lowest hash of ` +
    `their id, which spreads them evenly over the time and picks the same runs again. Rates are estimates from them; what only the others show is not seen.`
  );
}

function whatIsDone({ kind, ref, version }: BackfillTarget): string {
  switch (kind) {
    case "signal":
    case "detector":
      return `Findings of ${targetFields[kind]} ${ref} in its definition ${version} replace those of earlier versions.`;
    case "dimension":
      return `Dimension ${ref} (${version}) is measured on each; those of the last 42 days enter its baseline.`;
  }
}

function whatItCosts({ costUsd }: BackfillPlan): string {
  return costUsd === 0 ? "No model is asked, so it costs nothing there." : `Models cost about ${costUsd.toFixed(2)} USD.`;
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ") + "Z";
const count = (runs: number): string => `${runs.toLocaleString("en-US")} run${runs === 1 ? "" : "s"}`;
const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(bytes < 1_048_576 ? 2 : 0)} MiB`;
