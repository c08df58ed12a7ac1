// A scripted API behind the pages: one project with a support agent that got worse after a prompt edit, an agent that still
// learns and one that is well. Deterministic, so that pictures of pages can be compared.
import type { PageContext, Session } from "../../workers/dashboard/page-context.ts";
import { deliveries, preview, rules, ruleWithStanding } from "./alerts.fixture.ts";
import { artifactScript } from "./artifacts.fixture.ts";
import { experimentScript } from "./experiments.fixture.ts";
import { incidentOf, secondIncident } from "./incidents.fixture.ts";
import { loopScript } from "./loop.fixture.ts";
import { runs } from "./runs.fixture.ts";
import { signalScript } from "./signals.fixture.ts";

export const nowMs = Date.parse("2026-11-24T14:20:00Z");
export const onsetMs = Date.parse("2026-11-21T09:00:00Z");
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const iso = (ms: number): string => new Date(ms).toISOString();

export type Script = Record<string, unknown | ((url: URL) => unknown)>;

/** A refusal as the API words one. */
export class Refused {
  readonly status: number;
  readonly message: string;
  constructor(status: number, message: string) {
    this.status = status;
    this.message = message;
  }
}

export const session: Session = {
  projectId: "prj_default",
  projectName: "default",
  timezone: "Europe/Berlin",
  owner: "Ada Lindqvist",
  kind: "person",
  scopes: ["ingest", "read", "write", "admin"],
  isInstanceAdmin: true,
  projects: [
    { id: "prj_default", name: "default" },
    { id: "prj_sample", name: "sample" },
  ],
};

export interface Asked {
  method: string;
  path: string;
  query: string;
  body: unknown;
}

/** A context whose API answers from the script: by `METHOD /path`, else `/path`; what is asked is kept in `asked`. */
export function scripted(script: Script = fullScript(), given: Partial<PageContext> = {}): { context: PageContext; asked: Asked[] } {
  const asked: Asked[] = [];
  const api = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const body = await request.text();
    asked.push({ method: request.method, path: url.pathname, query: url.search, body: body === "" ? null : JSON.parse(body) });
    const found = script[`${request.method} ${url.pathname}`] ?? script[url.pathname];
    const answer = typeof found === "function" ? found(url) : found;
    if (answer === undefined) return Response.json({ error: { code: "not_found", message: "There is no such thing." } }, { status: 404 });
    if (answer instanceof Refused) return Response.json({ error: { code: "refused", message: answer.message } }, { status: answer.status });
    return answer instanceof Response ? answer.clone() : Response.json(answer);
  };
  return { context: { api, session, nowMs, csrfToken: "csrf-of-the-session", ...given }, asked };
}

export const listOf = (data: unknown[], total: number | null = null, next: string | null = null): unknown => ({
  data,
  next_cursor: next,
  total,
});

/** Repeatable noise in [-1, 1]. */
export function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return (x - Math.floor(x)) * 2 - 1;
}

interface Dim {
  name: string;
  kind: string;
  unit: string;
  base: number;
  spread: number;
  /** Factor from the onset on; 1 for what did not move. */
  factor?: number;
  status?: string;
  category?: string;
}

