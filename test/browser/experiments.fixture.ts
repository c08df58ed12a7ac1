// Experiments, suites, evaluations and gates of the scripted API: a replay that ended and one that runs, a canary with its looks, a shadow, a suite
// with a sealed case, an evaluation with everything that a result can be, and a gate that a person waived.
const iso = (text: string): string => `2026-11-24T${text}Z`;

const nothing = { srm: null, cases: null, sampling: null, progress: null, error: null, baseline: null, cost_usd: 0 };

const head = (id: string, kind: string, status: string, more: object) => ({
  ...nothing,
  id,
  kind,
  agent: "support-bot",
  status,
  candidate: { config: { model: "claude-sonnet-5-5" }, artifacts: [], driver: { type: "claude" } },
  plan: {},
  verdict: "insufficient_data",
  decisive_sentence: "Nothing has been measured yet.",
  metrics: [],
  coverage: null,
  created_at: iso("09:00:00"),
  started_at: status === "draft" ? null : iso("09:01:00"),
  ended_at: status === "running" || status === "draft" ? null : iso("09:20:00"),
  updated_at: iso("14:19:00"),
  ...more,
});

const results = (["fixed", "broken", "same_pass", "same_fail", "unstable", "incomparable", "broken", null] as const).map((result, i) => ({
  run_id: i === 3 ? "cas_by_hand" : `run_case_${i}`,
  result,
  reason:
    result === "incomparable" ? "1 of its 2 tool calls were not in the record" : result === "unstable" ? "1 of 3 repeats passed" : null,
  diverged: result === null ? null : result === "incomparable",
  missing_calls: result === "incomparable" ? [{ name: "delete_account", arguments: { user: "u1" } }] : [],
  unexpected_calls: result === "incomparable" ? [{ name: "delete_account", arguments: { user: "u1" } }] : [],
  unused_calls: result === null ? null : 0,
  tool_calls: result === null ? null : 2,
  passed: {
    baseline: result === "incomparable" || result === null ? null : i % 2 === 1,
    candidate: i % 2,
    judged: result === null ? 0 : 1,
    repeats: 1,
  },
  output: result === null ? null : `Answer ${i}`,
  cost_usd: 0.01,
}));

const metric = (name: string, role: string, more: object) => ({
  name,
  role,
  baseline: 0.62,
  candidate: 0.71,
  difference: 0.09,
  low: 0.021,
  high: 0.16,
  p_or_e: 0.012,
  method: "mcnemar_mid_p",
  n: 412,
  required_n: 180,
  ...more,
});

export const replay = head("exp_01", "replay", "done", {
  candidate: {
    config: { model: "claude-sonnet-5-5", prompt: { name: null, version: null, text: "You ship orders. Ask for the order number first, and never twice.", hash: null } },
    artifacts: [],
    driver: { type: "webhook", url: "https://agent.example.com/replay" },
  },
  plan: { sample: "all", matching: "strict", repeats: 1, evaluators: ["evr_01"], max_cost_usd: 5 },
  sampling: {
    text: "412 of 420 runs, evenly over the time.",
    runs_in_range: 420,
    runs: 412,
    coverage: 0.98,
    strata: [
      { cohort: "plan=free", signal: null, runs_in_range: 300, runs: 294 },
      { cohort: "plan=pro", signal: "sig_01", runs_in_range: 120, runs: 118 },
    ],
  },
  verdict: "candidate_better",
  decisive_sentence: "The candidate is better: 71 % (n = 412) against 62 %. This is decisive. 1 fixed, 2 broken.",
  metrics: [
    metric("outcome.success", "primary", {}),
    metric("cost.usd", "exploratory", { baseline: 0.018, candidate: 0.021, difference: 0.003, low: 0.001, high: 0.005, method: "paired_t" }),
    metric("latency.run_ms", "exploratory", { baseline: null, candidate: null, difference: null, low: null, high: null, p_or_e: null }),
  ],
  cases: { fixed: 1, broken: 2, same_pass: 1, same_fail: 1, unstable: 1, incomparable: 1 },
  coverage: 0.94,
  progress: { done: 412, total: 412, errored: 3 },
  results,
  cost_usd: 3.21,
}); // prettier-ignore

