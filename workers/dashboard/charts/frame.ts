// The common ground of the charts: where a time and a value fall in a box. Time is laid out on the project's wall clock,
// so that a day is a day on the axis wherever the reader is.
import { scaleLinear, scaleUtc, type ScaleLinear, type ScaleTime } from "d3-scale";
import { utcFormat } from "d3-time-format";
import { wallMs } from "../time-format.ts";
import type { Bucket } from "../read/dimension.ts";

export interface Box {
  width: number;
  height: number;
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export interface Frame {
  box: Box;
  x: (atMs: number) => number;
  y: ScaleLinear<number, number>;
  ticks: { x: number; label: string }[];
}

/** Room for `24 Nov` and some air. */
const leastTickPx = 52;

/** Frame over [fromMs, toMs]; about `tickCount` ticks on the time axis. */
export function frame(box: Box, fromMs: number, toMs: number, zone: string, values: [number, number], tickCount: number): Frame {
  const wall: ScaleTime<number, number> = scaleUtc()
    .domain([wallMs(fromMs, zone), wallMs(Math.max(toMs, fromMs + 1), zone)])
    .range([box.left, box.width - box.right]);
  const y = scaleLinear()
    .domain(values)
    .range([box.height - box.bottom, box.top]);
  const isShort = toMs - fromMs <= 2 * 86_400_000;
  const label = utcFormat(isShort ? "%H:%M" : "%-d %b");
  const edge = 18;
  const ticks = wall
    .ticks(tickCount)
    .map((at) => ({ x: wall(at), label: label(at) }))
    .filter(({ x }) => x >= box.left + edge && x <= box.width - box.right - edge);
  const everyNth = Math.max(1, Math.ceil((ticks.length * leastTickPx) / (box.width - box.left - box.right)));
  const clamp = (x: number): number => Math.min(box.width - box.right, Math.max(box.left, x));
  return {
    box,
    x: (atMs) => clamp(wall(wallMs(atMs, zone))),
    y,
    ticks: ticks.filter((tick, i) => i % everyNth === 0 && ticks[i - 1]?.label !== tick.label),
  };
}

/** The values that must fit, with air above and below; shares stay within 0 and 1, amounts never start below 0. */
export function valueDomain(series: readonly Bucket[], kind: string, withIntervals: boolean): [number, number] {
  const seen = series
    .flatMap((each) => [
      each.value,
      each.baseline.low,
      each.baseline.high,
      each.baseline.value,
      ...(withIntervals ? [each.low, each.high] : []),
    ])
    .filter((each) => each !== null);
  if (seen.length === 0) return [0, 1];
  const low = Math.min(...seen);
  const high = Math.max(...seen);
  const isShare = kind === "proportion";
  const span = high - low || Math.abs(high) * 0.2 || (isShare ? 0.1 : 1);
  const bottom = low >= 0 ? Math.max(0, low - span * 0.12) : low - span * 0.12;
  const top = high + span * 0.12;
  return isShare ? [bottom, Math.min(1, top)] : [bottom < span * 0.5 ? Math.min(0, low) : bottom, top];
}

/** Coordinates with a tenth of a pixel: smaller pages, same picture. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Ticks of the value axis: about `wanted`, but never fewer than two where the scale can have them. */
export function valueTicks(y: ScaleLinear<number, number>, wanted: number): number[] {
  const few = y.ticks(wanted);
  return few.length >= 2 ? few : y.ticks(wanted * 2).slice(0, 3);
}

/** An axis needs no `.0`: 90.0 % → 90 %. */
export function axisLabel(label: string): string {
  return label.replace(/\.0(?=\u202F%$)/, "");
}
