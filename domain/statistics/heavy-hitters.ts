// The most frequent names of a stream in bounded memory: exact while they are few, and with every name that is frequent enough however many
// there are (Misra and Gries 1982). It refuses to say how frequent a name is once it had to forget: counts are then lower bounds.

/** Counts names with at most `counters` of them in memory. */
export class HeavyHitters {
  private readonly counters: number;
  private readonly counts = new Map<string, number>();

  /** @param counters a name that makes up more than 1 in `counters` of the stream is never lost */
  constructor(counters: number) {
    this.counters = counters;
  }

  add(name: string): void {
    const count = this.counts.get(name);
    if (count !== undefined || this.counts.size < this.counters) {
      this.counts.set(name, (count ?? 0) + 1);
      return;
    }
    for (const [known, n] of this.counts) {
      if (n === 1) this.counts.delete(known);
      else this.counts.set(known, n - 1);
    }
  }

  /** The `most` most frequent, ties by name. */
  top(most: number): string[] {
    return [...this.counts]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, most)
      .map(([name]) => name);
  }
}
