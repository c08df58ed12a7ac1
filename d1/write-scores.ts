// Writes scores. The newest receipt wins for one name and source.

export interface StoredScore {
  runId: string;
  name: string;
  value: number | string | boolean;
  source: string | null;
  comment: string | null;
  version: string;
}

export async function writeScores(db: D1Database, projectId: string, scores: readonly StoredScore[]): Promise<void> {
  const rows = scores.map(({ value, source, ...rest }) => ({ ...rest, source: source ?? "", value: JSON.stringify(value) }));
  await db.prepare(upsertScores).bind(projectId, JSON.stringify(rows)).run();
}

const upsertScores = `
  INSERT INTO score (project_id, run_id, name, source, value, comment, version)
  SELECT ?1, value->>'runId', value->>'name', value->>'source', value->>'value', value->>'comment', value->>'version'
  FROM json_each(?2) WHERE true
  ON CONFLICT DO UPDATE SET value = excluded.value, comment = excluded.comment, version = excluded.version
  WHERE excluded.version >= score.version`;
