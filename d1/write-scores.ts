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
  const runIds = JSON.stringify([...new Set(scores.map(({ runId }) => runId))]);
  await db.batch([db.prepare(upsertScores).bind(projectId, JSON.stringify(rows)), db.prepare(deleteErased).bind(projectId, runIds)]);
}

const upsertScores = `
  INSERT INTO score (project_id, run_id, name, source, value, comment, version)
  SELECT ?1, value->>'runId', value->>'name', value->>'source', value->>'value', value->>'comment', value->>'version'
  FROM json_each(?2) WHERE true
  ON CONFLICT DO UPDATE SET value = excluded.value, comment = excluded.comment, version = excluded.version
  WHERE excluded.version >= score.version`;

// A score that was received before its run was deleted goes as the run went.
const deleteErased = `
  DELETE FROM score WHERE project_id = ?1 AND run_id IN (SELECT value FROM json_each(?2)) AND EXISTS (SELECT 1 FROM erasure
    WHERE erasure.project_id = ?1 AND erasure.kind = 'run' AND erasure.key = score.run_id AND substr(score.version, 1, length(erasure.mark)) <= erasure.mark)`;
