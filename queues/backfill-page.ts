// One page of a backfill: the next runs of the agent by start and id, those of them that are in the sample read from the archive and
// looked at once. It writes nothing of the job: what it found and how far that is goes into one transaction of its caller's.
import type { Backfill } from "../domain/backfill/backfill.ts";
import { withRuns, type LookedAt } from "../domain/backfill/report.ts";
import { sampleHash } from "../domain/backfill/sample.ts";
import type { Run } from "../domain/run/run.ts";
import { historyPage, type HistoryRun } from "../d1/backfill-runs.ts";
import { scoresOf, standingRuns, type IndexedScore } from "../d1/read-for-store.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { readRuns, type RunReader } from "../r2/read-runs.ts";
import type { PageScan, TargetScan } from "./backfill-scan.ts";
import { mergeScores } from "../domain/run/merge-scores.ts";
import { letIn } from "./doors-first.ts";
import { readStoredLine } from "./stored-line.ts";

/** Runs a page: enough that what a page costs is little for each, few enough that a page is a moment. */
const mostRuns = 4_000;
/** Rows that are looked at for one page where a sample leaves most of them out. */
const mostRows = 40_000;
/** Runs that are looked at in one go: a request waits for so many at most. */
const runsAtOnce = 1_000;
/** As they lie in the archive, packed: an isolate holds them unpacked one at a time. */
const mostBytes = 4 * 1024 * 1024;

/** Runs that were fetched and not looked at yet. */
export interface FetchedPage {
  rows: readonly HistoryRun[];
  readers: readonly RunReader[];
  /** Scores that came apart from them, by run. */
  scores: ReadonlyMap<string, readonly IndexedScore[]>;
  /** The last run that the page reaches, looked at or not. */
  last: HistoryRun;
  tookMs: number;
}

/** The page behind the cursor of `job`; null when there is nothing left to look at. */
export async function fetchPage(
  env: Bindings,
  projectId: string,
  { agent, plan, cursor }: Backfill,
  scan: TargetScan,
): Promise<FetchedPage | null> {
  const beganMs = Date.now();
  const share = plan.below === null || plan.inRange === 0 ? 1 : Math.max(plan.runs / plan.inRange, mostRuns / mostRows);
  const found = await historyPage(env.INDEX, projectId, { agent, ...plan }, cursor.after, Math.ceil(mostRuns / share), scan.held);
  const { chosen: rows, last } = chooseRows(found, plan.below);
  if (last === undefined) return null;
  const scored = rows.filter(({ hasScores }) => hasScores).map(({ id }) => id);
  const [readers, scores] = await Promise.all([
    readRuns(
      env.ARCHIVE,
      rows.map(({ place }) => place),
    ),
    scored.length === 0 ? [] : scoresOf(env.INDEX, projectId, scored),
  ]);
  return { rows, readers, scores: Map.groupBy(scores, ({ runId }) => runId), last, tookMs: Date.now() - beganMs };
}

export interface Page {
  /** The job behind this page. */
  next: Backfill;
  statements: D1PreparedStatement[];
}

export async function readPage(env: Bindings, projectId: string, job: Backfill, scan: TargetScan, fetched: FetchedPage): Promise<Page> {
  const beganMs = Date.now();
  const page = scan.page();
  const { looked, errors } = await lookAt(env, projectId, fetched, page);
  const nowMs = Date.now();
  const statements = await page.statements(nowMs);
  const { last, tookMs } = fetched;
  const next: Backfill = {
    ...job,
    cursor: {
      ...job.cursor,
      after: [last.startedMs, last.id],
      workedMs: job.cursor.workedMs + tookMs + Date.now() - beganMs,
    },
    scanned: job.scanned + looked.length + errors,
    matched: job.matched + looked.filter(({ shows }) => shows).length,
    errors: job.errors + errors,
    tally: withRuns(job.tally, looked),
    updatedMs: nowMs,
  };
  return { next, statements };
}

/** Those of `rows` to look at, up to as many bytes as a page may have, and the last row that they reach. */
function chooseRows(rows: readonly HistoryRun[], below: number | null): { chosen: HistoryRun[]; last: HistoryRun | undefined } {
  const chosen: HistoryRun[] = [];
  let bytes = 0;
  let last: HistoryRun | undefined;
  for (const row of rows) {
    // what only shadows another run is no traffic
    if (!row.isOpen && row.weight > 0 && (below === null || sampleHash(row.id) < below)) {
      bytes += row.place.length;
      if (chosen.length > 0 && bytes > mostBytes) break;
      chosen.push(row);
    }
    last = row;
  }
  return { chosen, last };
}

async function lookAt(
  env: Bindings,
  projectId: string,
  { rows, readers, scores }: FetchedPage,
  page: PageScan,
): Promise<{ looked: LookedAt[]; errors: number }> {
  const looked: LookedAt[] = [];
  let errors = 0;
  for (const [i, row] of rows.entries()) {
    if (i % runsAtOnce === runsAtOnce - 1) await letIn();
    const stored = readIn(readers[i]) ?? (await readElsewhere(env, projectId, row));
    const said = stored === "gone" ? "gone" : stored === "unreadable" ? null : lookOnce(row, stored, scores.get(row.id) ?? [], page);
    if (said === null) errors += 1;
    else if (said !== "gone") looked.push({ atMs: row.startedMs, weight: row.weight, ...said });
  }
  return { looked, errors };
}

function readIn(reader: RunReader | undefined): Run | "unreadable" | null {
  try {
    return reader?.() ?? null;
  } catch {
    return "unreadable";
  }
}

/** A line that is not where the row said a moment ago: its hour was merged since, its run was deleted, or it is lost. */
async function readElsewhere(env: Bindings, projectId: string, { id, place }: HistoryRun): Promise<Run | "gone" | "unreadable"> {
  try {
    const line = await readStoredLine(env, projectId, id, place);
    if (line !== null) return line.run;
    return (await standingRuns(env.INDEX, projectId, [id])).length === 0 ? "gone" : "unreadable";
  } catch (error) {
    // What the archive gave was no run; anything else is an outage, which the whole page waits for.
    if (error instanceof SyntaxError) return "unreadable";
    throw error;
  }
}

/** null for a run that cannot be judged: it must not stop the others. */
function lookOnce(
  row: HistoryRun,
  stored: Run,
  late: readonly IndexedScore[],
  page: PageScan,
): { shows: boolean; wasKnown: boolean } | null {
  try {
    const run = late.length === 0 ? stored : { ...stored, scores: mergeScores(stored.scores, late) };
    return page.look({ row, stored, run, newestScore: late.at(-1)?.version ?? "" });
  } catch {
    return null;
  }
}