export const dims: Dim[] = [
  { name: "volume.runs", kind: "count", unit: "runs", base: 42, spread: 9 },
  { name: "outcome.success", kind: "proportion", unit: "share", base: 0.91, spread: 0.03, factor: 0.81, status: "drifting" },
  { name: "outcome.error", kind: "proportion", unit: "share", base: 0.02, spread: 0.008 },
  { name: "outcome.refusal", kind: "proportion", unit: "share", base: 0.004, spread: 0.003 },
  { name: "score.helpfulness", kind: "proportion", unit: "share", base: 0.78, spread: 0.04 },
  { name: "latency.run_ms", kind: "duration", unit: "ms", base: 4_200, spread: 500, factor: 1.42, status: "drifting" },
  { name: "latency.llm_ms", kind: "duration", unit: "ms", base: 1_350, spread: 160 },
  { name: "latency.tool.search_orders_ms", kind: "duration", unit: "ms", base: 310, spread: 40 },
  { name: "volume.steps", kind: "count", unit: "count", base: 7.2, spread: 0.7, factor: 1.31, status: "drifting" },
  { name: "volume.llm_calls", kind: "count", unit: "count", base: 3.1, spread: 0.3 },
  { name: "volume.tool_calls", kind: "count", unit: "count", base: 2.8, spread: 0.4 },
  { name: "tokens.input", kind: "count", unit: "tokens", base: 8_420, spread: 700 },
  { name: "tokens.output", kind: "count", unit: "tokens", base: 412, spread: 44 },
  { name: "tokens.cache_read", kind: "count", unit: "tokens", base: 5_100, spread: 600 },
  { name: "cost.usd", kind: "count", unit: "usd", base: 0.0184, spread: 0.0021 },
  { name: "tools.mix", kind: "categorical", unit: "category", base: 0.31, category: "search_orders", spread: 0.03 },
  { name: "tool.search_orders.error_rate", kind: "proportion", unit: "share", base: 0.012, spread: 0.006 },
  {
    name: "tool.refund.args_shape",
    kind: "categorical",
    unit: "category",
    base: 0.97,
    category: "amount,order",
    spread: 0.012,
    status: "learning",
  },
  { name: "output.length", kind: "count", unit: "characters", base: 640, spread: 70 },
  { name: "cohort.plan", kind: "categorical", unit: "category", base: 0.55, category: "free", spread: 0.03 },
  { name: "cohort.intent", kind: "categorical", unit: "category", base: 0.24, category: "where is my order", spread: 0.03 },
];

function dimensionState(dim: Dim): unknown {
  const learning = dim.status === "learning";
  const more = dim.category === undefined ? (dim.name === "volume.runs" ? { per: "day" } : {}) : { category: dim.category };
  const categories = (value: number, n: number): unknown =>
    dim.category === undefined
      ? {}
      : {
          categories: {
            [dim.category]: Math.round(value * n),
            other: Math.round((1 - value) * n * 0.7),
            rare: Math.round((1 - value) * n * 0.3),
          },
        };
  const level = (value: number, n: number): unknown => ({
    n,
    value,
    low: value - dim.spread * 0.3,
    high: value + dim.spread * 0.3,
    ...more,
    ...Object(categories(value, n)),
  });
  return {
    name: dim.name,
    kind: dim.kind,
    unit: dim.unit,
    status: dim.status ?? "stable",
    baseline: learning ? { n: 88, value: null, low: null, high: null } : level(dim.base, 12_480),
    current: level(dim.base * (dim.factor ?? 1), 1_012),
    needs: learning ? { runs: 112, days: 1.5 } : null,
  };
}

/** A bucket each hour or day of [from, to); a gap one night, when no one asked. */
export function seriesOf(dim: Dim, url: URL) {
  const from = Date.parse(url.searchParams.get("from") ?? iso(nowMs - 14 * dayMs));
  const to = Date.parse(url.searchParams.get("to") ?? iso(nowMs));
  const stepMs = url.searchParams.get("bucket") === "hour" ? hourMs : dayMs;
  const isShare = dim.kind === "proportion" || dim.kind === "categorical";
  const bound = (value: number): number => Math.max(0, isShare ? Math.min(1, value) : value);
  const data = [];
  for (let at = Math.ceil(from / stepMs) * stepMs; at < to; at += stepMs) {
    const isGap = stepMs === hourMs && new Date(at).getUTCDate() === 20 && new Date(at).getUTCHours() < 5;
    const season = Math.sin((at / dayMs) * 2 * Math.PI) * 0.4;
    const level = dim.base * (at >= onsetMs ? (dim.factor ?? 1) : 1);
    const value = bound(level + dim.spread * (season + noise(at / hourMs + dim.base) * 0.6));
    const width = dim.spread * 0.5;
    data.push({
      at: iso(at),
      value: isGap ? null : value,
      low: isGap ? null : bound(value - width),
      high: isGap ? null : bound(value + width),
      n: isGap ? 0 : Math.round(40 + 12 * season + 8 * noise(at / hourMs)),
      baseline: {
        value: bound(dim.base + dim.spread * season),
        low: bound(dim.base + dim.spread * (season - 1)),
        high: bound(dim.base + dim.spread * (season + 1)),
      },
    });
  }
  return { data, next_cursor: null, total: null };
}

