// All dimensions of an agent under one false-alarm budget: buckets in the order they close, alarms when the weighted mean of all
// statistics crosses the threshold, and then the list of dimensions that moved. Holds the state of one pass through the history.
import { eBenjaminiHochberg } from "../statistics/e-d-bh.ts";
import { alarmOf, type Alarm } from "./alarm.ts";
import type { Feedback } from "./analysis.ts";
import { type Bucket, type Buckets, dayMs, hourMs, type Lane, minuteMs } from "./buckets.ts";
import { type Column, columnsOf } from "./column.ts";
import type { Onset } from "./detection.ts";
import { feedbackWeights } from "./feedback-weight.ts";
import { importanceOf } from "./importance.ts";
import { shadowOf } from "./missing.ts";
import { fewestDays, fewestRuns, quarantineMs } from "./needs.ts";
import { recovers } from "./recovery.ts";
import { onsetAt } from "./report.ts";
import { runWeights } from "./run-weights.ts";
import { isNews, type Standing, standingOf } from "./standing.ts";
import { lowerBound, type Timeline } from "./timeline.ts";
import { judgeDue, type LaneData, quieten, refit, startsOf, type Watch } from "./watch.ts";

/** Share of the budget and width of each lane's buckets; traffic has the remaining tenth. */
const lanes: Record<Lane, { share: number; widthMs: number }> = {
  fast: { share: 0.25, widthMs: 10 * minuteMs },
  slow: { share: 0.45, widthMs: hourMs },
  daily: { share: 0.2, widthMs: dayMs },
};
const laneNames = ["fast", "slow", "daily"] as const;
/** For so long after an alarm further dimensions join the list on the alarm's evidence. */
const joiningMs = 4 * dayMs;
/** More cells than any baseline has. */
const mostCells = 64;

export interface Raised {
  alarm: Alarm;
  recoveredAtMs: number | null;
}

export class Watcher {
  readonly watches: Watch[];
  private readonly timeline: Timeline;
  private readonly budgetDays: number;
  private readonly feedback: Feedback;
  private readonly weightOf: ReturnType<typeof feedbackWeights>;
  private readonly lanes: Record<Lane, LaneData>;
  /** Drifts of a dimension that stand, oldest first. */
  private readonly standing = new Map<Watch, Standing[]>();
  private readonly over: Raised[] = [];
  private readonly scratch = new Float64Array(mostCells);

  constructor(timeline: Timeline, buckets: Buckets, budgetDays: number, feedback: Feedback) {
    this.timeline = timeline;
    this.budgetDays = budgetDays;
    this.feedback = feedback;
    this.weightOf = feedbackWeights(feedback);
    const lane = (list: Bucket[]): LaneData => ({ buckets: list, weights: runWeights(timeline, list) });
    this.lanes = { fast: lane(buckets.fast), slow: lane(buckets.slow), daily: lane(buckets.daily) };
    const columns = columnsOf(timeline);
    this.watches = columns.map((column) => this.watchOf(column, false, 0));
    for (const column of columns) {
      const shadow = shadowOf(column, timeline);
      if (shadow !== null) this.watches.push(this.watchOf(shadow.column, true, shadow.patienceMs));
    }
  }

  /** What counts a run, hour by hour; null when each counts once. */
  get weights(): Float64Array | null {
    return this.lanes.slow.weights;
  }

  /** The standing drift of a watch that was raised last. */
  standingOf(watch: Watch): Alarm | null {
    return this.standing.get(watch)?.at(-1)?.alarm ?? null;
  }

  /** Goes through the whole history once; gives all drifts, those that stand with `recoveredAtMs` null. */
  run(): Raised[] {
    const order = laneNames.flatMap((lane, rank) => this.lanes[lane].buckets.map((bucket, index) => ({ lane, rank, index, bucket })));
    order.sort((a, b) => a.bucket.toMs - b.bucket.toMs || a.rank - b.rank);
    const resets = [...this.feedback.resets].sort((a, b) => a.atMs - b.atMs);
    let day = -Infinity;
    for (const { lane, index, bucket } of order) {
      while (resets[0] !== undefined && resets[0].atMs <= bucket.fromMs) this.reset(resets.shift());
      const today = Math.floor(bucket.fromMs / dayMs);
      if (today > day) this.refitAll(today * dayMs);
      day = Math.max(day, today);
      for (const watch of this.watches) judgeDue(watch, lane, index, this.lanes[lane], this.scratch);
      if (lane === "slow") this.recover(bucket, index);
      this.alarm(lane, bucket);
    }
    const standing = [...this.standing.values()].flat().map(({ alarm }): Raised => ({ alarm, recoveredAtMs: null }));
    return [...this.over, ...standing];
  }

  private watchOf(column: Column, isShadow: boolean, patienceMs: number): Watch {
    const starts = {
      fast: startsOf(column.runs, this.lanes.fast.buckets),
      slow: startsOf(column.runs, this.lanes.slow.buckets),
      daily: startsOf(column.runs, this.lanes.daily.buckets),
    };
    return {
      history: { column, buckets: this.lanes.slow.buckets, starts: starts.slow, weights: this.lanes.slow.weights },
      isShadow,
      patienceMs,
      judged: { fast: 0, slow: 0, daily: 0 },
      starts,
      lanes: { fast: new Map(), slow: new Map(), daily: new Map() },
      level: { fast: 0, slow: 0, daily: 0 },
      baseline: null,
      importance: 1,
      sinceMs: -Infinity,
      excluded: [],
      suspiciousSinceMs: null,
    };
  }

