// Sets that grow together: what is joined to the same thing is one, and each set is called by its smallest member, whatever came first.
// Nothing is ever taken apart again.

export interface DisjointSets<T> {
  /** The smallest member of the set of `item`; itself while it is alone. */
  rootOf: (item: T) => T;
  join: (a: T, b: T) => void;
}

export function disjointSets<T extends string | number>(): DisjointSets<T> {
  const parents = new Map<T, T>();
  const rootOf = (item: T): T => {
    let at = item;
    for (let up = parents.get(at); up !== undefined; up = parents.get(at)) {
      const above = parents.get(up);
      if (above !== undefined) parents.set(at, above);
      at = up;
    }
    return at;
  };
  const join = (a: T, b: T): void => {
    const [x, y] = [rootOf(a), rootOf(b)];
    if (x !== y) parents.set(x < y ? y : x, x < y ? x : y);
  };
  return { rootOf, join };
}
