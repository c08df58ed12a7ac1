// Signals, their map, findings and backfills of the scripted API: two kinds of failure, one of them of two signals, and a win.
const dayMs = 86_400_000;
const nowMs = Date.parse("2026-11-24T14:20:00Z");
const onsetMs = Date.parse("2026-11-21T00:00:00Z");
const iso = (ms: number): string => new Date(ms).toISOString();

interface Rate {
  count: number;
  denominator: number;
  rate: number | null;
  rate_low: number | null;
  rate_high: number | null;
}

const rateOf = (count: number, denominator: number): Rate => {
  const rate = denominator === 0 ? null : count / denominator;
  const half = rate === null ? 0 : 1.96 * Math.sqrt(Math.max(0.0004, (rate * (1 - rate)) / denominator));
  return {
    count,
    denominator,
    rate,
    rate_low: rate === null ? null : Math.max(0, rate - half),
    rate_high: rate === null ? null : Math.min(1, rate + half),
  };
};

const trendOf = (before: number, after: number): unknown[] =>
  Array.from({ length: 28 }, (_, i) => {
    const at = Math.floor(nowMs / dayMs) * dayMs - (27 - i) * dayMs;
    const wave = 1 + Math.sin(i * 1.7) * 0.3;
    return { at: iso(at), ...rateOf(Math.round((at >= onsetMs ? after : before) * wave), 120) };
  });

const base = {
  agent: "support-bot",
  version: 1,
  polarity: "failure",
  state: "ongoing",
  severity: "medium",
  share_of_failures: 0.31,
  priority: 0.42,
  first_seen: "2026-10-29T08:00:00Z",
  last_seen: "2026-11-24T13:58:00Z",
  by: {
    model: [
      { value: "claude-haiku-4-5", ...rateOf(251, 1_840) },
      { value: "claude-haiku-4", ...rateOf(30, 1_620) },
    ],
    "cohort.plan": [
      { value: "free", ...rateOf(160, 2_010) },
      { value: "pro", ...rateOf(121, 1_450) },
    ],
  },
  examples: ["run_7c1e", "run_8d2f"],
  parent_id: null,
  rule: null,
  is_declared: false,
  confirmed_by: null,
  classes: [],
  history: [],
};

export const limitSignal = {
  ...base,
  id: "sig_01",
  slug: "refund-limit",
  name: "refund: Limit exceeded for order …",
  definition: "The tool refund failed with an error: “Limit exceeded for order …”.",
  state: "escalating",
  severity: "high",
  ...rateOf(281, 3_460),
  trend: trendOf(4, 26),
  parent_id: "sig_f1",
  classes: [
    { key: "cls_a", template: "Limit exceeded for order <n>", findings: 260 },
    { key: "cls_b", template: "Limit exceeded for gift card <n>", findings: 21 },
  ],
  history: [
    { at: "2026-11-02T08:00:00Z", by: "bento", kind: "made", other: null, reason: null },
    {
      at: "2026-11-22T10:00:00Z",
      by: "Ada Lindqvist",
      kind: "merged",
      other: "sig_09",
      reason: "The same limit, told by another service.",
    },
  ],
};

export const currencySignal = {
  ...base,
  id: "sig_02",
  slug: "refund-currency",
  name: "refund: Unknown currency …",
  definition: "The tool refund failed with an error: “Unknown currency …”.",
  severity: "low",
  ...rateOf(12, 3_460),
  trend: trendOf(1, 1),
  parent_id: "sig_f1",
  priority: 0.003,
};

const family = { ...base, id: "sig_f1", slug: "refund-errors", name: "refund: errors", definition: "The tool refund failed.", severity: "high", ...rateOf(290, 3_460), trend: trendOf(5, 27), priority: 0.75 }; // prettier-ignore

export const declaredSignal = {
  ...base,
  id: "sig_03",
  slug: "refund-without-lookup",
  name: "Refund without a lookup",
  definition: "The agent refunds an order that it did not look up before.",
  rule: 'run.steps.exists(s, s.name == "refund")',
  is_declared: true,
  confirmed_by: "Ada Lindqvist",
  ...rateOf(0, 0),
  share_of_failures: null,
  priority: 0,
  first_seen: null,
  last_seen: null,
  trend: [],
  by: {},
  examples: [],
};

export const winSignal = { ...base, id: "sig_w1", slug: "recovered", name: "lookup_order: recovered error", definition: "It tried again and went on.", polarity: "win", severity: "low", share_of_failures: null, ...rateOf(210, 3_460), trend: trendOf(8, 8) }; // prettier-ignore

