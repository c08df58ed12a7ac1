// The scale on which arms are compared. Rates as they are; amounts by their logarithm, with the outermost hundredths of the baseline drawn in,
// so that one run of an hour does not outweigh a thousand of a second. What is compared on the logarithm is told as geometric means.
import { quantileAt } from "../statistics/order-statistic-interval.ts";
import type { MetricKind } from "./metric.ts";

/** Share of the baseline's values beyond each limit. */
const outermost = 0.01;
/** Values of the baseline below which its hundredths are not known. */
const fewestForLimits = 100;

export interface Scale {
  /** Of a unit's value. */
  on: (value: number) => number;
  /** Back from the mean on the scale to the metric's own measure. */
  off: (mean: number) => number;
  isLogarithm: boolean;
}

/** @param baseline unit means of the baseline @param isPositive all values of both arms are above 0 */
export function scaleOf(kind: MetricKind, baseline: readonly number[], isPositive: boolean): Scale {
  if (kind === "rate") return { on: itself, off: itself, isLogarithm: false };
  const [low, high] = limitsOf(baseline);
  const inside = (value: number): number => Math.min(high, Math.max(low, value));
  if (!isPositive) return { on: inside, off: itself, isLogarithm: false };
  return { on: (value) => Math.log(inside(value)), off: Math.exp, isLogarithm: true };
}

const itself = (value: number): number => value;

function limitsOf(values: readonly number[]): [number, number] {
  if (values.length < fewestForLimits) return [-Infinity, Infinity];
  const ascending = Float64Array.from(values).sort();
  return [quantileAt(ascending, outermost), quantileAt(ascending, 1 - outermost)];
}
