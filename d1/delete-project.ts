// Empties the index of a project. Its keys go first, so that nothing new comes in while the rest goes; the project row goes
// last, so that a deletion that broke off can be asked for again.
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import {
  agent,
  apiKey,
  change,
  deadLetter,
  delivery,
  drift,
  incident,
  price,
  project,
  receipt,
  run,
  runText,
  score,
  staleLine,
  webhook,
} from "./schema.ts";

const owned = [staleLine, webhook, delivery, price, receipt, deadLetter, incident, drift, change, score, runText, run, agent] as const;

export async function closeProject(db: D1Database, id: string): Promise<void> {
  await drizzle(db).delete(apiKey).where(eq(apiKey.projectId, id));
}

/** Rows a statement: a project of millions must not run into the time limit of one. */
const rowsAtATime = 5_000;

export async function deleteProjectRows(db: D1Database, id: string): Promise<void> {
  const d = drizzle(db);
  for (const table of owned) {
    let deleted: number;
    do {
      const some = sql`select rowid from ${table} where project_id = ${id} limit ${rowsAtATime}`;
      ({ changes: deleted } = (await d.run(sql`delete from ${table} where rowid in (${some})`)).meta);
    } while (deleted === rowsAtATime);
  }
  await d.delete(project).where(eq(project.id, id));
}
