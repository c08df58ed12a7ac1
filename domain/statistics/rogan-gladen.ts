// The true rate behind the rate that an imperfect test shows, from the test's known errors. Rogan & Gladen 1978, American Journal of
// Epidemiology 107; the variance is the delta method's over all three samples. It refuses tests that are little better than a coin.

export interface CorrectedRate {
  /** In [0, 1]. */
  value: number;
  se: number;
  /** 95 %, cut to [0, 1]. */
  low: number;
  high: number;
}

/** A share and the number of items it was seen on. */
export interface SeenShare {
  value: number;
  n: number;
}

/** Sensitivity and specificity together; at 1 the test is a coin and the correction divides by nothing. */
const leastPower = 1.3;
/** As the reference values have it; the delta method is not exact to more digits. */
const z95 = 1.96;

/**
 * @param apparent share that the test calls positive
 * @returns null where a sample is empty, or sensitivity + specificity < 1.3
 */
export function roganGladen(apparent: SeenShare, sensitivity: SeenShare, specificity: SeenShare): CorrectedRate | null {
  const power = sensitivity.value + specificity.value;
  if (apparent.n <= 0 || sensitivity.n <= 0 || specificity.n <= 0 || power < leastPower) return null;
  const raw = (apparent.value + specificity.value - 1) / (power - 1);
  const variance = (sampling(apparent) + raw ** 2 * sampling(sensitivity) + (1 - raw) ** 2 * sampling(specificity)) / (power - 1) ** 2;
  const se = Math.sqrt(variance);
  return { value: share(raw), se, low: share(raw - z95 * se), high: share(raw + z95 * se) };
}

const sampling = ({ value, n }: SeenShare): number => (value * (1 - value)) / n;
const share = (value: number): number => Math.min(1, Math.max(0, value));
