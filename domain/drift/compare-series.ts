// One series, in the words of the contract: days are judged as days, times as a stream. Each judged point stands against earlier ones only;
// `changes` look back over the whole series and are no alarms.
import { changesIn, type Day, judgeDays, type JudgedPoint } from "./compare-days.ts";
import { judgeStream, streamThreshold } from "./compare-stream.ts";

export interface ComparedSeries {
  alarm: boolean;
  points: JudgedPoint[];
  /** First `at` of each stretch with a new level or trend; null for a stream, and for a series too long to be cut. */
  changes: string[] | null;
}

/** `judge`: the days to answer for; all when null. */
export function compareDays(days: readonly Day[], missing: "zero" | "unknown", judge: readonly string[] | null): ComparedSeries {
  const all = judgeDays(days, missing, judge ?? []);
  return { ...only(all, judge), changes: changesIn(all) };
}

/** Points in the order of time. `judge`: their `at`s to answer for; all when null. */
export function compareTimes(
  points: readonly { at: string; atMs: number; value: number | null }[],
  judge: readonly string[] | null,
): ComparedSeries {
  const judged = judgeStream(points).map(({ nats, alarm, isSeasonal }, i): JudgedPoint => {
    const { at = "", value = null } = points[i] ?? {};
    return {
      at,
      value,
      verdict: nats === null ? "insufficient_data" : alarm ? "drift" : "no_drift",
      alarm,
      evidence: { method: isSeasonal ? "mean_surprise_of_time_of_day" : "mean_surprise", value: nats, threshold: streamThreshold },
    };
  });
  return { ...only(judged, judge), changes: null };
}

function only(points: readonly JudgedPoint[], judge: readonly string[] | null): { alarm: boolean; points: JudgedPoint[] } {
  const asked = judge === null ? null : new Set(judge);
  const answered = points.filter(({ at }) => asked === null || asked.has(at));
  return { alarm: answered.some(({ alarm }) => alarm), points: answered };
}
