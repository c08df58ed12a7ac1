// The dimensions that people defined for their agents.
import { and, asc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AuditDraft } from "../domain/audit/entry.ts";
import type { DimensionKind } from "../domain/drift/facts.ts";
import type { CustomDimension } from "../domain/run/custom-dimension.ts";
import { noteAudit } from "./audit-pending.ts";
import { prepared } from "./prepared.ts";
import { customDimension } from "./schema.ts";

const kinds = ["proportion", "count", "duration", "categorical"] as const satisfies readonly DimensionKind[];

/** By agent. */
export type CustomDimensions = ReadonlyMap<string, readonly CustomDimension[]>;

/** Of every agent of the project. */
export async function customDimensionsOf(db: D1Database, projectId: string): Promise<CustomDimensions> {
  const rows = await drizzle(db)
    .select()
    .from(customDimension)
    .where(eq(customDimension.projectId, projectId))
    .orderBy(asc(customDimension.agent), asc(customDimension.name));
  const byAgent = new Map<string, CustomDimension[]>();
  for (const { agent, name, kind: word, expression } of rows) {
    const kind = kinds.find((one) => one === word);
    if (kind !== undefined) byAgent.set(agent, [...(byAgent.get(agent) ?? []), { name, kind, expression }]);
  }
  return byAgent;
}

/** Makes it, or replaces the one of that name. */
export async function putCustomDimension(
  db: D1Database,
  projectId: string,
  agent: string,
  dimension: CustomDimension,
  draft: AuditDraft,
  nowMs: number,
): Promise<void> {
  const query = drizzle(db)
    .insert(customDimension)
    .values({ projectId, agent, ...dimension, createdMs: nowMs })
    .onConflictDoUpdate({
      target: [customDimension.projectId, customDimension.agent, customDimension.name],
      set: { kind: dimension.kind, expression: dimension.expression, createdMs: nowMs },
    });
  await db.batch([noteAudit(db, projectId, [draft]), prepared(db, query)]);
}

export async function deleteCustomDimension(
  db: D1Database,
  projectId: string,
  agent: string,
  name: string,
  draft: AuditDraft,
): Promise<void> {
  const query = drizzle(db)
    .delete(customDimension)
    .where(and(eq(customDimension.projectId, projectId), eq(customDimension.agent, agent), eq(customDimension.name, name)));
  await db.batch([noteAudit(db, projectId, [draft]), prepared(db, query)]);
}
