// Traffic before and after a change: runs a day expected and seen, and their ratio with an interval.
import { dayMs, hourMs } from "./buckets.ts";
import type { Detection } from "./detection.ts";
import { expectedAt, type HourlyRuns, type VolumeProfile } from "./volume-profile.ts";

/** 97.5 % point of the normal distribution. */
const z = 1.959963984540054;

/** Ratio of seen to expected runs in [fromMs, toMs); its interval takes the hours' own spread into account. */
export function volumeEffect(
  profile: VolumeProfile,
  runs: HourlyRuns,
  fromMs: number,
  toMs: number,
): Pick<Detection, "baseline" | "current" | "effect"> {
  let count = 0;
  let expected = 0;
  let variance = 0;
  let hours = 0;
  for (let at = fromMs; at < toMs; at += hourMs) {
    const seen = runs.counts[Math.round((at - runs.fromMs) / hourMs)];
    const hour = expectedAt(profile.hours, at);
    if (seen === undefined || hour === null) continue;
    count += seen;
    expected += hour;
    variance += hour + (hour * hour) / profile.shape;
    hours++;
  }
  const perDay = hours > 0 ? (count / hours) * (dayMs / hourMs) : null;
  const value = expected > 0 ? count / expected : 1;
  // on the square-root scale, where the spread of a count does not depend on its size
  const half = expected > 0 ? (z * Math.sqrt(variance / expected)) / 2 / Math.sqrt(expected) : 0;
  const root = Math.sqrt(value);
  return {
    baseline: { n: profile.historyHours, value: profile.perDay, unit: "runs per day" },
    current: { n: hours, value: perDay, unit: "runs per day", expected: hours > 0 ? (expected / hours) * 24 : null },
    effect: { measure: "ratio_of_expected", value, low: Math.max(0, root - half) ** 2, high: (root + half) ** 2 },
  };
}
