// What every list takes and answers: limit and cursor in, `{data, next_cursor, total}` out.
import * as z from "zod";
import { decodeCursor, encodeCursor } from "../../../d1/cursor.ts";
import type { Page, PageRequest } from "../../../d1/page.ts";
import { Refusal } from "../refusal.ts";

const mostRows = 200;
const usualRows = 50;

const paging = {
  limit: z.coerce.number().int().min(1).max(mostRows).default(usualRows).meta({ description: "Rows a page, 1–200." }),
  cursor: z.string().min(1).max(2_000).optional().meta({ description: "`next_cursor` of the page before, with the same filters." }),
};

/** The query of a list with these filters. */
export function listQuery<Filters extends z.core.$ZodShape>(filters: Filters) {
  return z.strictObject({ ...filters, ...paging });
}

/** A filter that is an exact match. */
export const exactly = z.string().min(1).max(1_000).optional();

export function listAnswer<Item extends z.ZodType>(item: Item, description: string) {
  return z
    .object({
      data: z.array(item),
      next_cursor: z.string().nullable().meta({ description: "null on the last page." }),
      total: z.number().nullable().meta({ description: "Rows of the whole list; null where counting would cost too much." }),
    })
    .meta({ description });
}

/** Newest first. */
export const timePosition = z.tuple([z.number(), z.string()]);
/** By a unique name or id. */
export const namePosition = z.tuple([z.string()]);

export interface OpenList<Position> {
  request: PageRequest<Position>;
  answer: <Item>(page: Page<Item, Position>) => { data: Item[]; next_cursor: string | null; total: number | null };
}

/** Reads the cursor of one list and writes the next. `path` is the list's own address. Throws Refusal 400 for a broken cursor. */
export function openList<Position extends readonly (string | number)[]>(
  path: string,
  query: { limit: number; cursor?: string | undefined },
  shape: z.ZodType<Position>,
): OpenList<Position> {
  const { limit, cursor, ...filters } = query;
  const list = `${path}?${JSON.stringify(filters)}`;
  const after = cursor === undefined ? null : decodeCursor(list, cursor, shape);
  if (cursor !== undefined && after === null) {
    throw new Refusal(400, "The cursor is broken, or belongs to another list or other filters.", [
      { path: "cursor", message: "begin again without a cursor" },
    ]);
  }
  return {
    request: { after, limit },
    answer: ({ items, next, total }) => ({ data: items, next_cursor: next === null ? null : encodeCursor(list, next), total }),
  };
}
