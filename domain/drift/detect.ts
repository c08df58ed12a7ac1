// Finds when an agent's behaviour moves. All dimensions share one false-alarm budget: at most one false alarm a budget period on
// average, whatever their number and dependence. A pure function of the runs up to `untilMs`; a detection at a bucket knows nothing
// later than that bucket, so an imported month and a lived one end in the same drifts.
import { eBenjaminiHochberg } from "../statistics/e-d-bh.ts";
import { type Alarm, alarmOf } from "./alarm.ts";
import type { Feedback } from "./analysis.ts";
import { type Bucket, type Buckets, bucketsOf, dayMs, hourMs, type Lane, minuteMs } from "./buckets.ts";
import { columnsOf } from "./column.ts";
import type { Detection } from "./detection.ts";
import type { DimensionState } from "./drift.ts";
import type { RunFacts } from "./facts.ts";
import { importanceOf } from "./importance.ts";
import { type Recovery, recovers } from "./recovery.ts";
import { detectionOf, onsetAt } from "./report.ts";
import { runWeights } from "./run-weights.ts";
import { stateOf } from "./state.ts";
import { timelineOf, type Timeline } from "./timeline.ts";
import { judge, type LaneData, quarantineMs, quieten, refit, startsOf, type Watch } from "./watch.ts";
import { countsOf } from "./effect.ts";
import { lowerBound } from "./timeline.ts";

export interface DetectOptions {
  agent: string;
  /** Event time up to which the agent is judged. */
  untilMs: number;
  /** Close the buckets that would still wait for late runs. */
  closeAll: boolean;
  /** One false alarm in so many days on average. */
  falseAlarmBudgetDays: number;
  feedback: Feedback;
}

export interface DetectionResult {
  detections: Detection[];
  dimensions: DimensionState[];
  /** Event time up to which buckets are closed; -Infinity before the first. */
  closedUntilMs: number;
}

/** Share of the budget and width of each lane's buckets. */
const lanes: Record<Lane, { share: number; widthMs: number }> = {
  fast: { share: 0.3, widthMs: 10 * minuteMs },
  slow: { share: 0.5, widthMs: hourMs },
  daily: { share: 0.2, widthMs: dayMs },
};
const laneNames = ["fast", "slow", "daily"] as const;
/** History before anything is judged. */
const fewestRuns = 200;
const fewestDays = 3;
/** For so long after an alarm further dimensions join the list on the alarm's evidence. */
const joiningMs = 4 * dayMs;

interface Open {
  alarm: Alarm;
  recovery: Recovery;
  onsetMs: number;
}

export function detect(facts: readonly RunFacts[], options: DetectOptions): DetectionResult {
  const timeline = timelineOf(facts, options.untilMs);
  const buckets = bucketsOf(timeline, options.untilMs, options.closeAll);
  const watcher = new Watcher(timeline, buckets, options);
  watcher.run();
  return watcher.result();
}

class Watcher {
  private readonly timeline: Timeline;
  private readonly options: DetectOptions;
  private readonly lanes: Record<Lane, LaneData>;
  private readonly watches: Watch[];
  private readonly open = new Map<Watch, Open>();
  private readonly closed: { alarm: Alarm; recoveredAtMs: number }[] = [];
  private readonly scratch = new Float64Array(64);

  constructor(timeline: Timeline, buckets: Buckets, options: DetectOptions) {
    this.timeline = timeline;
    this.options = options;
    const lane = (list: Bucket[]): LaneData => ({ buckets: list, weights: runWeights(timeline, list) });
    this.lanes = { fast: lane(buckets.fast), slow: lane(buckets.slow), daily: lane(buckets.daily) };
    this.watches = columnsOf(timeline).map((column) => {
      const starts = { fast: startsOf(column.runs, buckets.fast), slow: startsOf(column.runs, buckets.slow), daily: startsOf(column.runs, buckets.daily) };
      const watch: Watch = {
        history: { column, buckets: buckets.slow, starts: starts.slow, weights: this.lanes.slow.weights },
        starts,
        lanes: { fast: new Map(), slow: new Map(), daily: new Map() },
        level: { fast: 0, slow: 0, daily: 0 },
        baseline: null,
        importance: 1,
        sinceMs: -Infinity,
        excluded: [],
        suspiciousSinceMs: null,
      };
      return watch;
    });
  }

  run(): void {
    const order = laneNames.flatMap((lane, rank) => this.lanes[lane].buckets.map((bucket, index) => ({ lane, rank, index, bucket })));
    order.sort((a, b) => a.bucket.toMs - b.bucket.toMs || a.rank - b.rank);
    const resets = [...this.options.feedback.resets].sort((a, b) => a.atMs - b.atMs);
    let day = -Infinity;
    for (const { lane, index, bucket } of order) {
      while (resets[0] !== undefined && resets[0].atMs <= bucket.fromMs) this.reset(resets.shift());
      const today = Math.floor(bucket.fromMs / dayMs);
      if (today > day) {
        day = today;
        this.refitAll(today * dayMs);
      }
      for (const watch of this.watches) if (!this.open.has(watch)) judge(watch, lane, index, this.lanes[lane], this.scratch);
      if (lane === "slow") this.recover(bucket, index);
      this.alarm(lane, bucket);
    }
  }

