// Rates with their intervals: a whisker in a table cell on one scale for the whole table, and the trend of a signal as a small line over
// its interval. The numbers stand beside them as text.
import type { Child } from "hono/jsx";
import { percent, plural } from "../format.ts";
import { intervalText } from "../signal-words.ts";
import type { Clock } from "../time-format.ts";
import type { Bucket } from "../read/dimension.ts";
import type { RateView, TrendView } from "../read/signal.ts";
import { frame, px, valueDomain } from "./frame.ts";
import { Ribbon, ValueLine } from "./marks.tsx";

const width = 120;
/** Room for half a dot at both ends. */
const edgePx = 4;

/** @param most the rate at the right end, the same for all rows that are compared */
export function RateBar({ rate, most }: { rate: RateView; most: number }): Child {
  if (rate.rate === null || most <= 0) return null;
  const x = (value: number): number => px(edgePx + (Math.min(most, Math.max(0, value)) / most) * (width - 2 * edgePx));
  const label = `${percent(rate.rate)}, interval ${intervalText(rate)}`;
  return (
    <svg class="chart bar rate-bar" viewBox={`0 0 ${width} 12`} role="img" aria-label={label}>
      <line class="track-line" x1={edgePx} x2={width - edgePx} y1="6" y2="6" />
      {rate.low !== null && rate.high !== null && <line class="whisker" x1={x(rate.low)} x2={x(rate.high)} y1="6" y2="6" />}
      <circle class="dot" cx={x(rate.rate)} cy="6" r="3.5" />
    </svg>
  );
}

/** The right end of a scale that shows every interval; the largest is not allowed to squeeze all others when it is a lone small sample. */
export function scaleEnd(rates: readonly RateView[]): number {
  const rate = Math.max(0, ...rates.map((each) => each.rate ?? 0));
  const high = Math.max(0, ...rates.map((each) => each.high ?? each.rate ?? 0));
  return Math.min(high, Math.max(rate * 2, 0.001));
}

const spark = { width: 132, height: 32, top: 3, right: 3, bottom: 3, left: 3 };

export function TrendSpark({ trend, clock, id }: { trend: readonly TrendView[]; clock: Clock; id: string }): Child {
  const [first] = trend;
  const last = trend.at(-1);
  if (first === undefined || last === undefined) return <span class="faint small">no days yet</span>;
  const series = bucketsOf(trend);
  const [, top] = valueDomain(series, "proportion", false);
  const at = frame(spark, first.atMs, last.atMs, clock.zone, [0, top], 0);
  return (
    <svg class="chart spark trend-spark" viewBox={`0 0 ${spark.width} ${spark.height}`} role="img" aria-labelledby={`${id}-t`}>
      <title
        id={`${id}-t`}
      >{`Rate a day over ${plural(trend.length, "day")}: ${percent(first.rate)} at first, ${percent(last.rate)} at last`}</title>
      <line class="grid" x1={spark.left} x2={spark.width - spark.right} y1={px(at.y(0))} y2={px(at.y(0))} />
      <Ribbon series={series.map((each) => ({ ...each, high: each.high === null ? null : Math.min(top, each.high) }))} at={at} />
      <ValueLine series={series} at={at} />
    </svg>
  );
}

/** A trend as the series that charts draw: no baseline, runs as denominators. */
export function bucketsOf(trend: readonly TrendView[]): Bucket[] {
  return trend.map(({ atMs, rate, low, high, denominator }) => ({
    atMs,
    value: rate,
    low,
    high,
    n: denominator,
    baseline: { value: null, low: null, high: null },
  }));
}
