// How many times more runs are needed because runs of one user, session or task resemble each other. It knows equal clusters; with unequal ones
// the mean size understates it. Kish 1965, Survey Sampling, section 5.4.

/** 1 + (m − 1) ICC, for m runs in each cluster and their intra-cluster correlation; never below 1. */
export function designEffect(runsPerCluster: number, correlation: number): number {
  return Math.max(1, 1 + (runsPerCluster - 1) * correlation);
}

/** Runs per arm that inform as much as so many independent ones; not rounded up to whole clusters. */
export function inflatedUnits(independentUnits: number, runsPerCluster: number, correlation: number): number {
  return Math.ceil(independentUnits * designEffect(runsPerCluster, correlation));
}
