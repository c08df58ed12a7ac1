// The loop of an agent that works by one policy beside a revoked one, the loop of an agent that has none, and a transfer report with every verdict.
const policyId = "pol_01";
const canaryId = "exp_02";

export const policy = {
  id: policyId,
  agent: "support-bot",
  grants: ["artifact.draft", "artifact.validate", "artifact.promote"],
  kinds: ["skill", "prompt_fragment"],
  reason: "Small fixes may ship by themselves.",
  loop: {
    suite_id: "ste_01",
    driver: { type: "webhook", url: "https://agent.example/try" },
    canary: null,
    max_cost_usd_per_gate: 5,
    least_runs: 20,
    least_rate: 0.02,
  },
  in_force: true,
  signed_by: "Ada Lindqvist",
  signed_at: "2026-11-20T09:00:00.000Z",
  expires_at: "2026-12-20T09:00:00.000Z",
  revoked_at: null,
  revoked_by: null,
  revoke_reason: null,
};

const revoked = {
  ...policy,
  id: "pol_00",
  in_force: false,
  revoked_at: "2026-11-19T09:00:00.000Z",
  revoked_by: "Grace Osei",
  revoke_reason: "Too early.",
};

export const loop = {
  agent: "support-bot",
  is_on: true,
  is_idle: false,
  policies: [{ id: policyId, signed_by: "Ada Lindqvist", grants: policy.grants, drafts: { used: 1, of: 5 }, gates: { used: 2, of: 10 } }],
  next: [
    {
      about: "refund-limits@2",
      id: "art_01",
      do: "promote",
      policy_id: policyId,
      gate_id: "gat_01",
      why: "It won on cases that it was not made from (gat_01).",
    },
    {
      about: "tone@1",
      id: "art_02",
      do: "wait",
      policy_id: null,
      gate_id: null,
      why: `The canary ${canaryId} is under way: what is in use stays until it ends.`,
    },
    { about: "lookup-timeout", id: "sig_01", do: "draft", policy_id: policyId, gate_id: null, why: "71 runs show it." },
    {
      about: "old@1",
      id: "art_03",
      do: "leave",
      policy_id: null,
      gate_id: "gat_02",
      why: "The gate gat_02 refused it: regressed.",
    },
  ],
  done: [
    {
      at: "2026-11-23T10:00:00.000Z",
      what: "gate: regressed",
      about: "old@1",
      policy_id: policyId,
      gate_id: "gat_02",
      why: "3 cases broke.",
    },
    {
      at: "2026-11-22T10:00:00.000Z",
      what: "drafted",
      about: "refund-limits@2",
      policy_id: policyId,
      gate_id: null,
      why: null,
    },
  ],
};

const effect = (value: number, low: number, high: number, n: number) => ({ value, low, high, n });
const unmeasured = { from: null, to: null, difference: null, measure: null, refs: [] };

export const transfer = {
  agent: "support-bot",
  from_model: "claude-haiku-4",
  to_model: "claude-haiku-4-5",
  counts: { holds: 1, weaker: 1, gone: 1, untestable: 1 },
  rows: [
    {
      kind: "artifact",
      id: "refund-limits@2",
      name: "Refund limits",
      verdict: "holds",
      from: effect(0.12, 0.08, 0.16, 412),
      to: effect(0.11, 0.05, 0.17, 230),
      difference: { value: -0.01, low: -0.08, high: 0.06 },
      reason: "It is there under the new model.",
      measure: "success of runs with it against runs without",
      refs: [],
    },
    {
      kind: "evaluator",
      id: "evr_01",
      name: "polite",
      verdict: "weaker",
      from: effect(0.62, 0.55, 0.69, 800),
      to: effect(0.31, 0.22, 0.4, 640),
      difference: { value: -0.31, low: -0.42, high: -0.2 },
      reason: "It is still there, and smaller than it was.",
      measure: "share passed of runs that succeeded, less that of runs that failed",
      refs: [],
    },
    {
      kind: "book",
      id: "bok_01",
      name: "A shorter prompt saves tokens",
      verdict: "gone",
      from: effect(400, 300, 500, 90),
      to: effect(-20, -80, 40, 88),
      difference: { value: -420, low: -537, high: -303 },
      reason: "Under the new model it cannot be told from none, and it is smaller than it was.",
      measure: "tokens.input in experiments",
      refs: ["exp_01", "exp_03"],
    },
    {
      kind: "book",
      id: "bok_02",
      name: "Success fell with prompt v14",
      verdict: "untestable",
      ...unmeasured,
      reason: "It happened once; no run of the new model can repeat it.",
    },
  ],
};

const listOf = (data: unknown[]): unknown => ({ data, next_cursor: null, total: data.length });

export function loopScript(): Record<string, unknown> {
  return {
    "/v1/agents/support-bot": { name: "support-bot", last_run_at: "2026-11-24T14:18:00Z" },
    "/v1/agents/support-bot/loop": loop,
    "/v1/agents/invoice-reader/loop": { agent: "invoice-reader", is_on: false, is_idle: true, policies: [], next: [], done: [] },
    "/v1/agents/support-bot/transfer": transfer,
    "/v1/policies": (url: URL) => listOf(url.searchParams.get("agent") === "support-bot" ? [policy, revoked] : []),
  };
}
