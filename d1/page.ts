// One page of a list, by keyset: a page begins after a position (sort key and id of the last row seen), never at an offset,
// so that equal sort keys and rows that arrive meanwhile neither repeat nor hide a row.

export interface PageRequest<Position> {
  after: Position | null;
  /** 1–200 */
  limit: number;
}

export interface Page<Item, Position> {
  items: Item[];
  /** Where the next page begins; null at the end. */
  next: Position | null;
  /** Rows of the whole list, null where counting them would cost too much. */
  total: number | null;
}

/** Newest first: time in epoch milliseconds, then id. */
export type TimePosition = [ms: number, id: string];

/** `rows` were asked for with `limit + 1`: the one too many only says that there is more. */
export function pageOf<Item, Position>(
  rows: readonly Item[],
  limit: number,
  positionOf: (item: Item) => Position,
  total: number | null,
): Page<Item, Position> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? positionOf(last) : null, total };
}

/** The same over a list that is in memory whole, sorted by a unique name. */
export function pageOfNames<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { after, limit }: PageRequest<[string]>,
): Page<Item, [string]> {
  const sorted = [...items].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
  const rest = after === null ? sorted : sorted.filter((item) => nameOf(item) > after[0]);
  return pageOf(rest.slice(0, limit + 1), limit, (item) => [nameOf(item)], items.length);
}
