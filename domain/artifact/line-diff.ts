// What differs between two texts, line by line: a shortest edit script (Myers, "An O(ND) difference algorithm and its variations", 1986), which
// is what diff prints. Where texts differ so much that the search would take too long, everything goes and everything comes, which is true too.

export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Edits that are searched for; beyond, the whole text is told as replaced. Time and memory grow with its square. */
const mostEdits = 2_000;

/** Lines of `after` where they are the same, removed ones before added ones where they differ. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [olds, news] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const same = (text: string): DiffLine => ({ kind: "same", text });
  return [...a.slice(0, start).map(same), ...(edits(olds, news) ?? replaced(olds, news)), ...a.slice(a.length - end).map(same)];
}

/** A line's end belongs to it; no text has no lines. */
const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

const replaced = (olds: readonly string[], news: readonly string[]): DiffLine[] => [
  ...olds.map((text): DiffLine => ({ kind: "removed", text })),
  ...news.map((text): DiffLine => ({ kind: "added", text })),
];

/** null where there are more edits than are searched for. */
function edits(olds: readonly string[], news: readonly string[]): DiffLine[] | null {
  if (olds.length === 0 || news.length === 0) return replaced(olds, news);
  const most = Math.min(mostEdits, olds.length + news.length);
  // Furthest place in `olds` on each diagonal, and how that stood before each further edit.
  let furthest = new Map([[1, 0]]);
  const stood: Map<number, number>[] = [];
  for (let d = 0; d <= most; d++) {
    stood.push(furthest);
    const next = new Map(furthest);
    for (let k = -d; k <= d; k += 2) {
      let x = comesFromAbove(furthest, k, d) ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
      while (x < olds.length && x - k < news.length && olds[x] === news[x - k]) x++;
      next.set(k, x);
      if (x >= olds.length && x - k >= news.length) return traced(stood, olds, news);
    }
    furthest = next;
  }
  return null;
}

const at = (furthest: ReadonlyMap<number, number>, k: number): number => furthest.get(k) ?? -1;

/** Whether the best way onto diagonal `k` is by a line of `news`. */
const comesFromAbove = (furthest: ReadonlyMap<number, number>, k: number, d: number): boolean =>
  k === -d || (k !== d && at(furthest, k - 1) < at(furthest, k + 1));

function traced(stood: readonly ReadonlyMap<number, number>[], olds: readonly string[], news: readonly string[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let [x, y] = [olds.length, news.length];
  for (let d = stood.length - 1; d >= 0; d--) {
    const before = stood[d] ?? new Map<number, number>();
    const k = x - y;
    const added = comesFromAbove(before, k, d);
    const fromK = added ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : at(before, fromK);
    const fromY = d === 0 ? 0 : fromX - fromK;
    for (; x > fromX && y > fromY; x--, y--) lines.push({ kind: "same", text: olds[x - 1] ?? "" });
    if (d === 0) break;
    if (added) lines.push({ kind: "added", text: news[fromY] ?? "" });
    else lines.push({ kind: "removed", text: olds[fromX] ?? "" });
    [x, y] = [fromX, fromY];
  }
  return lines.toReversed();
}
