// What is known of an agent's traffic now: runs a day as expected and as seen in the last day.
import { quantileInterval } from "../statistics/order-statistic-interval.ts";
import { dayMs } from "./buckets.ts";
import type { DimensionState } from "./drift.ts";
import { lowerBound, type Timeline } from "./timeline.ts";
import type { VolumeResult } from "./volume.ts";
import type { HourlyRuns } from "./volume-profile.ts";

/** Hours of history that a profile needs, with the two days of quarantine, in days. */
const daysNeeded = 5;

export function volumeState(
  { profile, open, detections }: VolumeResult,
  hours: HourlyRuns,
  timeline: Timeline,
  untilMs: number,
): DimensionState {
  const { atMs, runs } = timeline;
  const from = lowerBound(atMs, untilMs - dayMs);
  const today = runs.slice(from).reduce((sum, run) => sum + run.weight, 0);
  const down = open && detections[detections.length - 1]?.direction === "down";
  const status = open ? (down && today === 0 ? "silent" : "drifting") : profile === null ? "learning" : "stable";
  const known = (untilMs - (atMs[0] ?? untilMs)) / dayMs;
  const range = profile === null ? null : dayRange(hours);
  return {
    name: "volume.runs",
    kind: "count",
    unit: "runs",
    status,
    baseline: {
      n: profile?.historyHours ?? 0,
      value: profile?.perDay ?? null,
      low: range?.low ?? null,
      high: range?.high ?? null,
      per: "day",
    },
    current: { n: runs.length - from, value: atMs.length === 0 ? null : today, low: null, high: null, per: "day" },
    needs: status === "learning" ? { runs: Math.max(0, 50 - runs.length), days: Math.max(0, Math.ceil(daysNeeded - known)) } : null,
  };
}

/** The tenth and the ninetieth day of the kept days, by their runs. */
function dayRange({ fromMs, counts }: HourlyRuns): { low: number; high: number } | null {
  const totals: number[] = [];
  const offset = Math.round((Math.ceil(fromMs / dayMs) * dayMs - fromMs) / (dayMs / 24));
  for (let i = offset; i + 24 <= counts.length; i += 24) totals.push(counts.subarray(i, i + 24).reduce((a, b) => a + b, 0));
  totals.sort((a, b) => a - b);
  const low = quantileInterval(totals, 0.1);
  const high = quantileInterval(totals, 0.9);
  return low === null || high === null ? null : { low: low.value, high: high.value };
}
