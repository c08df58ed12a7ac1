// Tells the index that lines stand in another segment now, or that their segment goes. A run that has been revised or deleted meanwhile
// no longer stands where it was read, and stays as it is: what happened since wins.
import type { LinePlace, StoredLine } from "../r2/segments.ts";
import { jsonChunks } from "./json-chunks.ts";

/** A line that was read: whose it is and where it stood. */
export interface ReadLine {
  id: string;
  key: string;
  offset: number;
}

export interface Move {
  from: ReadLine;
  to: LinePlace;
}

export const readLineOf = ({ run, key, offset }: StoredLine): ReadLine => ({ id: run.id, key, offset });

/**
 * Moves the runs that still stand where they were read, and forgets the earlier revisions among `read`, in one transaction. Ids of the
 * runs that moved. @param read all lines of the segments that go
 */
export async function moveLines(
  db: D1Database,
  projectId: string,
  moves: readonly Move[],
  read: readonly ReadLine[],
): Promise<Set<string>> {
  const rows = moves.map(({ from, to }) => JSON.stringify([from.id, from.key, from.offset, to.key, to.offset, to.length]));
  const results = await db.batch<{ id: string }>([
    ...jsonChunks(rows).map((json) => db.prepare(moveRuns).bind(projectId, json)),
    ...forgetStale(db, projectId, read),
  ]);
  return new Set(results.flatMap((result) => result.results.map(({ id }) => id)));
}

/** Earlier revisions that stood at `read` are forgotten: their segment goes. */
export async function forgetStaleLines(db: D1Database, projectId: string, read: readonly ReadLine[]): Promise<void> {
  if (read.length > 0) await db.batch(forgetStale(db, projectId, read));
}

function forgetStale(db: D1Database, projectId: string, read: readonly ReadLine[]): D1PreparedStatement[] {
  const rows = read.map(({ id, key, offset }) => JSON.stringify([id, key, offset]));
  return jsonChunks(rows).map((json) => db.prepare(deleteStale).bind(projectId, json));
}

// Found first and moved then: joined in the update itself, SQLite would parse the JSON again for every run of the project.
const moveRuns = `
  WITH found AS MATERIALIZED (
    SELECT run.rowid AS row, value->>3 AS key, value->>4 AS offset, value->>5 AS length
    FROM json_each(?2) CROSS JOIN run ON run.project_id = ?1 AND run.id = value->>0
    WHERE run.segment_key = value->>1 AND run.segment_offset = value->>2)
  UPDATE run SET segment_key = found.key, segment_offset = found.offset, segment_length = found.length
  FROM found WHERE run.rowid = found.row RETURNING id`;

const deleteStale = `
  DELETE FROM stale_line WHERE project_id = ?1
    AND (run_id, segment_key, segment_offset) IN (SELECT value->>0, value->>1, value->>2 FROM json_each(?2))`;
