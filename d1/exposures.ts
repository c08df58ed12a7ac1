// Which arms a canary gave to its units, and when first. A unit's first arm is the one that counts, so an exposure is written once and never
// changed; units are kept as salted hashes.
import { armNames, type ArmName } from "../domain/experiment/assignment.ts";
import type { UnitExposure } from "../domain/experiment/canary-units.ts";

const rowsAPage = 20_000;

export interface NewExposure {
  unit: string;
  arm: ArmName;
  atMs: number;
}

/** Again, it changes nothing. */
export async function writeExposure(
  db: D1Database,
  projectId: string,
  experimentId: string,
  { unit, arm, atMs }: NewExposure,
): Promise<void> {
  await db
    .prepare("INSERT OR IGNORE INTO exposure (project_id, experiment_id, unit, arm, at_ms) VALUES (?, ?, ?, ?, ?)")
    .bind(projectId, experimentId, unit, arm, atMs)
    .run();
}

/** For units that nobody assigned here: what they say they ran as is what they were given. One row a unit. */
export function exposeUnknown(
  db: D1Database,
  projectId: string,
  experimentId: string,
  exposures: readonly NewExposure[],
): D1PreparedStatement {
  const first = new Map<string, NewExposure>();
  for (const one of exposures) if (!first.has(one.unit)) first.set(one.unit, one);
  return db
    .prepare(
      `INSERT OR IGNORE INTO exposure (project_id, experiment_id, unit, arm, at_ms)
       SELECT ?1, ?2, value->>'unit', value->>'arm', value->>'atMs' FROM json_each(?3)
       WHERE NOT EXISTS (SELECT 1 FROM exposure AS known WHERE known.project_id = ?1 AND known.experiment_id = ?2 AND known.unit = value->>'unit')`,
    )
    .bind(projectId, experimentId, JSON.stringify([...first.values()]));
}

/** By unit: the first `most` of them. */
export async function exposuresOf(
  db: D1Database,
  projectId: string,
  experimentId: string,
  most: number,
): Promise<Map<string, UnitExposure>> {
  const units = new Map<string, UnitExposure>();
  for (
    let after: { atMs: number; unit: string; arm: string } | null = { atMs: -1, unit: "", arm: "" };
    after !== null && units.size < most;
  ) {
    const { results }: D1Result<{ unit: string; arm: string; at_ms: number }> = await db
      .prepare(
        `SELECT unit, arm, at_ms FROM exposure WHERE project_id = ?1 AND experiment_id = ?2 AND (at_ms, unit, arm) > (?3, ?4, ?5)
         ORDER BY at_ms, unit, arm LIMIT ?6`,
      )
      .bind(projectId, experimentId, after.atMs, after.unit, after.arm, rowsAPage)
      .all<{ unit: string; arm: string; at_ms: number }>();
    for (const { unit, arm, at_ms: atMs } of results) {
      const known = units.get(unit);
      const name = armNames.find((one) => one === arm);
      if (known !== undefined) known.isBoth = true;
      else if (name !== undefined && units.size < most) units.set(unit, { arm: name, atMs, isBoth: false });
    }
    const last = results.at(-1);
    after = results.length < rowsAPage || last === undefined ? null : { atMs: last.at_ms, unit: last.unit, arm: last.arm };
  }
  return units;
}
