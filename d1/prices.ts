// A project's own prices, over the built-in list. They are put as a whole, so what is not in the new list is built-in again.
import { asc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";
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
  return Object.fromEntries(
    rows.map((row) => [
      row.model,
      { input: row.input ?? unknownPrice, output: row.output ?? unknownPrice, cache_read: row.cacheRead, cache_write: row.cacheWrite },
    ]),
  );
}

/** One bound value carries the whole list: D1 takes 100 values a statement. */
export async function replacePrices(
  db: D1Database,
  projectId: string,
  prices: Readonly<Record<string, Price>>,
  draft: AuditDraft,
): Promise<void> {
  const rows = Object.entries(prices).map(([model, { input, output, cache_read, cache_write }]) => [
    model,
    input,
    output,
    cache_read,
    cache_write,
  ]);
  await db.batch([
    noteAudit(db, projectId, [draft]),
    db.prepare("DELETE FROM price WHERE project_id = ?1").bind(projectId),
    db.prepare(insertPrices).bind(projectId, JSON.stringify(rows)),
  ]);
}

const insertPrices = `
  INSERT INTO price (project_id, model, input, output, cache_read, cache_write)
  SELECT ?1, value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?2)`;
