// What was found on runs and how far Claude is with reading them: beside the runs, because it comes after them.
import type { ReadingStatus } from "../domain/finding/reading.ts";
import { findingsOfRuns, type ListedFinding } from "./findings.ts";

export interface RunLabels {
  findings: ListedFinding[];
  reading: { status: ReadingStatus; findings: number | null; error: string | null };
}

/** Of a run without findings that nobody asked to read. */
export const noLabels: RunLabels = { findings: [], reading: { status: "off", findings: null, error: null } };

/** By run id; runs without any are left out. */
export async function labelsOf(db: D1Database, projectId: string, ids: readonly string[]): Promise<Map<string, RunLabels>> {
  const [findings, { results: readings }] = await Promise.all([
    findingsOfRuns(db, projectId, ids),
    db
      .prepare("SELECT run_id, status, findings, error FROM reading WHERE project_id = ?1 AND run_id IN (SELECT value FROM json_each(?2))")
      .bind(projectId, JSON.stringify(ids))
      .all<{ run_id: string } & RunLabels["reading"]>(),
  ]);
  const labels = new Map<string, RunLabels>();
  for (const [id, ofRun] of findings) labels.set(id, { ...noLabels, findings: ofRun });
  for (const { run_id: id, ...reading } of readings) labels.set(id, { ...(labels.get(id) ?? noLabels), reading });
  return labels;
}
