// Runs of the scripted API: an ordinary one, a failed one, one of thousands of steps, and one whose every text is hostile.

const noUsage = { input_tokens: null, output_tokens: null, cache_read_tokens: null, cache_write_tokens: null, total_tokens: null };
const startMs = Date.parse("2026-11-24T14:05:09.120Z");
const iso = (ms: number): string => new Date(ms).toISOString();

export const plainStep = {
  id: "s1",
  parent_id: null,
  type: "llm",
  name: "plan",
  model: "claude-haiku-4-5",
  started_at: iso(startMs),
  ended_at: iso(startMs + 900),
  duration_ms: 900,
  status: "ok",
  error: null,
  soft_error: false,
  call_id: null,
  arguments: null,
  arguments_raw: null,
  result: null,
  input: null,
  output: null,
  usage: noUsage,
  cost_usd: null,
  truncated: false,
  attributes: {},
};

export const plainRun = {
  id: "run_7c1e",
  source_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  agent: "support-bot",
  agent_version: "2026.11.3",
  session_id: "s-881",
  user_id: "u-204",
  cohort: { plan: "pro", locale: "de", intent: "where is my order" },
  tags: ["eu", "chat"],
  started_at: iso(startMs),
  ended_at: iso(startMs + 6_240),
  duration_ms: 6_240,
  status: "ok",
  error: null,
  input: [
    { role: "system", content: "You are the support agent." },
    { role: "user", content: "Where is my order 10-2231? It should have been here on Friday." },
  ],
  output: "Your order left our warehouse today and should arrive on Wednesday. I am sorry for the delay.",
  config: {
    model: "claude-haiku-4-5",
    prompt: { name: "support", version: "v14", text: "You are the support agent of a shop.\nAnswer briefly. Ask for the order number first.", hash: "9f3a77c01d42" },
    tools: [{ name: "search_orders", description: null, parameters: {} }, { name: "refund", description: null, parameters: {} }],
    params: { temperature: 0.2, max_tokens: 1024 },
    artifacts: [],
  },
  config_hash: "c0ffee123456",
  usage: { input_tokens: 8_420, output_tokens: 412, cache_read_tokens: 5_100, cache_write_tokens: 0, total_tokens: 8_832 },
  cost_usd: 0.01842,
  flags: [],
  counts: { steps: 6, llm_calls: 2, tool_calls: 2, tool_errors: 1, retries: 1 },
  scores: [
    { name: "success", value: 1, source: "check", comment: null },
    { name: "helpfulness", value: 0.8, source: "judge", comment: "Polite and to the point." },
  ],
  steps: [
    { ...plainStep, id: "root", type: "agent", name: "support-bot", ended_at: iso(startMs + 6_200), duration_ms: 6_200, model: null },
    { ...plainStep, parent_id: "root", usage: { ...noUsage, input_tokens: 4_100, output_tokens: 96 }, cost_usd: 0.0081, input: [{ role: "user", content: "Where is my order 10-2231?" }], output: "I will look it up." },
    { ...plainStep, id: "s2", parent_id: "root", type: "tool", name: "search_orders", model: null, started_at: iso(startMs + 950), ended_at: iso(startMs + 1_900), duration_ms: 950, arguments: { order: "10-2231" }, result: { ok: false, error: "rate limited" }, soft_error: true },
    { ...plainStep, id: "s3", parent_id: "root", type: "tool", name: "search_orders", model: null, started_at: iso(startMs + 2_000), ended_at: iso(startMs + 4_000), duration_ms: 2_000, arguments: { order: "10-2231" }, result: { status: "shipped", eta: "2026-11-25" } },
    { ...plainStep, id: "s4", parent_id: "s3", type: "retrieval", name: "orders index", model: null, started_at: iso(startMs + 2_200), ended_at: iso(startMs + 3_100), duration_ms: 900 },
    { ...plainStep, id: "s5", parent_id: "root", name: "answer", started_at: iso(startMs + 4_100), ended_at: iso(startMs + 6_100), duration_ms: 2_000, output: "Your order left our warehouse today." },
  ],
  findings: [{ id: "fnd_1", step_id: "s2", what: "search_orders failed softly", why: "It answered ok: false with rate limited; the agent tried again and went on.", severity: "low", polarity: "failure", recovered: true, evidence: [{ step_id: "s2", field: "result", quote: '{"ok":false,"error":"rate limited"}', start: 0, end: 34 }] }],
  observations: [],
  metadata: { release: "2026.11.3", region: "eu-central-1" },
  instrumentation: { name: "openinference", version: "0.1.41" },
  sample_rate: 1,
  experiment: null,
  shadow_of: null,
};