  result(): DetectionResult {
    const { untilMs } = this.options;
    const { weights } = this.lanes.slow;
    const detections = [
      ...this.closed.map(({ alarm, recoveredAtMs }) => detectionOf(alarm, this.timeline, weights, untilMs, recoveredAtMs)),
      ...[...this.open.values()].map(({ alarm }) => detectionOf(alarm, this.timeline, weights, untilMs, null)),
    ].sort((a, b) => a.detectedAtMs - b.detectedAtMs || (a.dimension < b.dimension ? -1 : 1));
    const last = Math.max(...laneNames.map((lane) => this.lanes[lane].buckets.at(-1)?.toMs ?? -Infinity));
    return { detections, dimensions: this.watches.map((watch) => stateOf(watch, this.timeline, this.open.get(watch)?.alarm ?? null, untilMs)), closedUntilMs: last };
  }

  private refitAll(nowMs: number): void {
    const old = lowerBound(this.timeline.atMs, nowMs - quarantineMs);
    for (const watch of this.watches) {
      if (this.open.has(watch)) continue;
      const first = lowerBound(this.timeline.atMs, watch.sinceMs);
      const startMs = this.timeline.atMs[first] ?? Infinity;
      if (old - first < fewestRuns || nowMs - startMs < fewestDays * dayMs) continue;
      refit(watch, nowMs);
      watch.importance = importanceOf(watch.history.column.dimension, (watch.baseline?.observations ?? 0) / (old - first));
    }
  }

  /** Closes drifts that came back; their time never counts as normal. */
  private recover(bucket: Bucket, index: number): void {
    for (const [watch, { alarm, recovery, onsetMs }] of this.open) {
      const back = recovers(recovery, alarm, bucket, watch.starts.slow[index] ?? 0, watch.starts.slow[index + 1] ?? 0, this.lanes.slow.weights, this.scratch);
      if (!back) continue;
      this.open.delete(watch);
      this.closed.push({ alarm, recoveredAtMs: recovery.sinceMs });
      watch.excluded.push({ fromMs: onsetMs, toMs: recovery.sinceMs });
      quieten(watch);
    }
  }

  private alarm(lane: Lane, bucket: Bucket): void {
    const { share, widthMs } = lanes[lane];
    const threshold = (this.options.falseAlarmBudgetDays * dayMs) / widthMs / share;
    const active = this.watches.filter((watch) => watch.baseline !== null);
    const total = active.reduce((sum, watch) => sum + watch.importance, 0);
    const values = active.map((watch) => (this.open.has(watch) ? 0 : (active.length * watch.importance * watch.level[lane]) / total));
    const mean = values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
    const recent = active.map((watch) => {
      const open = this.open.get(watch);
      return open !== undefined && bucket.toMs - open.alarm.detectedAtMs <= joiningMs;
    });
    const riding = recent.includes(true);
    if (mean < threshold && !riding) return;
    // dimensions that alarmed lately count as found, so that the others of the same change need no full alarm of their own
    const listed = eBenjaminiHochberg(
      values.map((value, i) => (recent[i] === true ? Infinity : value)),
      1 / threshold,
    ).filter((i) => recent[i] !== true);
    const top = values.reduce((best, value, i) => (value > (values[best] ?? 0) ? i : best), 0);
    if (mean >= threshold && !listed.includes(top)) listed.unshift(top);
    for (const i of listed) {
      const watch = active[i];
      const alarm = watch === undefined ? null : alarmOf(watch, lane, this.lanes[lane].buckets, bucket.toMs, values[i] ?? 0, threshold);
      if (watch !== undefined && alarm !== null) this.raise(watch, alarm);
    }
  }

  private raise(watch: Watch, alarm: Alarm): void {
    const { column } = watch.history;
    const onset = onsetAt(alarm, this.timeline, alarm.detectedAtMs);
    const range: [number, number] = [
      lowerBound(column.runs, lowerBound(this.timeline.atMs, onset.atMs)),
      lowerBound(column.runs, lowerBound(this.timeline.atMs, alarm.detectedAtMs)),
    ];
    const [hits, n] = countsOf(column, alarm.baseline, [range], this.lanes.slow.weights);
    const driftedMean = ((hits[alarm.cells[0]?.cell ?? 0] ?? 0) + 0.5) / (n + 1);
    this.open.set(watch, { alarm, recovery: { driftedMean, statistic: 1, sinceMs: alarm.detectedAtMs }, onsetMs: onset.fromMs });
    quieten(watch);
  }

  private reset(reset: { dimension: string | null; atMs: number } | undefined): void {
    if (reset === undefined) return;
    for (const watch of this.watches) {
      if (reset.dimension !== null && reset.dimension !== watch.history.column.dimension) continue;
      const open = this.open.get(watch);
      if (open !== undefined) this.closed.push({ alarm: open.alarm, recoveredAtMs: reset.atMs });
      this.open.delete(watch);
      watch.sinceMs = reset.atMs;
      watch.baseline = null;
      quieten(watch);
    }
  }
}
