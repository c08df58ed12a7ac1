// Runs of a replay, each once for every repeat: the rows are what is true, messages only say that there is something to do. `updated_ms` of a
// pending row is when somebody may take it; whoever takes it moves that into the future, so that a kill gives it back by itself.
import { itemStatuses, type ItemStatus, type ReplayItem, type ReplayOutcome } from "../domain/experiment/replay.ts";
import type { ServedCall } from "../domain/experiment/recorded-tools.ts";
import { jsonChunks } from "./json-chunks.ts";

export interface ItemKey {
  projectId: string;
  experimentId: string;
  runId: string;
  nth: number;
}

export interface TakenItem extends ItemKey {
  /** Tries so far, this one included. */
  attempts: number;
}

/** Pending items of an experiment that is being made, for its transaction, after the experiment; nothing where that was not written. */
export function itemStatements(
  db: D1Database,
  projectId: string,
  experimentId: string,
  runIds: readonly string[],
  repeats: number,
): D1PreparedStatement[] {
  return jsonChunks(runIds.map((id) => JSON.stringify(id))).map((json) =>
    db
      .prepare(
        `WITH RECURSIVE repeat(nth) AS (SELECT 0 UNION ALL SELECT nth + 1 FROM repeat WHERE nth + 1 < ?4)
         INSERT INTO replay_item (project_id, experiment_id, run_id, nth, status, attempts, cost_usd, updated_ms)
         SELECT ?1, ?2, value, nth, 'pending', 0, 0, 0 FROM json_each(?3), repeat
         WHERE EXISTS (SELECT 1 FROM experiment WHERE experiment.project_id = ?1 AND experiment.id = ?2) ON CONFLICT DO NOTHING`,
      )
      .bind(projectId, experimentId, json, repeats),
  );
}

const isRunning =
  "EXISTS (SELECT 1 FROM experiment WHERE experiment.project_id = ?1 AND experiment.id = ?2 AND experiment.status = 'running')";

/** The next one that may be tried, taken until `untilMs`; null for none. A replay that does not run has none. */
export async function takeItem(
  db: D1Database,
  projectId: string,
  experimentId: string,
  nowMs: number,
  untilMs: number,
): Promise<TakenItem | null> {
  const row = await db
    .prepare(
      `UPDATE replay_item SET attempts = attempts + 1, updated_ms = ?4, served = NULL, token_hash = NULL
       WHERE rowid = (SELECT rowid FROM replay_item WHERE project_id = ?1 AND experiment_id = ?2 AND status = 'pending' AND updated_ms <= ?3
         ORDER BY updated_ms, run_id, nth LIMIT 1) AND status = 'pending' AND updated_ms <= ?3 AND ${isRunning}
       RETURNING run_id, nth, attempts`,
    )
    .bind(projectId, experimentId, nowMs, untilMs)
    .first<{ run_id: string; nth: number; attempts: number }>();
  return row === null ? null : { projectId, experimentId, runId: row.run_id, nth: row.nth, attempts: row.attempts };
}

/** When the next pending one may be tried; null when none is pending. */
export async function nextItemMs(db: D1Database, projectId: string, experimentId: string): Promise<number | null> {
  return db
    .prepare("SELECT min(updated_ms) AS ms FROM replay_item WHERE project_id = ? AND experiment_id = ? AND status = 'pending'")
    .bind(projectId, experimentId)
    .first<number | null>("ms");
}

/** Whoever had them is gone: they may be tried now. */
export async function freeItems(db: D1Database, projectId: string, experimentId: string, nowMs: number): Promise<void> {
  await db
    .prepare(
      "UPDATE replay_item SET updated_ms = ?3 WHERE project_id = ?1 AND experiment_id = ?2 AND status = 'pending' AND updated_ms > ?3",
    )
    .bind(projectId, experimentId, nowMs)
    .run();
}

const thisItem = "project_id = ?1 AND experiment_id = ?2 AND run_id = ?3 AND nth = ?4 AND status = 'pending' AND attempts = ?5";
const keyOf = ({ projectId, experimentId, runId, nth, attempts }: TakenItem) => [projectId, experimentId, runId, nth, attempts] as const;

