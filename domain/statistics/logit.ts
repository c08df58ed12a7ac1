// Log-odds and back. Rates of exactly 0 or 1 have no log-odds: they are moved inside by the smallest rate worth telling apart.

/** Rates closer to 0 or 1 than this are treated as this far away: one in a million is beyond any sample here. */
const nearest = 1e-6;

export function logit(rate: number): number {
  const inside = Math.min(1 - nearest, Math.max(nearest, rate));
  return Math.log(inside / (1 - inside));
}

export function logistic(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
