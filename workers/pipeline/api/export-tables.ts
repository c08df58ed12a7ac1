// What can be exported beside runs: how each is paged through, newest or most pressing first, and which of its fields make columns. NDJSON
// has whole records, as the lists of the API give them; in CSV what is no plain value stands as JSON.
import { listAudit } from "../../../d1/audit.ts";
import { listEntries } from "../../../d1/book.ts";
import { listChanges } from "../../../d1/changes.ts";
import { listDrifts } from "../../../d1/drifts.ts";
import { listExperiments } from "../../../d1/experiments.ts";
import { listFindings } from "../../../d1/findings.ts";
import { listIncidents } from "../../../d1/incidents.ts";
import type { Page, TimePosition } from "../../../d1/page.ts";
import { listReports, type ReportPosition } from "../../../d1/reports.ts";
import { listSignals } from "../../../d1/signals.ts";
import { isObject } from "../../../domain/wire/json-value.ts";
import { chainAudit } from "../../../queues/chain-audit.ts";
import type { Env } from "../env.ts";
import { bookUpToDate } from "./book.ts";
import type { Cell } from "./csv.ts";
import { experimentView } from "./experiments-schema.ts";
import { signalView } from "./signal-schema.ts";
import { upToDate } from "./up-to-date.ts";

export interface ExportTable {
  /** Dotted paths of fields: the names of the columns. */
  columns: readonly string[];
  /** What must be done before, so that everything acknowledged is in it. */
  before: (env: Env, projectId: string, agent: string | undefined, nowMs: number) => Promise<void>;
  /** Every record, page by page. */
  pages: (env: Env, projectId: string, agent: string | undefined) => AsyncGenerator<readonly object[]>;
}

const rowsAtATime = 200;
const nothingBefore = async (): Promise<void> => undefined;

async function* pagesOf<Item, Position>(read: (after: Position | null) => Promise<Page<Item, Position>>): AsyncGenerator<readonly Item[]> {
  for (let after: Position | null = null; ;) {
    const page: Page<Item, Position> = await read(after);
    if (page.items.length > 0) yield page.items;
    if (page.next === null) return;
    after = page.next;
  }
}

const limit = rowsAtATime;

