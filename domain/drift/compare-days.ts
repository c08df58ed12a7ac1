// One value a day, each judged against the days before it: is it a day like the others? A day that alarmed teaches nothing, so a spike
// hides neither itself nor the next one; a day without a value is zero or unknown, as the caller knows. Also where the level changed.
import { trendChanges } from "../statistics/trend-segments.ts";
import { DayBaseline } from "./day-baseline.ts";

const dayMs = 86_400_000;
/** Two-sided probability of 1 in 1,000 a day: one false alarm in about three years of a steady series. */
export const dayThreshold = Math.log(1_000);
/** Longer series are not cut into stretches: the work grows with the square of their length. */
export const mostForChanges = 2_000;

export interface Day {
  /** "2026-11-03". */
  at: string;
  value: number | null;
}

export interface JudgedPoint {
  at: string;
  value: number | null;
  verdict: "drift" | "no_drift" | "insufficient_data";
  alarm: boolean;
  /** Surprise in nats; null where nothing could be said. */
  evidence: { method: string; value: number | null; threshold: number };
}

/**
 * Every day from the first to the last (of the series or to be judged), in order. `days` in any order, each at most once.
 * Days without a value get 0 with `missing` "zero", else no verdict.
 */
export function judgeDays(days: readonly Day[], missing: "zero" | "unknown", alsoJudged: readonly string[] = []): JudgedPoint[] {
  const baseline = new DayBaseline();
  return filled(days, missing, alsoJudged).map(({ at, value }) => {
    const found = value === null ? null : baseline.judge(Date.parse(at), value);
    const alarm = found !== null && found.nats >= dayThreshold;
    if (value !== null) baseline.take(Date.parse(at), value, alarm ? (found.isHigh ? "high" : "low") : null);
    return {
      at,
      value,
      verdict: found === null ? "insufficient_data" : alarm ? "drift" : "no_drift",
      alarm,
      evidence: { method: found?.method ?? "none", value: found?.nats ?? null, threshold: dayThreshold },
    };
  });
}

/** Where the level or trend of the series changed, looking back over all of it: the first `at` of each new stretch. null when too long. */
export function changesIn(points: readonly Day[]): string[] | null {
  if (points.length > mostForChanges) return null;
  const known = points.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]));
  return trendChanges(known.map(({ value }) => value)).flatMap((i) => known[i]?.at ?? []);
}

function filled(days: readonly Day[], missing: "zero" | "unknown", alsoJudged: readonly string[]): Day[] {
  const values = new Map(days.map(({ at, value }) => [at, value]));
  const times = [...values.keys(), ...alsoJudged].map((at) => Date.parse(at));
  if (times.length === 0) return [];
  const firstMs = times.reduce((a, b) => Math.min(a, b));
  const lastMs = times.reduce((a, b) => Math.max(a, b));
  return Array.from({ length: (lastMs - firstMs) / dayMs + 1 }, (_, i) => {
    const at = new Date(firstMs + i * dayMs).toISOString().slice(0, 10);
    return { at, value: values.get(at) ?? (missing === "zero" ? 0 : null) };
  });
}
