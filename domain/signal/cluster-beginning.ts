// Texts that say the same at length and then quote something, however the quotation goes on: "… the right syntax to use near <*> ORDER BY".
// The long beginning is the failure; what follows the first value is the case.
import { type Vocabulary, wild } from "./cluster-pieces.ts";

/** Telling words of a beginning that says it all. */
const longBeginning = 10;
/** Texts that go on differently from which the rest is a quotation. */
const manyEndings = 6;

/** Groups of indexes of `texts`. Each group is the texts below one place; places are looked at from the beginning on. */
export function sameLongBeginning(texts: readonly (readonly number[])[], { telling }: Vocabulary): number[][] {
  const groups: number[][] = [];
  const open = [{ depth: 0, shared: 0, indexes: texts.map((_, i) => i) }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { depth, shared, indexes } = place;
    if (indexes.length < manyEndings) continue;
    const next = Map.groupBy(indexes, (i) => texts[i]?.[depth] ?? -1);
    const isAfterValue = next.has(wild) || texts[indexes[0] ?? 0]?.[depth - 1] === wild;
    if (next.size > 1 && shared >= longBeginning && isAfterValue) groups.push(indexes);
    else {
      for (const [piece, below] of next)
        if (piece !== -1) open.push({ depth: depth + 1, shared: shared + (telling[piece] === true ? 1 : 0), indexes: below });
    }
  }
  return groups;
}
