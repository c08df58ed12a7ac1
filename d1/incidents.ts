// Incidents of a project, found by agent, status and severity; each is kept whole as the desk wrote it. One that was merged
// into another or withdrawn is left out of lists, but its own id and slug still open it.
import { and, desc, eq, isNull, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Severity } from "../domain/drift/drift.ts";
import type { Incident, IncidentStatus } from "../domain/incident/incident.ts";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";
import { incident } from "./schema.ts";

export interface IncidentFilter {
  agent?: string | undefined;
  status?: IncidentStatus | undefined;
  severity?: Severity | undefined;
}

/** Neither merged into another nor withdrawn when corrected facts no longer showed it. */
export const isListed = and(isNull(incident.mergedInto), sql`${incident.record} ->> '$.withdrawn_at' is null`);

function recordOf({ record }: { record: string }): Incident {
  const parsed: Incident = JSON.parse(record);
  return parsed;
}

/** Newest first by the time they were opened. */
export async function listIncidents(
  db: D1Database,
  projectId: string,
  filter: IncidentFilter,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<Incident, TimePosition>> {
  const d = drizzle(db);
  const matching = and(
    eq(incident.projectId, projectId),
    isListed,
    filter.agent === undefined ? undefined : eq(incident.agent, filter.agent),
    filter.status === undefined ? undefined : eq(incident.status, filter.status),
    filter.severity === undefined ? undefined : eq(incident.severity, filter.severity),
  );
  const rest = after === null ? matching : and(matching, sql`(${incident.openedMs}, ${incident.id}) < (${after[0]}, ${after[1]})`);
  const rows = d
    .select({ id: incident.id, openedMs: incident.openedMs, record: incident.record })
    .from(incident)
    .where(rest)
    .orderBy(desc(incident.openedMs), desc(incident.id))
    .limit(limit + 1);
  const [found, [counted]] = await d.batch([
    rows,
    d
      .select({ n: sql<number>`count(*)` })
      .from(incident)
      .where(matching),
  ]);
  const page = pageOf(found, limit, (row): TimePosition => [row.openedMs, row.id], counted?.n ?? null);
  return { ...page, items: page.items.map(recordOf) };
}

/** By id or slug; an id goes before a slug, and of equal slugs the newest incident has it. */
export async function findIncident(db: D1Database, projectId: string, idOrSlug: string): Promise<Incident | null> {
  const row = await drizzle(db)
    .select({ record: incident.record })
    .from(incident)
    .where(and(eq(incident.projectId, projectId), or(eq(incident.id, idOrSlug), eq(incident.slug, idOrSlug))))
    .orderBy(desc(sql`${incident.id} = ${idOrSlug}`), desc(incident.openedMs))
    .limit(1)
    .get();
  return row === undefined ? null : recordOf(row);
}

/** By status and severity. */
export async function countIncidents(db: D1Database, projectId: string): Promise<{ status: string; severity: string; n: number }[]> {
  return drizzle(db)
    .select({ status: incident.status, severity: incident.severity, n: sql<number>`count(*)` })
    .from(incident)
    .where(and(eq(incident.projectId, projectId), isListed))
    .groupBy(incident.status, incident.severity);
}

/** Incidents that one look at an agent's past may need. */
const mostOfPast = 200;

/** Of one agent, those that had anything to tell between the two times, merged and withdrawn ones included; the newest, where there are too many. */
export async function incidentsBetween(
  db: D1Database,
  projectId: string,
  agent: string,
  fromMs: number,
  toMs: number,
): Promise<Incident[]> {
  const rows = await drizzle(db)
    .select({ record: incident.record })
    .from(incident)
    .where(
      and(
        eq(incident.projectId, projectId),
        eq(incident.agent, agent),
        sql`${incident.openedMs} < ${toMs}`,
        sql`(${incident.status} <> 'resolved' or coalesce(${incident.record} ->> '$.resolved_at', '9') >= ${new Date(fromMs).toISOString()})`,
      ),
    )
    .orderBy(desc(incident.openedMs), desc(incident.id))
    .limit(mostOfPast);
  return rows.map(recordOf);
}