export const runningReplay = head("exp_02", "replay", "running", {
  plan: { runs: ["run_case_0"], matching: "fifo", repeats: 3 },
  sampling: { text: "The runs that were named.", runs_in_range: 1, runs: 1, coverage: null, strata: [] },
  progress: { done: 1, total: 3, errored: 0 },
  results: [],
});

const guard = { margin: 0.05, pairs: 300, harm_e: 0.2, no_harm_e: 41.5, is_harmful: false, is_harmless: true };

const canaryState = {
  share: 0.25,
  ramp: [{ share: 0.25, at: iso("11:00:00") }],
  looks: [
    {
      at: iso("12:00:00"),
      fraction: 0.21,
      baseline_n: 210,
      candidate_n: 205,
      difference: 0.05,
      score: 1.2,
      bound: 4.88,
      crossed: false,
      p: 0.4,
      strata: "plan",
    },
  ],
  planned: { looks: 5, n: 1_000 },
  information: 0.33,
  units: { baseline: 990, candidate: 330, double_exposed: 4, crossovers: 2, moved_by_ramp: 31, without_outcome: 12 },
  strata: "plan",
  adjusted: { direction: "none", odds_ratio: 1.2, low: 0.9, high: 1.6, p_or_e: 0.2 },
  harmful: ["latency.run_ms"],
  harmless: false,
  is_over: false,
};

export const canary = head("exp_03", "canary", "running", {
  candidate: { config: { model: "claude-sonnet-5-5" }, artifacts: ["refunds@3"], driver: { type: "claude" } },
  plan: {
    share: 0.1,
    unit: "user_id",
    max_n: 1_000,
    looks: 5,
    strata: "plan",
    metrics: [
      { name: "outcome.success", goal: "increase", primary: true },
      { name: "latency.run_ms", goal: "decrease", margin: 0.2 },
    ],
  },
  verdict: "inconclusive",
  action: "continue",
  flags: ["segment_mix_differs", "some_new_flag"],
  decisive_sentence: "Looks are still planned, so nothing is decided yet.",
  metrics: [
    metric("outcome.success", "primary", { low: -0.02, guard }),
    metric("latency.run_ms", "guardrail", {
      baseline: 900,
      candidate: 1_200,
      difference: 300,
      low: 250,
      high: 350,
      guard: { ...guard, margin: 0.2, harm_e: 44_000_000, no_harm_e: 0, is_harmful: true, is_harmless: false },
    }),
  ],
  coverage: 0.9,
  srm: { srm: false, p: 0.41, statistic: 0.7, threshold: 0.001, verdict: "match" },
  canary: canaryState,
}); // prettier-ignore

const interval = { value: 0.8, low: 0.7, high: 0.88 };
export const shadow = head("exp_04", "shadow", "stopped", {
  plan: { max_n: 200 },
  coverage: 1,
  error: "it was stopped by hand",
  shadow: {
    pairs: 80,
    waiting: 2,
    judged: 40,
    half_judged: 3,
    same_output: interval,
    same_shape: null,
    tool_distance: 0.1,
    cost_ratio: 1.3,
    latency_ratio: null,
    is_over: false,
  },
});

export const draft = head("exp_05", "replay", "draft", { plan: { sample: 5 }, progress: { done: 0, total: 5, errored: 0 }, results: [] });
export const promoted = head("exp_06", "canary", "promoted", {
  plan: { share: 1, unit: "u", metrics: [{ name: "outcome.success", goal: "increase" }], holdback: 0.05 },
  canary: {
    ...canaryState,
    looks: [],
    planned: null,
    information: null,
    holdback: {
      share: 0.05,
      metrics: [{ name: "outcome.success", held_n: 40, n: 800, held: 0.6, promoted: 0.7, difference: 0.1, low: -0.1, high: 0.3 }],
    },
  },
});
export const experiments = [replay, runningReplay, canary, shadow, draft, promoted];

