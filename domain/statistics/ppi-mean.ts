// A mean from few human labels and many labels of a judge: the judge lends its numbers, the humans correct its bias, and the judge is
// trusted only as far as it goes along with them. Prediction-powered inference with tuned weight (PPI++), Angelopoulos, Duchi & Zrnic 2023.
// It assumes that the labelled items are a random sample of the same stream.

export interface LabelledPair {
  human: number;
  judge: number;
}

/** The judge on the items that no human labelled. */
export interface JudgedItems {
  n: number;
  mean: number;
  /** Of the population: mean of squared deviations. */
  variance: number;
}

export interface PpiMean {
  value: number;
  se: number;
  low: number;
  high: number;
  /** How much the judge counts, in [0, 1]; 0 is the humans alone. */
  lambda: number;
}

const z95 = 1.959963984540054;

/** null with fewer than two labelled items. A `weight` takes the place of the tuned one; 1 is inference without tuning. */
export function ppiMean(labelled: readonly LabelledPair[], judged: JudgedItems, weight?: number): PpiMean | null {
  const n = labelled.length;
  if (n < 2) return null;
  const human = mean(labelled.map((pair) => pair.human));
  const judge = mean(labelled.map((pair) => pair.judge));
  const covariance = mean(labelled.map((pair) => (pair.human - human) * (pair.judge - judge)));
  const judgeVariance = mean(labelled.map((pair) => (pair.judge - judge) ** 2));
  const lambda = weight ?? weightOf(covariance, judgeVariance, n, judged.n);
  const rest = labelled.map((pair) => pair.human - lambda * pair.judge);
  const value = (lambda === 0 ? 0 : lambda * judged.mean) + mean(rest);
  const restMean = mean(rest);
  const restVariance = rest.reduce((sum, one) => sum + (one - restMean) ** 2, 0) / (n - 1);
  const judgedPart = lambda === 0 ? 0 : (lambda ** 2 * judged.variance) / judged.n;
  const se = Math.sqrt(judgedPart + restVariance / n);
  return { value, se, low: value - z95 * se, high: value + z95 * se, lambda };
}

/** The weight with the least variance. A judge that never varies, or goes against the humans, lends nothing. */
function weightOf(covariance: number, judgeVariance: number, labelled: number, judged: number): number {
  if (judgeVariance <= 0 || judged <= 0) return 0;
  return Math.min(1, Math.max(0, covariance / ((1 + labelled / judged) * judgeVariance)));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
