// Which experiments measure an agent's traffic now, and how a canary's reading is written: only over the one that it was made from, so that of
// two readings at once one is made again, and no look or step of the ramp is lost.
import type { AssigningCanary } from "../domain/experiment/assigned.ts";
import type { RampStep } from "../domain/experiment/canary-ramp.ts";
import type { Experiment, ExperimentDesign, ExperimentReading } from "../domain/experiment/experiment.ts";
import type { AuditDraft } from "../domain/audit/entry.ts";
import { noteAudit } from "./audit-pending.ts";

interface AssigningRow {
  id: string;
  status: string;
  salt: string;
  design: string;
  ramp: string | null;
}

/** The agent's canary that runs (the first started, should there be two), and the last that was promoted; either may be absent. One read. */
export async function canariesOf(
  db: D1Database,
  projectId: string,
  agent: string,
): Promise<{ running: AssigningCanary | null; promoted: AssigningCanary | null }> {
  const { results } = await db
    .prepare(
      `SELECT id, status, salt, plan->'$.design' AS design, reading->'$.canary.ramp' AS ramp FROM experiment
       WHERE project_id = ?1 AND id IN (
         (SELECT id FROM experiment WHERE project_id = ?1 AND agent = ?2 AND kind = 'canary' AND status = 'running' ORDER BY started_ms, id LIMIT 1),
         (SELECT id FROM experiment WHERE project_id = ?1 AND agent = ?2 AND kind = 'canary' AND status = 'promoted' ORDER BY updated_ms DESC, id DESC LIMIT 1))`,
    )
    .bind(projectId, agent)
    .all<AssigningRow>();
  const find = (status: string): AssigningCanary | null => {
    const row = results.find((one) => one.status === status);
    return row === undefined ? null : assigning(row);
  };
  return { running: find("running"), promoted: find("promoted") };
}

function assigning({ id, salt, design: text, ramp }: AssigningRow): AssigningCanary | null {
  const design: ExperimentDesign = JSON.parse(text);
  const steps: RampStep[] = ramp === null ? [] : JSON.parse(ramp);
  return design.kind === "canary" ? { id, salt, design, ramp: steps } : null;
}

export interface Measuring {
  id: string;
  kind: "canary" | "shadow";
  agent: string;
}

/** Canaries and shadows that take outcomes now: those of `agents`, and those that runs name. */
export async function measuringNow(
  db: D1Database,
  projectId: string,
  agents: readonly string[],
  ids: readonly string[],
): Promise<Measuring[]> {
  const { results } = await db
    .prepare(
      `SELECT id, kind, agent FROM experiment WHERE project_id = ?1 AND agent IN (SELECT value FROM json_each(?2)) AND kind IN ('canary', 'shadow')
         AND (status = 'running' OR (status = 'promoted' AND plan->>'$.design.plan.holdback' > 0))
       UNION SELECT id, kind, agent FROM experiment WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?3)) AND kind IN ('canary', 'shadow')
         AND (status = 'running' OR (status = 'promoted' AND plan->>'$.design.plan.holdback' > 0))`,
    )
    .bind(projectId, JSON.stringify(agents), JSON.stringify(ids))
    .all<{ id: string; kind: string; agent: string }>();
  return results.map(({ id, kind, agent }) => ({ id, kind: kind === "canary" ? "canary" : "shadow", agent }));
}

/** false when another reading was written meanwhile, or it does not run any more. @param draft noted with it */
export async function swapReading(
  db: D1Database,
  projectId: string,
  before: Pick<Experiment, "id" | "reading">,
  reading: ExperimentReading,
  nowMs: number,
  draft: AuditDraft | null = null,
): Promise<boolean> {
  const known = JSON.stringify(before.reading);
  const stands = "project_id = ?1 AND id = ?2 AND status = 'running' AND reading = ?3";
  const update = db
    .prepare(`UPDATE experiment SET reading = ?4, updated_ms = ?5 WHERE ${stands}`)
    .bind(projectId, before.id, known, JSON.stringify(reading), nowMs);
  const note =
    draft === null
      ? []
      : [
          noteAudit(db, projectId, [draft], {
            sql: "EXISTS (SELECT 1 FROM experiment WHERE experiment.project_id = ?1 AND experiment.id = ?3 AND status = 'running' AND reading = ?4)",
            values: [before.id, known],
          }),
        ];
  const results = await db.batch([...note, update]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/** Canaries of all projects that ended since, by whom not: their news may not have reached the agent's desk. */
export async function endedCanaries(db: D1Database, sinceMs: number, limit: number): Promise<{ projectId: string; id: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT project_id, id FROM experiment WHERE kind = 'canary' AND status IN ('aborted', 'done') AND updated_ms >= ?1
       AND EXISTS (SELECT 1 FROM project WHERE project.id = experiment.project_id AND deleted_ms IS NULL) ORDER BY updated_ms LIMIT ?2`,
    )
    .bind(sinceMs, limit)
    .all<{ project_id: string; id: string }>();
  return results.map((row) => ({ projectId: row.project_id, id: row.id }));
}

/** All canaries of a project, with what hides their units. */
export async function canarySalts(db: D1Database, projectId: string): Promise<{ id: string; salt: string }[]> {
  const { results } = await db
    .prepare("SELECT id, salt FROM experiment WHERE project_id = ? AND kind = 'canary'")
    .bind(projectId)
    .all<{ id: string; salt: string }>();
  return results;
}
