// What two texts have in common, word by word, with a wildcard for whatever lies between. It does not say whether they are one: whoever
// asks has decided that.

/** Cells of the table that finds the longest common part; beyond it the differing middle is one value. */
const mostCells = 4096;

/** `a` with `gap` wherever `b` says something else. Equal lengths are compared place by place, others aligned; gaps in a row are one then. */
export function common<T>(a: readonly T[], b: readonly T[], gap: T, blend: (x: T, y: T) => T = (x, y) => (x === y ? x : gap)): T[] {
  if (a.length === b.length) return a.map((x, i) => blendAt(x, b[i], blend));
  const least = Math.min(a.length, b.length);
  let start = 0;
  while (start < least && a[start] === b[start]) start++;
  let end = 0;
  while (end < least - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = [...aligned(a.slice(start, a.length - end), b.slice(start, b.length - end), gap)];
  return collapsed([...a.slice(0, start), ...middle, ...a.slice(a.length - end)], gap);
}

function blendAt<T>(x: T, y: T | undefined, blend: (x: T, y: T) => T): T {
  return y === undefined ? x : blend(x, y);
}

/** The longest common subsequence, with a gap for each stretch that is not in it. */
function aligned<T>(a: readonly T[], b: readonly T[], gap: T): T[] {
  if (a.length * b.length > mostCells) return [gap];
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const out: T[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const x = a[i];
    if (x !== undefined && j < b.length && x === b[j]) {
      out.push(x);
      i++;
      j++;
    } else {
      out.push(gap);
      if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) i++;
      else j++;
    }
  }
  return out;
}

function collapsed<T>(words: readonly T[], gap: T): T[] {
  return words.filter((word, i) => word !== gap || words[i - 1] !== gap);
}
