// The two measures of the Turing Change Point Benchmark: F1 with a margin, and Covering. Several people marked each series, and a
// prediction is held against all of them. van den Burg & Williams 2020, arXiv 2003.06222, section 4.

/** Values by which a change may be missed and still be found. */
const margin = 5;

/** F1 of predicted changes against each annotator's; indices of first values of new stretches. */
export function f1(annotations: readonly (readonly number[])[], predicted: readonly number[]): number {
  const found = new Set([0, ...predicted]);
  const truths = annotations.map((changes) => new Set([0, ...changes]));
  const all = new Set(truths.flatMap((changes) => [...changes]));
  const precision = matches(all, found) / found.size;
  const recall = truths.reduce((sum, changes) => sum + matches(changes, found) / changes.size, 0) / truths.length;
  return (2 * precision * recall) / (precision + recall);
}

/** Covering of each annotator's stretches by the predicted ones, averaged over annotators; 0 to 1. */
export function covering(annotations: readonly (readonly number[])[], predicted: readonly number[], length: number): number {
  const found = stretches(predicted, length);
  const scores = annotations.map((changes) => {
    const covered = stretches(changes, length).map(([from, to]) => {
      const best = found.reduce((most, [start, end]) => {
        const shared = Math.max(0, Math.min(to, end) - Math.max(from, start));
        return Math.max(most, shared / (Math.max(to, end) - Math.min(from, start)));
      }, 0);
      return (to - from) * best;
    });
    return covered.reduce((a, b) => a + b, 0) / length;
  });
  return scores.reduce((a, b) => a + b, 0) / scores.length;
}

/** True changes, in order, each matched to the nearest prediction that is left. */
function matches(truth: ReadonlySet<number>, predicted: ReadonlySet<number>): number {
  const left = new Set(predicted);
  let count = 0;
  for (const change of [...truth].sort((a, b) => a - b)) {
    const near = [...left].filter((one) => Math.abs(one - change) <= margin);
    const [nearest] = near.sort((a, b) => Math.abs(a - change) - Math.abs(b - change) || a - b);
    if (nearest === undefined) continue;
    left.delete(nearest);
    count++;
  }
  return count;
}

function stretches(changes: readonly number[], length: number): [number, number][] {
  const starts = [...new Set([0, ...changes.filter((change) => change > 0 && change < length)])].sort((a, b) => a - b);
  return starts.map((from, i) => [from, starts[i + 1] ?? length]);
}
