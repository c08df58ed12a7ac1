// Rows of simulations: the measured value, the interval that the number of repetitions leaves, the bar, and whether it is met. The value is
// held against the bar; the interval says how far another seed could lie.
import { quantileInterval } from "../../domain/statistics/order-statistic-interval.ts";
import { wilsonInterval } from "../../domain/statistics/wilson-interval.ts";
import { shown, type Row, told } from "../rows.ts";

export interface Bar {
  least?: number;
  most?: number;
}

/** A share with its Wilson interval. */
export function shareRow(name: string, hits: number, n: number, bar: Bar | null, reference: string | null = null): Row {
  return judged(name, hits / n, `of ${n}`, wilsonInterval(hits, n), bar, reference);
}

/** A median with its order-statistic interval; `Infinity` stands for what never came. */
export function medianRow(name: string, values: readonly number[], unit: string, bar: Bar | null, reference: string | null = null): Row {
  const found = quantileInterval(
    values.toSorted((a, b) => a - b),
    0.5,
  );
  return judged(name, found?.value ?? Number.NaN, unit, found, bar, reference);
}

/** Events per `per` units of exposure, with the interval of a Poisson count through its square root (Anscombe 1948). */
export function rateRow(
  name: string,
  events: number,
  exposure: number,
  per: number,
  unit: string,
  bar: Bar | null,
  reference: string | null = null,
): Row {
  const scale = per / exposure;
  const interval = { low: events === 0 ? 0 : (Math.sqrt(events) - 0.98) ** 2 * scale, high: (Math.sqrt(events + 1) + 0.98) ** 2 * scale };
  return judged(name, events * scale, unit, interval, bar, reference);
}

function judged(
  name: string,
  value: number,
  unit: string,
  interval: { low: number; high: number } | null,
  bar: Bar | null,
  reference: string | null,
): Row {
  const around = interval === null ? "" : `95 % ${brief(interval.low)} to ${brief(interval.high)}`;
  const row = told(name, value, unit, [around, reference].filter((part) => part !== null && part !== "").join("; "));
  if (bar === null) return row;
  const { least = -Infinity, most = Infinity } = bar;
  const target = least === -Infinity ? `≤ ${shown(most)}` : most === Infinity ? `≥ ${shown(least)}` : `${shown(least)} to ${shown(most)}`;
  return { ...row, target, pass: value >= least && value <= most };
}

function brief(value: number): string {
  return Number.isFinite(value) ? shown(value) : "never";
}
