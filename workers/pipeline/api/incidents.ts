// Incidents: the list and one of them by id or slug. What people do to one is in incident-actions.ts.
import * as z from "zod";
import { entriesOfIncident } from "../../../d1/book.ts";
import { findIncident, listIncidents } from "../../../d1/incidents.ts";
import type { Incident } from "../../../domain/incident/incident.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { severity } from "./drift-schema.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { incidentSchema, incidentStatus } from "./incident-schema.ts";
import { exactly, listAnswer, listQuery, openList, timePosition } from "./list.ts";

export const incidentTag = "Incidents";
export const incidentParams = z.strictObject({ id: pathText.meta({ description: "Id or slug." }) });

export function addIncidents(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/incidents",
      audience: "read",
      tag: incidentTag,
      summary: "List incidents, newest first",
      description: "All of them without a status filter; merged ones are left out.",
      query: listQuery({ agent: exactly, status: incidentStatus.optional(), severity: severity.optional() }),
      status: 200,
      answer: listAnswer(incidentSchema, "Whole incidents."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/incidents", query, timePosition);
      const { agent, status, severity } = query;
      return list.answer(await listIncidents(env.INDEX, projectId, { agent, status, severity }, list.request));
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/incidents/{id}",
      audience: "read",
      tag: incidentTag,
      summary: "One incident",
      params: incidentParams,
      status: 200,
      answer: incidentSchema,
    },
    async ({ env, projectId, params }) => {
      const incident = await requireIncident(env, projectId, params.id);
      // The desk does not know the Book, which is written from what the desk has told.
      const book = await entriesOfIncident(env.INDEX, projectId, incident);
      return { ...incident, lineage: { ...incident.lineage, book: [...new Set([...incident.lineage.book, ...book])] } };
    },
  );
}

/** Another project's incident and one that never was are refused alike. */
export async function requireIncident(env: Env, projectId: string, idOrSlug: string): Promise<Incident> {
  const incident = await findIncident(env.INDEX, projectId, idOrSlug);
  if (incident === null) throw new Refusal(404, "There is no such incident in this key's project.");
  return incident;
}