  private refitAll(nowMs: number): void {
    const old = lowerBound(this.timeline.atMs, nowMs - quarantineMs);
    for (const watch of this.watches) {
      const first = lowerBound(this.timeline.atMs, watch.sinceMs);
      const startMs = this.timeline.atMs[first] ?? Infinity;
      if (old - first < fewestRuns || nowMs - startMs < fewestDays * dayMs + quarantineMs) continue;
      refit(watch, nowMs);
      watch.importance = importanceOf(watch.history.column.dimension, (watch.baseline?.observations ?? 0) / (old - first), watch.isShadow);
    }
  }

  /** Closes drifts that came back, with those raised on top of them; their time never counts as normal. */
  private recover(bucket: Bucket, index: number): void {
    for (const [watch, list] of this.standing) {
      const at = list.findIndex(({ alarm, recovery }) =>
        recovers(recovery, alarm, bucket, watch.starts.slow[index] ?? 0, watch.starts.slow[index + 1] ?? 0, this.weights, this.scratch),
      );
      const back = list[at];
      if (back === undefined) continue;
      const recoveredAtMs = back.recovery.sinceMs;
      for (const { alarm } of list.splice(at)) this.over.push({ alarm, recoveredAtMs });
      if (list.length === 0) this.standing.delete(watch);
      watch.sinceMs = back.sinceMs;
      watch.baseline = back.alarm.baseline;
      watch.excluded.push({ fromMs: back.onset.fromMs, toMs: recoveredAtMs });
      quieten(watch);
    }
  }

  private alarm(lane: Lane, bucket: Bucket): void {
    const { share, widthMs } = lanes[lane];
    const threshold = (this.budgetDays * dayMs) / widthMs / share;
    let total = 0;
    let mean = 0;
    let riding = false;
    const candidates: Watch[] = [];
    for (const watch of this.watches) {
      const recent = this.isRecent(watch, bucket.toMs);
      riding ||= recent;
      if (watch.baseline === null && !recent) continue;
      candidates.push(watch);
      total += watch.importance;
      mean += watch.importance * this.evidence(watch, lane, bucket);
    }
    if (mean < threshold * total && !riding) return;
    const values = candidates.map((watch) => (candidates.length * watch.importance * this.evidence(watch, lane, bucket)) / total);
    // dimensions that alarmed lately count as found, so that the others of the same change need no full alarm of their own
    const found = candidates.map((watch) => this.isRecent(watch, bucket.toMs));
    const listed = eBenjaminiHochberg(
      values.map((value, i) => (found[i] === true ? Infinity : value)),
      1 / threshold,
    ).filter((i) => found[i] !== true);
    const top = values.reduce((best, value, i) => (value > (values[best] ?? 0) ? i : best), 0);
    if (mean >= threshold * total && !listed.includes(top)) listed.unshift(top);
    for (const i of listed) {
      const watch = candidates[i];
      const alarm = watch === undefined ? null : alarmOf(watch, lane, this.lanes[lane].buckets, bucket.toMs, values[i] ?? 0, threshold);
      if (alarm !== null) this.raise(alarm);
    }
  }

  /** A dimension whose drifts people dismissed counts less; the total of the weights stays, so nothing else counts more. */
  private evidence(watch: Watch, lane: Lane, { toMs }: Bucket): number {
    return watch.level[lane] * this.weightOf(watch.history.column.dimension, toMs);
  }

  private isRecent(watch: Watch, nowMs: number): boolean {
    const last = this.standing.get(watch)?.at(-1);
    return last !== undefined && nowMs - last.alarm.detectedAtMs <= joiningMs;
  }

  /** Makes an alarm a standing drift, unless a person dismissed it or it says nothing beyond the one that stands. */
  private raise(alarm: Alarm): void {
    const { watch } = alarm;
    const onset = onsetAt(alarm, this.timeline, alarm.detectedAtMs);
    const list = this.standing.get(watch) ?? [];
    const last = list.at(-1);
    quieten(watch);
    if (this.isDismissed(watch.history.column.dimension, onset)) {
      // a person says that this is how the agent is: learnt anew from there, or the same shift would be told again and again
      watch.sinceMs = onset.atMs;
      watch.baseline = null;
      return;
    }
    if (last !== undefined && !isNews(last, alarm, onset, this.timeline, this.weights)) return;
    this.standing.set(watch, [...list, standingOf(alarm, onset, this.timeline, this.weights)]);
    // from now on the dimension is measured against its new self, once that is known well enough
    watch.sinceMs = onset.atMs;
    watch.baseline = null;
  }

  /** The onset is known less well at the alarm than when a person judged it: intervals that meet are the same. */
  private isDismissed(dimension: string, { fromMs, toMs }: Onset): boolean {
    return this.feedback.dismissals.some(
      (dismissal) => dismissal.dimension === dimension && fromMs <= dismissal.toMs && toMs >= dismissal.fromMs,
    );
  }

  private reset(reset: Feedback["resets"][number] | undefined): void {
    if (reset === undefined) return;
    for (const watch of this.watches) {
      if (reset.dimension !== null && reset.dimension !== watch.history.column.dimension) continue;
      for (const { alarm } of this.standing.get(watch) ?? []) this.over.push({ alarm, recoveredAtMs: reset.atMs });
      this.standing.delete(watch);
      watch.sinceMs = reset.atMs;
      watch.baseline = null;
      quieten(watch);
    }
  }
}