export const suite = {
  id: "ste_01",
  agent: "support-bot",
  name: "Refunds",
  version: 7,
  newest_version: 7,
  grows_from: "signals",
  holdout: true,
  counts: { cases: 4, sealed: 1, from_runs: 3, from_signals: 2 },
  growth: [{ at: iso("08:00:00"), version: 6, signal_id: "sig_01", added: 2, sealed: 1, duplicates: 3 }],
  created_at: iso("07:00:00"),
};

const oneCase = (id: string, more: object) => ({
  id,
  suite_id: "ste_01",
  run_id: null,
  input: null,
  expected: null,
  origin: "person",
  signal_id: null,
  sealed: false,
  since_version: 2,
  until_version: null,
  created_at: iso("07:30:00"),
  ...more,
});
export const cases = [
  oneCase("cas_1", { run_id: "run_7c1e", input: "Where is order 77?", origin: "signal", signal_id: "sig_01" }),
  oneCase("cas_2", { input: [{ role: "user", content: "Refund me" }], expected: { refunded: true } }),
  oneCase("cas_3", { input: "x".repeat(400), expected: "No." }),
  oneCase("cas_4", { sealed: true, origin: "signal" }),
];

const evaluator = (id: string, name: string, type: string, definition: object) => ({
  id,
  agent: "support-bot",
  name,
  type,
  epoch: "0123456789abcdef",
  definition,
  created_at: iso("06:00:00"),
});
export const evaluators = [
  evaluator("evr_01", "settled", "judge", { rubric: "Does the answer settle it?", scale: [0, 1], against: "rubric", sees: "run" }),
  evaluator("evr_02", "settled", "contains", { text: ["order", "number"], match: "any", absent: false }),
  evaluator("evr_03", "calls", "tool_calls", { calls: [{ name: "lookup_order" }], order: "in_order", forbidden: ["delete_account"] }),
  evaluator("evr_04", "shape", "json_schema", { schema: { type: "object" } }),
  evaluator("evr_05", "same", "equals", { ignore_case: false, trim: true }),
  evaluator("evr_06", "number", "regex", { pattern: "\\d+", absent: true }),
  evaluator("evr_07", "fast", "expression", { expression: "run.duration_ms < 1000" }),
  evaluator("evr_08", "ours", "webhook", { url: "https://checks.example.com/", threshold: 0.5 }),
];

const counts = { passed: 5, failed: 2, errored: 1, skipped: 2, pending: 0 };
const rates = { counts, pass_rate: 5 / 7, pass_rate_low: 0.36, pass_rate_high: 0.92, coverage: 0.7 };
export const evaluation = {
  id: "evl_01",
  agent: "support-bot",
  suite_id: "ste_01",
  suite_version: 7,
  status: "incomplete",
  runs: null,
  repeats: 2,
  max_cost_usd: 1,
  model: "claude-haiku-4-5",
  schedule_id: null,
  ...rates,
  progress: { done: 10, total: 10 },
  cost_usd: 0.12,
  error: null,
  evaluators: [
    {
      id: "evr_01",
      name: "settled",
      type: "judge",
      epoch: "0123456789abcdef",
      ...rates,
      mean_score: 0.7,
      pass_hat_k: [{ k: 2, value: 0.6, low: 0.3, high: 0.8, cases: 5 }],
    },
  ],
  holdout: { counts, pass_rate: 0.5, coverage: 1 },
  cases: (["passed", "failed", "errored", "skipped", "passed"] as const).map((status, i) => ({
    run_id: i === 0 ? "run_7c1e" : null,
    case_id: `cas_${i + 1}`,
    repeat: i % 2,
    sealed: i === 3,
    results: [
      { evaluator: "settled", evaluator_id: "evr_01", status, score: status === "passed" ? 1 : null, reason: `because of ${status}` },
    ],
  })),
  created_at: iso("10:00:00"),
  updated_at: iso("10:05:00"),
};
export const runningEvaluation = {
  ...evaluation,
  id: "evl_02",
  suite_id: null,
  suite_version: null,
  status: "running",
  runs: { from: null, to: null, status: null, signal_id: null, limit: 200, matching: 3_460 },
  counts: { ...counts, pending: 190 },
  pass_rate: null,
  pass_rate_low: null,
  pass_rate_high: null,
  coverage: 0,
  progress: { done: 10, total: 200 },
  evaluators: [],
  holdout: null,
  cases: [],
};

