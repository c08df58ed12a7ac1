// Finds when an agent's behaviour moves. All dimensions share one false-alarm budget: at most one false alarm a budget period on
// average, whatever their number and dependence. A pure function of the runs up to `untilMs`; an alarm at a bucket knows nothing later
// than that bucket, so an imported month and a lived one end in the same drifts.
import type { Feedback } from "./analysis.ts";
import { bucketsOf, closedBefore } from "./buckets.ts";
import type { Detection } from "./detection.ts";
import type { DimensionState } from "./drift.ts";
import type { RunFacts } from "./facts.ts";
import { feedbackWeights } from "./feedback-weight.ts";
import { detectionOf } from "./report.ts";
import { stateOf } from "./state.ts";
import { timelineOf } from "./timeline.ts";
import { detectVolume } from "./volume.ts";
import { hourlyRuns } from "./volume-profile.ts";
import { volumeState } from "./volume-state.ts";
import { Watcher } from "./watcher.ts";

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
  /** In the order of their alarms. */
  detections: Detection[];
  dimensions: DimensionState[];
  /** Event time up to which buckets are closed; -Infinity before the first. */
  closedUntilMs: number;
}

export function detect(facts: readonly RunFacts[], options: DetectOptions): DetectionResult {
  const { untilMs, closeAll, falseAlarmBudgetDays, feedback } = options;
  const timeline = timelineOf(facts, untilMs);
  const closedMs = closedBefore(untilMs, closeAll);
  const watcher = new Watcher(timeline, bucketsOf(timeline, untilMs, closeAll), falseAlarmBudgetDays, feedback);
  const raised = watcher.run();
  const hours = hourlyRuns(timeline.atMs, timeline.unweighted ? null : timeline.runs.map((run) => run.weight), Math.min(untilMs, closedMs));
  const resets = feedback.resets.filter(({ dimension }) => dimension === null || dimension === "volume.runs").map(({ atMs }) => atMs);
  const weightOf = feedbackWeights(feedback);
  const volume = detectVolume(hours, { falseAlarmBudgetDays, resets, weightAt: (atMs) => weightOf("volume.runs", atMs) });
  const dismissed = feedback.dismissals.filter(({ dimension }) => dimension === "volume.runs");
  const detections = [
    ...raised.map(({ alarm, recoveredAtMs }) => detectionOf(alarm, timeline, watcher.weights, untilMs, recoveredAtMs)),
    ...volume.detections.filter(({ onset }) => !dismissed.some(({ fromMs, toMs }) => onset.fromMs <= toMs && onset.toMs >= fromMs)),
  ];
  const values = watcher.watches.filter((watch) => !watch.isShadow);
  return {
    detections: detections.sort((a, b) => a.detectedAtMs - b.detectedAtMs || (a.dimension < b.dimension ? -1 : 1)),
    dimensions: [
      ...values.map((watch) => stateOf(watch, timeline, watcher.standingOf(watch), untilMs)),
      volumeState(volume, hours, timeline, untilMs),
    ],
    closedUntilMs: timeline.runs.length === 0 ? -Infinity : closedMs,
  };
}
