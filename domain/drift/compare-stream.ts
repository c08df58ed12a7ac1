// A numeric stream finer than days, each value judged against all before it, and when to say so: at most once in half a day, because an
// alarm that goes on is still one alarm. Several streams of one thing are judged together. It promises no rate of false alarms.
import { SeriesSurprise } from "../statistics/series-surprise.ts";

/** Mean surprise over the five views, in nats. Lower, ordinary noise alarms every few days; higher, wide but shallow changes are missed. */
export const streamThreshold = 3.75;
/** Values that only teach: with fewer, the edge of what is usual is not known and noise crosses it ten times as often. */
const learningValues = 150;
/** After an alarm, the time in which more of the same is no news. */
const quietMs = 12 * 3_600_000;

export interface StreamPoint {
  atMs: number;
  /** null is passed over. */
  value: number | null;
}

export interface JudgedValue {
  /** Surprise in nats; null where there is no value, and for the first 150. */
  nats: number | null;
  alarm: boolean;
  isSeasonal: boolean;
}

/** In the order given, which is that of time. */
export function judgeStream(points: readonly StreamPoint[]): JudgedValue[] {
  const surprise = new SeriesSurprise();
  let quietUntilMs = -Infinity;
  let known = 0;
  return points.map(({ atMs, value }) => {
    if (value === null) return { nats: null, alarm: false, isSeasonal: false };
    const { nats, isSeasonal } = surprise.judge(atMs, value);
    surprise.learn(atMs, value);
    known++;
    if (nats === null || known <= learningValues) return { nats: null, alarm: false, isSeasonal };
    const alarm = nats >= streamThreshold && atMs >= quietUntilMs;
    if (alarm) quietUntilMs = atMs + quietMs;
    return { nats, alarm, isSeasonal };
  });
}

/**
 * Surprise of several streams that are seen at the same times, as one: the sum over √(number of streams), because they share causes and a
 * plain sum would be sure too early (statistics.md 2.6). Rows are times. From `learnUntil` on, what is seen teaches no norm.
 */
export function judgeTogether(rows: readonly { atMs: number; values: readonly number[] }[], learnUntil = Infinity): number[] {
  const surprises = (rows[0]?.values ?? []).map(() => new SeriesSurprise());
  return rows.map(({ atMs, values }, row) => {
    let sum = 0;
    for (const [i, value] of values.entries()) {
      sum += surprises[i]?.judge(atMs, value).nats ?? 0;
      surprises[i]?.learn(atMs, value, row < learnUntil);
    }
    return sum / Math.sqrt(Math.max(1, surprises.length));
  });
}
