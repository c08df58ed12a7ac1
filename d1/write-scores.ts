// Writes scores and the receipts of their requests in one transaction. The newest receipt wins for one name and source.
import type { Receipt } from "./write-runs.ts";

export interface StoredScore {
  runId: string;
  name: string;
  value: number | string | boolean;
  source: string | null;
  comment: string | null;
  version: string;
}

export async function writeScores(db: D1Database, projectId: string, scores: readonly StoredScore[], receipts: readonly Receipt[], nowMs: number): Promise<void> {
  const rows = scores.map(({ value, source, ...rest }) => ({ ...rest, source: source ?? "", value: JSON.stringify(value) }));
  await db.batch([
    db.prepare(upsertScores).bind(projectId, JSON.stringify(rows)),
    db.prepare(insertReceipts).bind(projectId, JSON.stringify(receipts.map(({ id, door, accepted }) => ({ id, door, accepted }))), nowMs),
  ]);
}

const upsertScores = `
  INSERT INTO score (project_id, run_id, name, source, value, comment, version)
  SELECT ?1, value->>'runId', value->>'name', value->>'source', value->>'value', value->>'comment', value->>'version'
  FROM json_each(?2) WHERE true
  ON CONFLICT DO UPDATE SET value = excluded.value, comment = excluded.comment, version = excluded.version
  WHERE excluded.version >= score.version`;

const insertReceipts = `
  INSERT INTO receipt (project_id, id, door, accepted, rejected, processed_ms)
  SELECT ?1, value->>'id', value->>'door', value->>'accepted', 0, ?3 FROM json_each(?2) WHERE true
  ON CONFLICT DO NOTHING`;
