// Traffic itself: did an agent go silent, dwindle or surge? Judged hour by hour in event time against its own daily rhythm, with a
// Shiryaev-Roberts detector like every other dimension; never by the wall clock, so the end of an import is no silence.
import { credibleSet, normaliseLogs } from "../statistics/change-point.ts";
import { gammaPoissonLogRatio } from "../statistics/rate-ratio.ts";
import { dayMs, hourMs } from "./buckets.ts";
import type { Detection, Onset } from "./detection.ts";
import { expectedAt, type HourlyRuns, type VolumeProfile, volumeProfile } from "./volume-profile.ts";
import { volumeEffect } from "./volume-effect.ts";
import { quarantineMs } from "./needs.ts";

/** Share of the false-alarm budget that traffic has. */
export const volumeShare = 0.1;
/** Half-width of the band in log: traffic may be a third up or down before anyone is told; wider where days wander. */
const smallestEffect = 0.35;
const wandersInBand = 2;
/** Alternatives beyond the band, as factors of its edge: fewer runs down to practically none, and more. */
const alternatives = [0.5, 0.1, 0.01, 1.5, 2.5, 5] as const;
const downward = 3;
/** As in the detector of cells: e^3 an hour at most. */
const largestLogRatio = 3;
const largestStatistic = 1e250;
/** Factors tried for the traffic after a change. */
const laterFactors = Array.from({ length: 33 }, (_, i) => Math.exp(-5.6 + i * 0.25));
const lookBackMs = 72 * hourMs;
const hindsightMs = 4 * dayMs;
/** e-value at which the return of traffic is believed. */
const recoveryThreshold = 20;

export interface VolumeOptions {
  falseAlarmBudgetDays: number;
  /** Event times from which the baseline starts anew. */
  resets: readonly number[];
  /** What the evidence counts at a time, 0–1 (feedback-weight.ts); 1 when absent. */
  weightAt?: (atMs: number) => number;
}

export interface VolumeResult {
  detections: Detection[];
  profile: VolumeProfile | null;
  open: boolean;
}

interface Away {
  detectedAtMs: number;
  startMs: number;
  profile: VolumeProfile;
  value: number;
  down: boolean;
  /** Factor of the expected traffic from the start of the evidence to the alarm. */
  factor: number;
  back: number;
  backSinceMs: number;
}

export function detectVolume(runs: HourlyRuns, options: VolumeOptions): VolumeResult {
  const threshold = (options.falseAlarmBudgetDays * 24) / volumeShare;
  const resets = [...options.resets].sort((a, b) => a - b);
  const excluded: { fromMs: number; toMs: number }[] = [];
  const detections: Detection[] = [];
  let sinceMs = -Infinity;
  let profile: VolumeProfile | null = null;
  let statistics = fresh();
  let away: Away | null = null;
  const settle = (until: number | null): void => {
    if (away === null) return;
    const detection = detectionOf(away, runs, until, threshold);
    detections.push(detection);
    if (until !== null) excluded.push({ fromMs: detection.onset.fromMs, toMs: until });
    away = null;
    statistics = fresh();
  };
  for (let i = 0; i < runs.counts.length; i++) {
    const atMs = runs.fromMs + i * hourMs;
    while (resets[0] !== undefined && resets[0] <= atMs) {
      sinceMs = resets.shift() ?? sinceMs;
      settle(sinceMs);
      profile = null;
    }
    if (away === null && (profile === null || atMs % dayMs === 0)) {
      const from = sinceMs;
      profile = volumeProfile(
        runs,
        (at) => at >= from && at + hourMs <= atMs - quarantineMs && !excluded.some(({ fromMs, toMs }) => at + hourMs > fromMs && at < toMs),
      );
    }
    const judgedBy: VolumeProfile | null = away === null ? profile : away.profile;
    const expected = judgedBy === null ? null : expectedAt(judgedBy.hours, atMs);
    if (judgedBy === null || expected === null) continue;
    const count = runs.counts[i] ?? 0;
    if (away !== null) {
      if (comesBack(away, count, expected, atMs)) settle(away.backSinceMs);
      continue;
    }
    step(statistics, count, expected, judgedBy, atMs);
    const mean = ((options.weightAt?.(atMs) ?? 1) * statistics.roberts.reduce((a, b) => a + b, 0)) / alternatives.length;
    if (mean < threshold) continue;
    away = leave(statistics, runs, judgedBy, atMs + hourMs, mean);
  }
  const open = away !== null;
  settle(null);
  return { detections, profile, open };
}

