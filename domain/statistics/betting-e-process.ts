// Evidence by betting, that may be looked at after every pair and stopped at any time: whoever bets against "the candidate is not worse by more
// than the margin" multiplies their wealth only if that is false. Wealth of 20 or more comes by chance in at most 1 of 20 experiments, however
// long they run. Needs results in [0, 1] and pairs in the order they arrived; says nothing about how large a difference is.
// Waudby-Smith & Ramdas, Estimating means of bounded random variables by betting, arXiv 2010.09686 (aGRAPA stakes); Ville 1939.

/** Wealth at which a bet is won at error 1 in 20. */
export const winningWealth = 20;
/** Share of what can be lost at once that is staked at most. */
const boldest = 0.5;

/** What is known and won so far. Sums are of the values bet on, which lie in [0, 1]. */
export interface Wager {
  n: number;
  sum: number;
  /** Squared deviations of each value from the mean as it stood then. */
  squares: number;
  logWealth: number;
  /** The largest so far: a bet once won stays won. */
  mostLogWealth: number;
}

/** Results of one pair of arrivals; 1 is best. */
export interface PairedResult {
  baseline: number;
  candidate: number;
}

export const openWager: Wager = { n: 0, sum: 0, squares: 0, logWealth: 0, mostLogWealth: 0 };

/** Bets that the candidate is worse by more than `margin` (null hypothesis: it is not). Won: abort. */
export function betOnHarm(wager: Wager, { baseline, candidate }: PairedResult, margin: number): Wager {
  return bet(wager, (candidate - baseline + 1) / 2, (1 - margin) / 2);
}

/** Bets that the candidate is not worse by `margin` (null hypothesis: it is, by at least that). Won: not inferior. */
export function betOnNoHarm(wager: Wager, { baseline, candidate }: PairedResult, margin: number): Wager {
  return bet(wager, (baseline - candidate + 1) / 2, (1 + margin) / 2);
}

export function isWon(wager: Wager): boolean {
  return wager.mostLogWealth >= Math.log(winningWealth);
}

/** Bets that the mean of values in [0, 1] lies below `nullMean`; stakes come from earlier values only. */
function bet({ n, sum, squares, logWealth, mostLogWealth }: Wager, value: number, nullMean: number): Wager {
  const mean = (sum + 0.5) / (n + 1);
  const variance = (squares + 0.25) / (n + 1);
  const edge = nullMean - mean;
  const stake = Math.min(boldest / (1 - nullMean), Math.max(0, edge / (variance + edge ** 2)));
  const after = logWealth + Math.log1p(stake * (nullMean - value));
  const moved = (sum + value + 0.5) / (n + 2);
  return {
    n: n + 1,
    sum: sum + value,
    squares: squares + (value - moved) ** 2,
    logWealth: after,
    mostLogWealth: Math.max(mostLogWealth, after),
  };
}