const failedRun = {
  ...plainRun,
  id: "run_8d2f",
  status: "error",
  error: { type: "ToolError", message: "search_orders: upstream timed out after 30 s" },
  input: "Please refund order 10-2290, it came broken.",
  output: null,
  started_at: iso(startMs - 640_000),
  duration_ms: 31_870,
  cost_usd: null,
  flags: ["soft_failure", "cost_incomplete"],
  counts: { ...plainRun.counts, tool_errors: 2 },
};

/** What a trace may carry against those who look at it. */
export const attacks = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `'><svg/onload=alert(1)>`,
  `</textarea></title></style><script>alert(1)</script>`,
  `javascript:alert(1)`,
  `{{constructor.constructor('alert(1)')()}}`,
  `<iframe srcdoc="<script>alert(1)</script>">`,
  `\u202Egnp.exe\u202C \u2066isolated\u2069 \u200Bzero`,
  `\u0000\u0008\u001b[31mred\u001b[0m \u0085`,
  `Z\u0351\u0343\u0342\u0341\u0340\u033F\u033E\u033D\u033C\u033B\u033A\u0339algo`,
  `lone \ud800 surrogate`,
  `a`.repeat(50_000),
];

const hostileText = attacks.join("\n");

export const hostileRun = {
  ...plainRun,
  id: "run_hostile",
  source_id: attacks[0],
  agent: `<img src=x onerror=alert(1)>`,
  agent_version: attacks[1],
  session_id: attacks[4],
  user_id: attacks[7],
  cohort: { [attacks[0] ?? ""]: attacks[1] },
  tags: attacks,
  status: "error",
  error: { type: attacks[2], message: hostileText },
  input: hostileText,
  output: { [attacks[0] ?? ""]: attacks },
  config: { model: attacks[0], prompt: { name: attacks[1], version: attacks[2], text: hostileText, hash: attacks[3] }, tools: [{ name: attacks[0] }], params: { [attacks[1] ?? ""]: attacks[0] }, artifacts: [{ name: attacks[0], version: attacks[1] }] },
  config_hash: attacks[1],
  flags: [attacks[0]],
  scores: [{ name: attacks[0], value: attacks[1], source: attacks[2], comment: attacks[3] }],
  steps: attacks.map((attack) => ({ ...plainStep, id: attack, parent_id: attack, name: attack, model: attack, call_id: attack, arguments_raw: attack, result: attack, error: { type: attack, message: attack }, status: "error", attributes: { [attack]: attack } })),
  findings: attacks.map((attack) => ({ what: attack, why: attack, step_id: attack, evidence: [{ quote: attack }] })),
  metadata: { [attacks[0] ?? ""]: attacks[1] },
  instrumentation: { name: attacks[0], version: attacks[1] },
};

/** 4,000 steps, nested, every 37th failed. */
export const longRun = {
  ...plainRun,
  id: "run_long",
  ended_at: iso(startMs + 400_000),
  duration_ms: 400_000,
  counts: { ...plainRun.counts, steps: 4_000 },
  findings: [],
  steps: Array.from({ length: 4_000 }, (_, i) => ({
    ...plainStep,
    id: `n${i}`,
    parent_id: i % 10 === 0 ? null : `n${i - 1 - ((i % 10) % 2)}`,
    type: i % 3 === 0 ? "llm" : "tool",
    name: i % 3 === 0 ? `think ${i}` : `browse ${i}`,
    started_at: iso(startMs + i * 100),
    ended_at: iso(startMs + i * 100 + 90),
    duration_ms: 90,
    status: i % 37 === 36 ? "error" : "ok",
    error: i % 37 === 36 ? { type: "Timeout", message: "no answer" } : null,
    arguments: { url: `https://example.org/page/${i}` },
    result: "x".repeat(400),
  })),
};

export const runs = [plainRun, failedRun, { ...plainRun, id: "run_5b00", status: "incomplete", ended_at: null, duration_ms: null, output: null, cost_usd: null, started_at: iso(startMs - 900_000) }, hostileRun, longRun];
