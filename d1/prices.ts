// A project's own prices, over the built-in list. They are put as a whole, so what is not in the new list is built-in again.
import { asc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { price } from "./schema.ts";

/** USD per million tokens. A negative price means unknown; a cache price of null is not priced. */
export interface Price {
  input: number;
  output: number;
  cache_read: number | null;
  cache_write: number | null;
}

const unknownPrice = -1;

/** By exact model name. */
export async function listPrices(db: D1Database, projectId: string): Promise<Record<string, Price>> {
  const rows = await drizzle(db).select().from(price).where(eq(price.projectId, projectId)).orderBy(asc(price.model));
  return Object.fromEntries(rows.map((row) => [row.model, { input: row.input ?? unknownPrice, output: row.output ?? unknownPrice, cache_read: row.cacheRead, cache_write: row.cacheWrite }]));
}

/** One bound value carries the whole list: D1 takes 100 values a statement. */
export async function replacePrices(db: D1Database, projectId: string, prices: Readonly<Record<string, Price>>): Promise<void> {
  const d = drizzle(db);
  const list = JSON.stringify(Object.entries(prices).map(([model, p]) => [model, p.input, p.output, p.cache_read, p.cache_write]));
  await d.batch([
    d.delete(price).where(eq(price.projectId, projectId)),
    d.run(sql`insert into ${price} (project_id, model, input, output, cache_read, cache_write)
      select ${projectId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(${list})`),
  ]);
}