interface Statistics {
  roberts: number[];
  cusum: number[];
  starts: number[];
}

function fresh(): Statistics {
  return { roberts: alternatives.map(() => 0), cusum: alternatives.map(() => 0), starts: alternatives.map(() => 0) };
}

function step(statistics: Statistics, count: number, expected: number, { shape, dayWander }: VolumeProfile, atMs: number): void {
  const band = smallestEffect + wandersInBand * dayWander;
  alternatives.forEach((factor, j) => {
    const edge = expected * Math.exp(j < downward ? -band : band);
    const ratio = Math.exp(Math.min(largestLogRatio, gammaPoissonLogRatio(count, edge * factor, edge, shape)));
    const before = statistics.cusum[j] ?? 0;
    if (before <= 1) statistics.starts[j] = atMs;
    statistics.cusum[j] = Math.min(largestStatistic, ratio * Math.max(1, before));
    statistics.roberts[j] = Math.min(largestStatistic, ratio * ((statistics.roberts[j] ?? 0) + 1));
  });
}

function leave(statistics: Statistics, runs: HourlyRuns, profile: VolumeProfile, detectedAtMs: number, value: number): Away {
  const best = statistics.cusum.reduce((top, value, j) => (value > (statistics.cusum[top] ?? 0) ? j : top), 0);
  const startMs = statistics.starts[best] ?? detectedAtMs;
  let count = 0;
  let expected = 0;
  for (let at = startMs; at < detectedAtMs; at += hourMs) {
    count += runs.counts[(at - runs.fromMs) / hourMs] ?? 0;
    expected += expectedAt(profile.hours, at) ?? 0;
  }
  return {
    detectedAtMs,
    startMs,
    profile,
    value,
    down: best < downward,
    factor: (count + 0.1) / (expected + 0.1),
    back: 1,
    backSinceMs: detectedAtMs,
  };
}

/** The mirrored detector: half the shift against none. Not within a day of the alarm. */
function comesBack(away: Away, count: number, expected: number, atMs: number): boolean {
  const half = expected * Math.sqrt(away.factor);
  const ratio = Math.exp(Math.min(largestLogRatio, gammaPoissonLogRatio(count, expected, half, away.profile.shape)));
  if (away.back * ratio < 1) away.backSinceMs = atMs + hourMs;
  away.back = ratio * Math.max(1, away.back);
  return away.back >= recoveryThreshold && atMs + hourMs >= away.detectedAtMs + dayMs;
}

function detectionOf(away: Away, runs: HourlyRuns, recoveredAtMs: number | null, threshold: number): Detection {
  const endMs = Math.min(away.detectedAtMs + hindsightMs, recoveredAtMs ?? Infinity);
  const onset = onsetOf(away, runs, endMs);
  return {
    dimension: "volume.runs",
    kind: "count",
    direction: away.down ? "down" : "up",
    lane: "volume",
    detectedAtMs: away.detectedAtMs,
    onset,
    cells: [],
    recoveredAtMs,
    ...volumeEffect(away.profile, runs, onset.atMs, Math.max(endMs, onset.atMs + hourMs)),
    evidence: { method: "e_detector", value: away.value, threshold },
  };
}

/** Posterior over the first changed hour: as expected before it, one unknown factor of the expectation from it on. */
function onsetOf(away: Away, runs: HourlyRuns, endMs: number): Onset {
  const first = Math.max(0, Math.floor((away.startMs - lookBackMs - runs.fromMs) / hourMs));
  const end = Math.min(runs.counts.length, Math.ceil((endMs - runs.fromMs) / hourMs));
  const { shape, hours } = away.profile;
  const later: number[] = laterFactors.map(() => 0);
  const logs: number[] = [];
  for (let i = end - 1; i >= first; i--) {
    const expected = expectedAt(hours, runs.fromMs + i * hourMs) ?? 0;
    if (expected > 0)
      laterFactors.forEach(
        (factor, j) => (later[j] = (later[j] ?? 0) + gammaPoissonLogRatio(runs.counts[i] ?? 0, expected * factor, expected, shape)),
      );
    const top = Math.max(...later);
    logs.push(top + Math.log(later.reduce((sum, value) => sum + Math.exp(value - top), 0)));
  }
  logs.reverse();
  const set = credibleSet(normaliseLogs(logs));
  const at = (index: number): number => runs.fromMs + (first + index) * hourMs;
  return { atMs: at(set.best), fromMs: at(set.first), toMs: at(set.last) };
}
