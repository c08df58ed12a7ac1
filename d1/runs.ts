// Finding runs: the list with its filters, newest first, and one run by Bento's id or the sender's. What stands here is the
// index; whole runs stand in segments. Every value is bound, text is searched literally, and nothing sorts by a name it was given.
import { and, desc, eq, gte, lt, sql, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { runIdOf } from "../domain/run/run-id.ts";
import type { RunStatus } from "../domain/run/run.ts";
import { pageOf, type Page, type PageRequest, type TimePosition } from "./page.ts";
import { run, runText } from "./schema.ts";
import { finding, findingClass, signal } from "./schema-signals.ts";
import { foldCase } from "./search-text.ts";

export type RunRow = Pick<
  typeof run.$inferSelect,
  "id" | "agent" | "startedMs" | "segmentKey" | "segmentOffset" | "segmentLength" | "summary"
>;

export interface RunFilter {
  agent?: string | undefined;
  status?: RunStatus | undefined;
  sessionId?: string | undefined;
  userId?: string | undefined;
  model?: string | undefined;
  configHash?: string | undefined;
  /** With a finding that counts for this signal, or for one of its family. */
  signalId?: string | undefined;
  /** Bounds of `started_at`: from is in, to is out. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
  /** A literal, case-insensitive substring. */
  text?: string | undefined;
}

/** Counting goes through the index row by row; above this many rows a total is not worth its cost. */
const mostCounted = 10_000;

const columns = {
  id: run.id,
  agent: run.agent,
  startedMs: run.startedMs,
  segmentKey: run.segmentKey,
  segmentOffset: run.segmentOffset,
  segmentLength: run.segmentLength,
  summary: run.summary,
};

function conditions(projectId: string, filter: RunFilter): SQL | undefined {
  return and(
    eq(run.projectId, projectId),
    filter.agent === undefined ? undefined : eq(run.agent, filter.agent),
    filter.status === undefined ? undefined : eq(run.status, filter.status),
    filter.sessionId === undefined ? undefined : eq(run.sessionId, filter.sessionId),
    filter.userId === undefined ? undefined : eq(run.userId, filter.userId),
    filter.model === undefined ? undefined : eq(run.model, filter.model),
    filter.configHash === undefined ? undefined : eq(run.configHash, filter.configHash),
    filter.signalId === undefined
      ? undefined
      : sql`${run.id} in (select ${finding.runId} from ${finding} where ${finding.projectId} = ${projectId} and ${finding.class} in (select ${findingClass.key} from ${findingClass} where ${findingClass.projectId} = ${projectId} and ${findingClass.signalId} in (select ${signal.id} from ${signal} where ${signal.projectId} = ${projectId} and (${signal.id} = ${filter.signalId} or ${signal.parentId} = ${filter.signalId}))))`,
    filter.fromMs === undefined ? undefined : gte(run.startedMs, filter.fromMs),
    filter.toMs === undefined ? undefined : lt(run.startedMs, filter.toMs),
    // instr, because LIKE takes patterns of 50 bytes at most and would read % and _ as wildcards.
    filter.text === undefined
      ? undefined
      : sql`exists (select 1 from ${runText} where ${runText.projectId} = ${run.projectId} and ${runText.runId} = ${run.id} and instr(${runText.text}, ${foldCase(filter.text)}) > 0)`,
  );
}

/** Whether an index knows how many rows match; the other columns would have to be read row by row. */
const isCountable = ({ text, status, model, configHash, signalId }: RunFilter): boolean =>
  [text, status, model, configHash, signalId].every((value) => value === undefined);

/** At most `limit` rows behind `after`, newest first. */
function runsAfter(db: D1Database, projectId: string, filter: RunFilter, after: TimePosition | null, limit: number) {
  const matching = conditions(projectId, filter);
  return drizzle(db)
    .select(columns)
    .from(run)
    .where(after === null ? matching : and(matching, sql`(${run.startedMs}, ${run.id}) < (${after[0]}, ${after[1]})`))
    .orderBy(desc(run.startedMs), desc(run.id))
    .limit(limit);
}

/** Newest first. `total` is null above 10,000 rows, and where no index knows it unless the first page shows all. */
export async function listRuns(
  db: D1Database,
  projectId: string,
  filter: RunFilter,
  { after, limit }: PageRequest<TimePosition>,
): Promise<Page<RunRow, TimePosition>> {
  const d = drizzle(db);
  const rows = runsAfter(db, projectId, filter, after, limit + 1);
  if (!isCountable(filter)) {
    const found = await rows;
    return pageOf(found, limit, positionOf, after === null && found.length <= limit ? found.length : null);
  }
  const some = d
    .select({ one: sql`1` })
    .from(run)
    .where(conditions(projectId, filter))
    .limit(mostCounted + 1)
    .as("some");
  const [found, [counted]] = await d.batch([rows, d.select({ n: sql<number>`count(*)` }).from(some)]);
  const total = counted === undefined || counted.n > mostCounted ? null : counted.n;
  return pageOf(found, limit, positionOf, total);
}

/** Pages of all rows, newest first, without counting them. */
export async function* pagesOfRuns(db: D1Database, projectId: string, filter: RunFilter, limit: number): AsyncGenerator<RunRow[]> {
  for (let after: TimePosition | null = null; ;) {
    const rows: RunRow[] = await runsAfter(db, projectId, filter, after, limit);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < limit) return;
    after = positionOf(last);
  }
}

const positionOf = (row: RunRow): TimePosition => [row.startedMs, row.id];

/** The ids under which a run may stand that somebody calls `id`: as it is, as a sender's, and as a sender's hex in capitals. */
export function candidateRunIds(id: string): string[] {
  const prefixed = runIdOf(id);
  return [...new Set([id, prefixed, prefixed.toLowerCase()])];
}

/** null when the project has no such run. Bento's id goes before a sender's that looks alike. */
export async function findRun(db: D1Database, projectId: string, id: string): Promise<RunRow | null> {
  const candidates = candidateRunIds(id);
  const rows = await drizzle(db)
    .select(columns)
    .from(run)
    .where(and(eq(run.projectId, projectId), sql`${run.id} in (select value from json_each(${JSON.stringify(candidates)}))`));
  for (const candidate of candidates) {
    const row = rows.find((r) => r.id === candidate);
    if (row !== undefined) return row;
  }
  return null;
}
