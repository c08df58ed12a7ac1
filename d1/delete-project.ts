// Empties the index of a project. Its keys go first, so that nothing new comes in while the rest goes; the project row goes
// last, so that a deletion that broke off can be asked for again.
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { agent, apiKey, change, deadLetter, delivery, drift, incident, price, project, receipt, run, runText, score, webhook } from "./schema.ts";

const owned = [webhook, delivery, price, receipt, deadLetter, incident, drift, change, score, runText, run, agent] as const;

export async function closeProject(db: D1Database, id: string): Promise<void> {
  await drizzle(db).delete(apiKey).where(eq(apiKey.projectId, id));
}

export async function deleteProjectRows(db: D1Database, id: string): Promise<void> {
  const d = drizzle(db);
  for (const table of owned) await d.delete(table).where(eq(table.projectId, id));
  await d.delete(project).where(eq(project.id, id));
}