const bound = { pairs: 42, worse: 3, better: 1, difference: -0.05, low: -0.12, high: 0.02, margin: 0.03 };
export const gate = {
  id: "gat_01",
  agent: "support-bot",
  suite_id: "ste_01",
  suite_version: 7,
  status: "done",
  verdict: "regressed",
  reasons: ["1 case that passed before fails now, and none may: cas_1.", "A loss of 12 points cannot be ruled out."],
  open: false,
  candidate: { config: { model: "claude-sonnet-5-5" }, artifacts: [], driver: { type: "claude" } },
  evidence: { evaluation_id: null, experiment_id: "exp_01", evaluators: ["evr_01"], at: iso("09:20:00"), age_h: 5 },
  policy: { margin: 0.03, must_pass: ["cas_1"], allow_broken: 0, cohorts: null, min_cases: 10, min_pass_rate: 0.8, max_unstable_share: 0.1, max_incomparable_share: 0.2, max_evidence_age_h: 168, expires_after_h: 168 },
  difference: bound,
  cohorts: [{ attribute: "plan", value: "free", ...bound }],
  pass_rate: 0.71,
  counts: { fixed: 1, broken: 1, same_pass: 1, same_fail: 0, unstable: 0, incomparable: 1 },
  waiver: null,
  created_at: iso("09:00:00"),
  decided_at: iso("09:21:00"),
  expires_at: "2026-12-01T09:00:00Z",
  cases: (["same_pass", "broken", "fixed", "incomparable"] as const).map((result, i) => ({
    case_id: `cas_${i + 1}`,
    baseline: result === "fixed" ? "fail" : result === "incomparable" ? null : "pass",
    candidate: result === "broken" ? "mixed" : result === "incomparable" ? null : "pass",
    result,
    reason: result === "incomparable" ? "tools_not_recorded" : null,
    must_pass: i === 0,
    ever_passed: i < 2,
    tries: result === "incomparable" ? 0 : 3,
    passes: result === "broken" ? 1 : result === "incomparable" ? 0 : 3,
  })),
}; // prettier-ignore
export const waivedGate = {
  ...gate,
  id: "gat_02",
  open: true,
  waiver: { by: "Ada Lindqvist", key_id: "key_2", reason: "The broken case is a typo of ours.", at: iso("13:00:00") },
};
export const runningGate = { ...gate, id: "gat_03", status: "running", verdict: "insufficient", reasons: ["The evidence is being made."], difference: null, cohorts: [], pass_rate: null, counts: null, cases: [], evidence: { ...gate.evidence, at: null, age_h: null }, decided_at: null }; // prettier-ignore

const listOf = (data: unknown[], next: string | null = null): unknown => ({ data, next_cursor: next, total: null });

export function experimentScript(): Record<string, unknown> {
  const script: Record<string, unknown> = {
    "GET /v1/experiments": (url: URL) => {
      const { kind, status } = Object.fromEntries(url.searchParams);
      return listOf(experiments.filter((each) => (kind ?? each.kind) === each.kind && (status ?? each.status) === each.status));
    },
    "/v1/experiments/exp_01/results": (url: URL) => listOf(results.filter(({ result }) => result === url.searchParams.get("result"))),
    "GET /v1/suites": listOf([suite, { ...suite, id: "ste_02", name: "Smoke", grows_from: null, holdout: false, growth: [] }]),
    "GET /v1/suites/ste_01": suite,
    "GET /v1/suites/ste_01/cases": listOf(cases),
    "GET /v1/evaluators": listOf(evaluators),
    "GET /v1/evaluations": listOf([evaluation, runningEvaluation]),
    "/v1/evaluations/evl_01": evaluation,
    "/v1/evaluations/evl_02": runningEvaluation,
    "GET /v1/gates": listOf([gate, waivedGate, runningGate]),
  };
  for (const each of evaluators) script[`GET /v1/evaluators/${each.id}`] = each;
  for (const each of experiments) script[`GET /v1/experiments/${each.id}`] = each;
  for (const each of [gate, waivedGate, runningGate]) script[`GET /v1/gates/${each.id}`] = each;
  return script;
}
