// The rules that people declared as signals, by agent: what every run that comes is asked.
import type { Expectation } from "../domain/finding/expectation.ts";
import type { Severity } from "../domain/drift/drift.ts";
import type { FindingPolarity } from "../domain/finding/finding.ts";

export type Expectations = ReadonlyMap<string, readonly Expectation[]>;

interface Row {
  id: string;
  agent: string;
  slug: string;
  name: string;
  version: number;
  polarity: FindingPolarity;
  severity: Severity;
  rule: string;
}

/** Of every agent of the project; archived ones are asked no more. */
export async function expectationsOf(db: D1Database, projectId: string): Promise<Expectations> {
  const { results } = await db
    .prepare(
      `SELECT id, agent, slug, record->>'name' AS name, version, polarity, record->>'severity' AS severity, rule FROM signal
       WHERE project_id = ? AND is_declared = 1 AND rule IS NOT NULL AND state <> 'archived' ORDER BY agent, id`,
    )
    .bind(projectId)
    .all<Row>();
  const rules = results.map(({ id, ...row }): Expectation & { agent: string } => ({ signalId: id, ...row }));
  return Map.groupBy(rules, ({ agent }) => agent);
}