export const signals = [limitSignal, currencySignal, declaredSignal];

const finding = (id: string, run: string, more: object = {}): Record<string, unknown> => ({
  id,
  run_id: run,
  step_id: "s2",
  what: "refund failed: Limit exceeded for order 16764",
  why: "refund did not answer well again before the run ended.",
  where: "tool refund, step 2 of 2",
  context: { plan: "pro" },
  expected: "refund answers without an error.",
  severity: "high",
  polarity: "failure",
  detector: "tool_error",
  detector_version: "1",
  source: "rule",
  recovered: false,
  evidence: [{ step_id: "s2", field: "error", quote: "Limit exceeded for order 16764", start: 0, end: 30 }],
  signal_id: "sig_01",
  label: null,
  ...more,
});

export const findings = [
  finding("fnd_1", "run_7c1e"),
  finding("fnd_2", "run_8d2f", { label: { correct: false, by: "Ada Lindqvist", comment: "a test order", at: "2026-11-22T10:00:00Z" } }),
  finding("fnd_3", "run_9e", { step_id: null, where: null, recovered: true }),
];

export const taxonomy = {
  agent: "support-bot",
  runs: 3_460,
  failed_runs: 412,
  unseen_mass: 0.03,
  unseen_mass_low: 0.01,
  unseen_mass_high: 0.06,
  families: [
    { signal: family, signals: [limitSignal, currencySignal] },
    { signal: declaredSignal, signals: [] },
  ],
  wins: [winSignal],
};

const plan = {
  text: "Reads all 3,460 runs of support-bot from 2026-10-25 00:00Z to 2026-11-24 14:20Z, about 12 MiB of the archive.",
  from: "2026-10-25T00:00:00Z",
  to: "2026-11-24T14:20:00Z",
  sample: null,
  runs_in_range: 3_460,
  runs: 3_460,
  coverage: 1,
};

export const preview = { runs: 3_460, bytes: 12_400_000, cost_usd: 0, plan };

export const runningJob = {
  id: "bkf_01",
  agent: "support-bot",
  target: { signal_id: "sig_03" },
  target_version: "1",
  status: "running",
  scanned: 1_038,
  total: 3_460,
  matched: 64,
  errors: 2,
  cost_usd: 0,
  eta_s: 95,
  error: null,
  plan,
  report: {
    first_seen: "2026-10-29T08:00:00Z",
    recovered: 60,
    overlap: 4,
    rate: 0.061,
    rate_low: 0.048,
    rate_high: 0.077,
    series: trendOf(4, 26).slice(0, 9),
  },
  created_at: "2026-11-24T14:18:00Z",
  started_at: "2026-11-24T14:18:02Z",
  updated_at: "2026-11-24T14:19:40Z",
};

export const backfills = [
  runningJob,
  { ...runningJob, id: "bkf_02", target: { detector: "tool_error" }, target_version: "2", status: "done", scanned: 3_460, eta_s: 0 },
  { ...runningJob, id: "bkf_03", target: { dimension: "team.apology" }, status: "failed", error: "the definition changed from 1 to 2 while it ran", eta_s: null }, // prettier-ignore
  { ...runningJob, id: "bkf_04", status: "paused", eta_s: null },
  { ...runningJob, id: "bkf_05", status: "queued", scanned: 0, total: 0, report: null, eta_s: null, started_at: null },
];

const listOf = (data: unknown[], next: string | null = null): unknown => ({ data, next_cursor: next, total: data.length });

export function signalScript(): Record<string, unknown> {
  const script: Record<string, unknown> = {
    "/v1/signals": (url: URL) => {
      const { agent, state, polarity, level } = Object.fromEntries(url.searchParams);
      const all = [...signals, winSignal, ...(level === "leaf" ? [] : [family])];
      return listOf(
        all.filter(
          (each) =>
            (agent ?? each.agent) === each.agent && (state ?? each.state) === each.state && (polarity ?? each.polarity) === each.polarity,
        ),
      );
    },
    "/v1/findings": (url: URL) => {
      const run = url.searchParams.get("run_id");
      return listOf(run === null ? findings : findings.filter((each) => each["run_id"] === run));
    },
    "/v1/agents/support-bot/taxonomy": taxonomy,
    "GET /v1/backfills": listOf(backfills),
    "POST /v1/backfills": preview,
  };
  for (const each of [...signals, family, winSignal]) script[`/v1/signals/${each.id}`] = each;
  for (const each of backfills) script[`/v1/backfills/${each.id}`] = each;
  return script;
}