export const changes = [
  {
    id: "chg_01",
    agent: "support-bot",
    kind: "prompt",
    ref: "9f3a77c01d42",
    at: "2026-11-21T08:41:00Z",
    declared: true,
    from: "support v13",
    to: "support v14",
    description: "Shorter answers, ask for the order number first",
    author: "Ada Lindqvist",
    run_id: "run_7c1e",
  },
  {
    id: "chg_02",
    agent: "support-bot",
    kind: "tool",
    ref: "search_orders",
    at: "2026-11-17T11:20:00Z",
    declared: false,
    from: "4be1",
    to: "77aa",
    description: null,
    author: null,
    run_id: "run_5b00",
  },
  {
    id: "chg_03",
    agent: "support-bot",
    kind: "instrumentation",
    ref: "openinference@0.1.41",
    at: "2026-11-14T06:00:00Z",
    declared: false,
    from: "openinference@0.1.39",
    to: "openinference@0.1.41",
    description: null,
    author: null,
    run_id: "run_44aa",
  },
  {
    id: "chg_04",
    agent: "support-bot",
    kind: "model",
    ref: "claude-haiku-4-5",
    at: "2026-11-14T10:00:00Z",
    declared: true,
    from: "claude-haiku-4",
    to: "claude-haiku-4-5",
    description: "Provider upgrade",
    author: "ci",
    run_id: null,
  },
  {
    id: "chg_05",
    agent: "support-bot",
    kind: "cohort",
    ref: "plan=free",
    at: "2026-11-19T00:00:00Z",
    declared: false,
    from: null,
    to: null,
    description: "Free trial campaign",
    author: null,
    run_id: null,
  },
];

export const deadLetters = [
  ["01KATFJ2V0Q6M0Z2S1W7W2J6QF", "runs", "the index failed (SQLITE_BUSY)", 18_204, "waiting"],
  ["01KATDWH3RA3Y4V1H8B6T2C9ZD", "traces", 'the reader of the door "traces" failed on it: TypeError in readSpan', 1_240_331, "waiting"],
  ["01KAR6A1M8N5K2J7P3X9Y0W4VB", "traces", "the gzip does not unpack", 412, "expired"],
].map(([id, door, reason, bytes, status], index) => ({
  id,
  door,
  reason,
  received_at: iso(nowMs - (index + 1) * 9 * hourMs),
  failed_at: iso(nowMs - (index + 1) * 9 * hourMs + 60_000),
  bytes,
  status,
  expires_at: iso(nowMs - (index + 1) * 9 * hourMs + dayMs),
}));

