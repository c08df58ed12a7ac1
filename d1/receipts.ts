// Receipts of processed requests, and what became of all requests in numbers. The numbers are kept, not counted: the statements
// here change them in the transaction that writes the rows, by what is new among the rows, so a redelivery counts nothing twice.
// Requests that wait are not here: they stand in the R2 inbox.

export interface Receipt {
  id: string;
  door: string;
  accepted: number;
  rejected: { index: number; id: string | null; code: string; message: string }[];
}

export interface Tally {
  /** Requests whose meaning is stored. */
  processedRequests: number;
  /** Runs, traces and scores inside processed requests that could not be read. */
  rejectedItems: number;
  /** Requests set aside after they failed again and again. */
  deadLetters: number;
  /** Dead letters that were thrown away. */
  discardedRequests: number;
  /** Runs that can be listed. */
  storedRuns: number;
}

/** Refusals that are kept of one request: its sender was told all of them. */
const mostRefusals = 100;
/** A batch of requests with nothing but refusals must fit into one bound value of 2 MB. */
const longestMessage = 300;

/** For the batch that stores what the requests mean. A request that was a dead letter is none any more. */
export function receiptStatements(db: D1Database, projectId: string, receipts: readonly Receipt[], nowMs: number): D1PreparedStatement[] {
  if (receipts.length === 0) return [];
  // One request that was delivered twice in one batch is still one.
  const json = JSON.stringify([...new Map(receipts.map((receipt) => [receipt.id, rowOf(receipt)])).values()]);
  return [
    db.prepare(countReceipts).bind(projectId, json),
    db.prepare(insertReceipts).bind(projectId, json, nowMs),
    db.prepare("DELETE FROM dead_letter WHERE project_id = ?1 AND id IN (SELECT value->>'id' FROM json_each(?2))").bind(projectId, json),
  ];
}

/** For the batch that inserts the runs, before they are. @param ids JSON array */
export function countNewRuns(db: D1Database, projectId: string, ids: string): D1PreparedStatement {
  return db.prepare(countRuns).bind(projectId, ids);
}

/** For the batch that deletes the runs, before they are. @param ids SQL of their ids, and the value that it calls ?2 */
export function uncountRuns(db: D1Database, projectId: string, ids: { sql: string; value: string }): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE tally SET stored = stored - (SELECT count(*) FROM run WHERE project_id = ?1 AND id IN (${ids.sql}))
       WHERE project_id = ?1`,
    )
    .bind(projectId, ids.value);
}

export async function tallyReceipts(db: D1Database, projectId: string): Promise<Tally> {
  const row = await db
    .prepare("SELECT processed, rejected, stored, dead, discarded FROM tally WHERE project_id = ?")
    .bind(projectId)
    .first<{ processed: number; rejected: number; stored: number; dead: number; discarded: number }>();
  return {
    processedRequests: row?.processed ?? 0,
    rejectedItems: row?.rejected ?? 0,
    deadLetters: row?.dead ?? 0,
    discardedRequests: row?.discarded ?? 0,
    storedRuns: row?.stored ?? 0,
  };
}

const rowOf = ({ id, door, accepted, rejected }: Receipt) => ({
  id,
  door,
  accepted,
  rejected: rejected.length,
  refusals:
    rejected.length > 0
      ? JSON.stringify(rejected.slice(0, mostRefusals).map((one) => ({ ...one, message: one.message.slice(0, longestMessage) })))
      : null,
});

const countReceipts = `
  INSERT INTO tally (project_id, processed, rejected)
  SELECT ?1, count(*), coalesce(sum(value->>'rejected'), 0) FROM json_each(?2)
  WHERE NOT EXISTS (SELECT 1 FROM receipt WHERE receipt.project_id = ?1 AND receipt.id = value->>'id')
  ON CONFLICT DO UPDATE SET processed = processed + excluded.processed, rejected = rejected + excluded.rejected,
    dead = dead - (SELECT count(*) FROM dead_letter WHERE dead_letter.project_id = ?1 AND dead_letter.id IN (SELECT value->>'id' FROM json_each(?2)))`;

const insertReceipts = `
  INSERT INTO receipt (project_id, id, door, accepted, rejected, refusals, processed_ms)
  SELECT ?1, value->>'id', value->>'door', value->>'accepted', value->>'rejected', value->>'refusals', ?3 FROM json_each(?2) WHERE true
  ON CONFLICT DO NOTHING`;

const countRuns = `
  INSERT INTO tally (project_id, stored)
  SELECT ?1, count(*) FROM json_each(?2) WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.project_id = ?1 AND run.id = value)
  ON CONFLICT DO UPDATE SET stored = stored + excluded.stored`;
