// Did the traffic split come out as designed? If not, something assigns, loses or filters units by arm, and no result of the experiment can
// be trusted. Chi-square goodness of fit against the weights; nobody in an arm that should have some is the plainest mismatch.
import gammainc from "@stdlib/math-base-special-gammainc";

/** Chance would look so uneven once in a thousand experiments. */
const level = 0.001;
/** Expected units of an arm below which the approximation, and any opinion, is premature. */
const fewestExpected = 5;

export interface SampleRatio {
  srm: boolean;
  p: number | null;
  statistic: number | null;
  /** p below this is a mismatch. */
  threshold: number;
  verdict: "mismatch" | "match" | "insufficient_data";
}

/** One weight and one count an arm; weights need not sum to 1. An arm of weight 0 that has units is a mismatch. */
export function sampleRatio(weights: readonly number[], units: readonly number[]): SampleRatio {
  const total = units.reduce((a, b) => a + b, 0);
  const weight = weights.reduce((a, b) => a + b, 0);
  const strays = weights.some((one, i) => one === 0 && (units[i] ?? 0) > 0);
  const arms = weights.flatMap((one, i) => (one > 0 ? [{ units: units[i] ?? 0, expected: (total * one) / weight }] : []));
  if (strays) return { srm: true, p: 0, statistic: null, threshold: level, verdict: "mismatch" };
  if (arms.length < 2 || total === 0) return { srm: false, p: null, statistic: null, threshold: level, verdict: "insufficient_data" };
  const statistic = arms.reduce((sum, arm) => sum + (arm.units - arm.expected) ** 2 / arm.expected, 0);
  const p = gammainc(statistic / 2, (arms.length - 1) / 2, true, true);
  if (arms.some(({ expected }) => expected < fewestExpected))
    return { srm: false, p, statistic, threshold: level, verdict: "insufficient_data" };
  return { srm: p < level, p, statistic, threshold: level, verdict: p < level ? "mismatch" : "match" };
}