export function fullScript(): Script {
  const script: Script = {
    ...signalScript(),
    ...experimentScript(),
    ...loopScript(),
    ...artifactScript(),
    "/v1/incidents": (url: URL) =>
      listOf(
        url.searchParams.get("agent") === "invoice-reader"
          ? []
          : [secondIncident("inc_02", "resolved"), incidentOf("support-bot"), secondIncident("inc_03", "acknowledged")],
        3,
      ),
    "/v1/incidents/inc_01": incidentOf("support-bot"),
    "/v1/alert-rules": listOf(rules, rules.length),
    "/v1/alert-rules/alr_01": ruleWithStanding,
    "/v1/alert-rules/alr_01/preview": preview,
    "/v1/alert-rules/preview": preview,
    "/v1/deliveries": listOf(deliveries, deliveries.length),
    "/v1/incidents/inc_02": secondIncident("inc_02", "resolved"),
    "/v1/incidents/inc_03": secondIncident("inc_03", "acknowledged"),
    "/v1/agents": listOf([
      { name: "support-bot", last_run_at: "2026-11-24T14:18:00Z" },
      { name: "invoice-reader", last_run_at: "2026-11-24T13:02:00Z" },
      { name: "research-agent", last_run_at: "2026-11-24T14:05:00Z" },
    ]),
    "/v1/drifts": (url: URL) => {
      const of = incidentOf("support-bot").drifts;
      const dimension = url.searchParams.get("dimension");
      return listOf(dimension === null ? of : of.filter((each) => each.dimension === dimension));
    },
    "/v1/changes": (url: URL) => listOf(changes.filter((each) => (url.searchParams.get("kind") ?? each.kind) === each.kind)),
    "/v1/runs": listOf(
      runs.map(({ steps: _, ...run }) => run),
      18_204,
      "cursor-2",
    ),
    "/v1/ingest/status": {
      received: 18_240,
      stored: 18_240,
      processed: 18_231,
      rejected: 3,
      dead_letters: 3,
      pending: 9,
      oldest_pending_ms: 820,
    },
    "/v1/dead-letters": listOf(deadLetters, deadLetters.length),
    "/v1/keys": listOf([
      {
        id: "key_1",
        name: "production exporter",
        kind: "machine",
        owner: "platform",
        scopes: ["ingest"],
        created_at: "2026-10-02T08:00:00Z",
        last_used_at: "2026-11-24T14:19:00Z",
      },
      {
        id: "key_2",
        name: "Ada",
        kind: "person",
        owner: "Ada Lindqvist",
        scopes: ["read", "write"],
        created_at: "2026-09-01T08:00:00Z",
        last_used_at: null,
      },
    ]),
    "/v1/webhooks": listOf([{ id: "whk_1", url: "https://hooks.example.org/T0/B0/xyz", events: ["incident.opened", "incident.resolved"] }]),
    "/v1/settings": {
      timezone: "Europe/Berlin",
      retention_days: 90,
      redaction: { email: true, card: true, phone: false },
      false_alarm_budget_days: 30,
      user_keys: [],
      cohort_keys: ["plan"],
      model_budget_usd_day: null,
    },
  };
  for (const run of runs) {
    script[`/v1/runs/${run.id}`] = run;
    script[`/v1/runs/${run.id}/raw`] = run;
  }
  const learning = dims.map((each) => ({ ...each, status: "learning", factor: 1 }));
  const stable = dims.map(({ status: _, factor: __, ...each }) => each);
  for (const [agent, of] of [
    ["support-bot", dims],
    ["invoice-reader", learning],
    ["research-agent", stable],
  ] as const) {
    script[`/v1/agents/${agent}/dimensions`] = listOf(of.map(dimensionState));
    for (const each of of) script[`/v1/agents/${agent}/dimensions/${each.name}/series`] = (url: URL) => seriesOf(each, url);
    script[`/v1/agents/${agent}/series`] = (url: URL) => ({
      data: of.map((each) => ({ dimension: each.name, buckets: seriesOf(each, url).data })),
    });
  }
  return script;
}

/** A project to which nothing was ever sent. */
export function emptyScript(): Script {
  const nothing = listOf([], 0);
  return {
    "/v1/incidents": nothing,
    "/v1/agents": nothing,
    "/v1/signals": nothing,
    "/v1/backfills": nothing,
    "/v1/experiments": nothing,
    "/v1/suites": nothing,
    "/v1/evaluators": nothing,
    "/v1/evaluations": nothing,
    "/v1/gates": nothing,
    "/v1/artifacts": nothing,
    "/v1/optimisations": nothing,
    "/v1/runs": nothing,
    "/v1/changes": nothing,
    "/v1/drifts": nothing,
    "/v1/dead-letters": nothing,
    "/v1/alert-rules": nothing,
    "/v1/deliveries": nothing,
    "/v1/keys": nothing,
    "/v1/webhooks": nothing,
    "/v1/settings": {},
    "/v1/ingest/status": { received: 0, stored: 0, processed: 0, rejected: 0, dead_letters: 0, pending: 0, oldest_pending_ms: null },
  };
}