export const exportTables = {
  findings: {
    columns: [
      "id",
      "run_id",
      "step_id",
      "signal_id",
      "what",
      "why",
      "where",
      "expected",
      "severity",
      "polarity",
      "detector",
      "detector_version",
      "source",
      "recovered",
      "context",
      "evidence",
      "label.correct",
      "label.by",
    ],
    before: upToDate,
    pages: ({ INDEX }, projectId, agent) =>
      pagesOf((after: TimePosition | null) => listFindings(INDEX, projectId, { agent }, { after, limit })),
  },
  signals: {
    columns: [
      "id",
      "slug",
      "agent",
      "name",
      "definition",
      "version",
      "polarity",
      "state",
      "severity",
      "count",
      "denominator",
      "rate",
      "rate_low",
      "rate_high",
      "share_of_failures",
      "priority",
      "first_seen",
      "last_seen",
      "parent_id",
      "by",
      "trend",
      "examples",
    ],
    before: upToDate,
    pages: async function* ({ INDEX }, projectId, agent) {
      // By the time last seen: it moves less than priorities do while pages are read.
      const read = (after: [number, string] | null) => listSignals(INDEX, projectId, { agent }, "last_seen", { after, limit });
      for await (const rows of pagesOf(read)) yield rows.map(signalView);
    },
  },
  incidents: {
    columns: [
      "id",
      "slug",
      "agent",
      "title",
      "summary",
      "status",
      "severity",
      "opened_at",
      "onset_at",
      "recovered_at",
      "resolved_at",
      "owner",
      "attribution.verdict",
      "attribution.causes",
      "drifts",
      "signals",
      "lineage",
      "timeline",
    ],
    before: nothingBefore,
    pages: ({ INDEX }, projectId, agent) =>
      pagesOf((after: TimePosition | null) => listIncidents(INDEX, projectId, { agent }, { after, limit })),
  },
  drifts: {
    columns: [
      "id",
      "agent",
      "dimension",
      "kind",
      "direction",
      "status",
      "severity",
      "onset_at",
      "onset_from",
      "onset_to",
      "detected_at",
      "baseline.n",
      "baseline.value",
      "current.n",
      "current.value",
      "effect.measure",
      "effect.value",
      "effect.low",
      "effect.high",
      "evidence.method",
      "evidence.value",
      "evidence.threshold",
      "incident_id",
      "attribution.verdict",
      "attribution.causes",
    ],
    before: nothingBefore,
    pages: ({ INDEX }, projectId, agent) =>
      pagesOf((after: TimePosition | null) => listDrifts(INDEX, projectId, { agent }, { after, limit })),
  },
  changes: {
    columns: ["id", "agent", "kind", "ref", "at", "declared", "from", "to", "description", "author", "run_id"],
    before: nothingBefore,
    pages: ({ INDEX }, projectId, agent) =>
      pagesOf((after: TimePosition | null) => listChanges(INDEX, projectId, { agent }, { after, limit })),
  },
  experiments: {
    columns: [
      "id",
      "kind",
      "agent",
      "status",
      "verdict",
      "decisive_sentence",
      "candidate",
      "baseline",
      "plan",
      "metrics",
      "cases",
      "srm",
      "coverage",
      "cost_usd",
      "error",
      "created_at",
      "started_at",
      "ended_at",
    ],
    before: nothingBefore,
    pages: async function* ({ INDEX }, projectId, agent) {
      const read = (after: [string] | null) => listExperiments(INDEX, projectId, { agent }, { after, limit });
      for await (const rows of pagesOf(read))
        yield rows.map((one) => experimentView(one, { reading: one.reading, results: null, progress: null }));
    },
  },
  book: {
    columns: [
      "id",
      "agent",
      "at",
      "kind",
      "slug",
      "title",
      "conclusion",
      "claim",
      "believed",
      "tested",
      "found",
      "shipped",
      "replaced",
      "evidence",
      "superseded_by",
    ],
    before: (env, projectId) => bookUpToDate(env, projectId),
    pages: ({ INDEX }, projectId, agent) =>
      pagesOf((after: TimePosition | null) => listEntries(INDEX, projectId, { agent, withSuperseded: true }, { after, limit })),
  },
  reports: {
    columns: [
      "id",
      "agent",
      "period",
      "day",
      "timezone",
      "hours",
      "complete",
      "runs",
      "tokens",
      "cost_usd",
      "change_pct.runs",
      "change_pct.tokens",
      "change_pct.cost_usd",
      "outcome.success.rate",
      "outcome.error.rate",
      "summary",
    ],
    before: nothingBefore,
    pages: ({ INDEX }, projectId, agent) =>
      pagesOf((after: ReportPosition | null) => listReports(INDEX, projectId, { agent }, { after, limit })),
  },
  audit: {
    columns: [
      "seq",
      "id",
      "at",
      "actor.key_id",
      "actor.owner",
      "actor.kind",
      "action",
      "object",
      "before",
      "after",
      "reason",
      "prev_hash",
      "hash",
    ],
    before: (env, projectId) => chainAudit(env, projectId),
    pages: ({ INDEX }, projectId) => pagesOf((after: [number] | null) => listAudit(INDEX, projectId, {}, { after, limit })),
  },
} as const satisfies Record<string, ExportTable>;

/** The value at a dotted path; what is no plain value as JSON. */
export function cellAt(record: object, path: string): Cell {
  let value: unknown = record;
  for (const name of path.split(".")) value = isObject(value) ? value[name] : undefined;
  if (value === null || value === undefined) return null;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : JSON.stringify(value);
}
