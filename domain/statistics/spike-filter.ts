// A series without its spikes: a value far from the median of its neighbours is drawn back to the edge of what is usual there. What lasts
// longer than half a window is no spike and stays as it is, so changes of level survive.
// Hampel 1974, The influence curve; as a moving filter: Pearson et al. 2016, EURASIP Journal on Advances in Signal Processing.
import { medianSorted } from "simple-statistics";

/** Robust standard deviations beyond which a value is a spike. */
const usualDeviations = 4;
/** The median of |deviation| of a normal sample, as a share of its standard deviation. */
const normalMad = 0.6745;
/** Mean |deviation| likewise: the scale where more than half of the values equal their neighbours' median. */
const normalMeanDeviation = 0.7979;

/** `reach`: neighbours looked at on each side. Spikes of up to `reach` values are drawn in. */
export function withoutSpikes(values: readonly number[], reach: number): number[] {
  const medians = values.map((_, i) => medianSorted(values.slice(Math.max(0, i - reach), i + reach + 1).toSorted((a, b) => a - b)));
  const deviations = values.map((value, i) => Math.abs(value - (medians[i] ?? value)));
  if (deviations.length === 0) return [];
  const median = medianSorted(deviations.toSorted((a, b) => a - b));
  const scale = median > 0 ? median / normalMad : deviations.reduce((a, b) => a + b, 0) / deviations.length / normalMeanDeviation;
  const limit = usualDeviations * scale;
  return values.map((value, i) => {
    const middle = medians[i] ?? value;
    return Math.min(middle + limit, Math.max(middle - limit, value));
  });
}