/** Ends it. Only whoever took it last may: what comes after a lease is over changes nothing. */
export async function endItem(
  db: D1Database,
  item: TakenItem,
  status: Exclude<ItemStatus, "pending">,
  outcome: ReplayOutcome,
  nowMs: number,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE replay_item SET status = ?6, outcome = ?7, token_hash = NULL, served = NULL, cost_usd = cost_usd + ?8, updated_ms = ?9 WHERE ${thisItem}`,
    )
    .bind(...keyOf(item), status, JSON.stringify(outcome), outcome.costUsd ?? 0, nowMs)
    .run();
  return meta.changes > 0;
}

/** It is tried again at `againMs`. @param wasTried false: it was not its turn, and the try does not count */
export async function postponeItem(db: D1Database, item: TakenItem, againMs: number, wasTried: boolean): Promise<void> {
  await db
    .prepare(`UPDATE replay_item SET updated_ms = ?6, attempts = attempts - ?7, token_hash = NULL, served = NULL WHERE ${thisItem}`)
    .bind(...keyOf(item), againMs, wasTried ? 0 : 1)
    .run();
}

/** Hands out a tool address: its token's hash, until the lease is over. */
export async function openTools(db: D1Database, item: TakenItem, tokenHash: string): Promise<boolean> {
  const { meta } = await db
    .prepare(`UPDATE replay_item SET token_hash = ?6, served = '[]' WHERE ${thisItem}`)
    .bind(...keyOf(item), tokenHash)
    .run();
  return meta.changes > 0;
}

export interface OpenTools extends ItemKey {
  served: ServedCall[];
}

/** null for an address that was never handed out, or is closed or over. */
export async function findTools(db: D1Database, tokenHash: string, nowMs: number): Promise<OpenTools | null> {
  const row = await db
    .prepare(
      `SELECT project_id, experiment_id, run_id, nth, served FROM replay_item
       WHERE token_hash = ?1 AND status = 'pending' AND updated_ms > ?2`,
    )
    .bind(tokenHash, nowMs)
    .first<{ project_id: string; experiment_id: string; run_id: string; nth: number; served: string | null }>();
  if (row === null) return null;
  const served: ServedCall[] = JSON.parse(row.served ?? "[]");
  return { projectId: row.project_id, experimentId: row.experiment_id, runId: row.run_id, nth: row.nth, served };
}

/** One more call was answered. false when another one was in between: then the record to give is to be looked for again. */
export async function noteServed(db: D1Database, tokenHash: string, before: readonly ServedCall[], call: ServedCall): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE replay_item SET served = ?3 WHERE token_hash = ?1 AND served = ?2")
    .bind(tokenHash, JSON.stringify(before), JSON.stringify([...before, call]))
    .run();
  return meta.changes > 0;
}

/** What was served at the address of an item so far. */
export async function servedSoFar(db: D1Database, { projectId, experimentId, runId, nth }: ItemKey): Promise<ServedCall[]> {
  const served = await db
    .prepare("SELECT served FROM replay_item WHERE project_id = ? AND experiment_id = ? AND run_id = ? AND nth = ?")
    .bind(projectId, experimentId, runId, nth)
    .first<string | null>("served");
  return JSON.parse(served ?? "[]");
}

/** Those that were not tried when the replay ended early. */
export async function endPending(db: D1Database, projectId: string, experimentId: string, reason: string, nowMs: number): Promise<void> {
  await db
    .prepare(
      `UPDATE replay_item SET status = 'errored', outcome = ?3, token_hash = NULL, served = NULL, updated_ms = ?4
       WHERE project_id = ?1 AND experiment_id = ?2 AND status = 'pending'`,
    )
    .bind(projectId, experimentId, JSON.stringify(untried(reason)), nowMs)
    .run();
}

/** Of an item that never came to an end. */
export const untried = (reason: string): ReplayOutcome => ({
  baselinePassed: null,
  passed: null,
  reason,
  output: null,
  diverged: null,
  toolCalls: 0,
  missingCalls: 0,
  missing: [],
  unexpected: [],
  unused: 0,
  usage: null,
  costUsd: null,
  baselineCostUsd: null,
  tookMs: null,
  cluster: null,
});

/** Rows a read: each has an output and calls of some KB. */
const rowsAtATime = 1_000;

/** Answers that are kept as a whole are for evaluators, one at a time. */
const listed = "json_remove(outcome, '$.kept')";
/** Output and calls may hold megabytes together: whoever counts does without them. */
const bare = `json_set(${listed}, '$.output', NULL, '$.missing', json('[]'), '$.unexpected', json('[]'))`;

/** One item with all that is kept of it; null where the run is not replayed. */
export async function findItem(
  db: D1Database,
  { projectId, experimentId, runId, nth }: ItemKey,
): Promise<Pick<ReplayItem, "status" | "outcome"> | null> {
  const row = await db
    .prepare("SELECT status, outcome FROM replay_item WHERE project_id = ? AND experiment_id = ? AND run_id = ? AND nth = ?")
    .bind(projectId, experimentId, runId, nth)
    .first<{ status: string; outcome: string | null }>();
  if (row === null) return null;
  const outcome: ReplayOutcome | null = row.outcome === null ? null : JSON.parse(row.outcome);
  return { status: itemStatuses.find((one) => one === row.status) ?? "errored", outcome };
}

/** All items of an experiment, without what is kept for evaluators. @param texts whether with outputs and calls, or of which runs */
export async function listItems(
  db: D1Database,
  projectId: string,
  experimentId: string,
  texts: "with" | "without" | readonly string[],
): Promise<ReplayItem[]> {
  const some = typeof texts === "string" ? null : JSON.stringify(texts);
  const wanted = some === null ? "" : "AND run_id IN (SELECT value FROM json_each(?6))";
  const items: ReplayItem[] = [];
  for (let after: [string, number] = ["", -1]; ;) {
    const { results } = await db
      .prepare(
        `SELECT run_id, nth, status, ${texts === "without" ? bare : listed} AS outcome FROM replay_item
         WHERE project_id = ?1 AND experiment_id = ?2 AND (run_id, nth) > (?3, ?4) ${wanted} ORDER BY run_id, nth LIMIT ?5`,
      )
      .bind(projectId, experimentId, ...after, rowsAtATime, ...(some === null ? [] : [some]))
      .all<{ run_id: string; nth: number; status: string; outcome: string | null }>();
    for (const row of results) {
      const outcome: ReplayOutcome | null = row.outcome === null ? null : JSON.parse(row.outcome);
      items.push({ runId: row.run_id, nth: row.nth, status: itemStatuses.find((one) => one === row.status) ?? "errored", outcome });
    }
    const last = results.at(-1);
    if (last === undefined || results.length < rowsAtATime) return items;
    after = [last.run_id, last.nth];
  }
}
