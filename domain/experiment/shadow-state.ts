// What is known of a shadow beside its verdict: how many pairs there are, how far the answers agree, and what candidate answers cost.

/** A share of pairs with its 95 % interval (Wilson); null without pairs. */
export interface AgreementRate {
  value: number;
  low: number;
  high: number;
}

export interface ShadowState {
  pairs: number;
  /** Candidate runs whose live run is not here yet. */
  waiting: number;
  /** Pairs with ground truth on both sides, and on one side only. */
  judged: number;
  half_judged: number;
  /** The same output, apart from spacing and the order of keys. */
  same_output: AgreementRate | null;
  /** The same JSON shape or form of text. */
  same_shape: AgreementRate | null;
  /** Calls to change, add or leave out over the longer sequence, 0 to 1; the median over pairs. */
  tool_distance: number | null;
  /** candidate over live, geometric mean over pairs where both are known. */
  cost_ratio: number | null;
  latency_ratio: number | null;
  is_over: boolean;
}
