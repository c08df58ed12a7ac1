// Agents of a project as their runs made them known: there is nothing to create or delete.
import { and, asc, eq, gt, ne, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { isListed } from "./incidents.ts";
import { pageOf, type Page, type PageRequest } from "./page.ts";
import { agent, incident } from "./schema.ts";

export interface AgentRow {
  name: string;
  firstRunMs: number;
  lastRunMs: number;
  /** Incidents that are not resolved. */
  openIncidents: number;
}

const openIncidents = sql<number>`(select count(*) from ${incident} where ${and(
  eq(incident.projectId, agent.projectId),
  eq(incident.agent, agent.name),
  ne(incident.status, "resolved"),
  isListed,
)})`;
const columns = { name: agent.name, firstRunMs: agent.firstRunMs, lastRunMs: agent.lastRunMs, openIncidents };

/** By name. */
export async function listAgents(
  db: D1Database,
  projectId: string,
  { after, limit }: PageRequest<[string]>,
): Promise<Page<AgentRow, [string]>> {
  const d = drizzle(db);
  const all = eq(agent.projectId, projectId);
  const rows = d
    .select(columns)
    .from(agent)
    .where(and(all, after === null ? undefined : gt(agent.name, after[0])))
    .orderBy(asc(agent.name))
    .limit(limit + 1);
  const [found, [counted]] = await d.batch([
    rows,
    d
      .select({ n: sql<number>`count(*)` })
      .from(agent)
      .where(all),
  ]);
  return pageOf(found, limit, (row) => [row.name], counted?.n ?? null);
}

/** null when no run of that agent has arrived. */
export async function findAgent(db: D1Database, projectId: string, name: string): Promise<AgentRow | null> {
  const row = await drizzle(db)
    .select(columns)
    .from(agent)
    .where(and(eq(agent.projectId, projectId), eq(agent.name, name)))
    .get();
  return row ?? null;
}
