// Signals as they are listed. They are few for each agent, so a list reads them whole and sorts them by what it was asked for.
import type { SignalState } from "../domain/signal/signal.ts";
import { readSignalRow, signalColumns, type SignalRow } from "./signal-rows.ts";

export interface SignalFilter {
  agent?: string | undefined;
  state?: SignalState | undefined;
  polarity?: "failure" | "win" | undefined;
  level?: "leaf" | "family" | undefined;
}

export type SignalSort = "priority" | "rate" | "last_seen";

const keys: Record<SignalSort, string> = {
  priority: "priority",
  rate: "coalesce(rate, -1)",
  last_seen: "coalesce(last_seen_ms, -1)",
};

export type SignalPosition = [key: number, id: string];

/** The greatest first. `total` counts them all. */
export async function listSignals(
  db: D1Database,
  projectId: string,
  { agent, state, polarity, level }: SignalFilter,
  sort: SignalSort,
  { after, limit }: { after: SignalPosition | null; limit: number },
): Promise<{ items: SignalRow[]; next: SignalPosition | null; total: number }> {
  const key = keys[sort];
  const where = `project_id = ?1 AND (?2 IS NULL OR agent = ?2) AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR polarity = ?4)
    AND (?5 IS NULL OR (family IS NULL) = ?5)`;
  const bound = [projectId, agent ?? null, state ?? null, polarity ?? null, level === undefined ? null : level === "leaf" ? 1 : 0] as const;
  const [rows, counted] = await db.batch<Parameters<typeof readSignalRow>[0] & { key: number; n: number }>([
    db
      .prepare(
        `SELECT ${signalColumns}, ${key} AS key FROM signal WHERE ${where} ${after === null ? "" : `AND (${key}, id) < (?7, ?8)`}
         ORDER BY ${key} DESC, id DESC LIMIT ?6`,
      )
      .bind(...bound, limit + 1, ...(after ?? [])),
    db.prepare(`SELECT count(*) AS n FROM signal WHERE ${where}`).bind(...bound),
  ]);
  const found = rows?.results ?? [];
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(readSignalRow),
    next: found.length > limit && last !== undefined ? [last.key, last.id] : null,
    total: counted?.results[0]?.n ?? 0,
  };
}
