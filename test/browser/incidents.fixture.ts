// Incidents of the scripted API: one with its cause, and smaller ones in other states.

type Numbers = { value: number; low: number; high: number };

function drift(
  id: string,
  dimension: string,
  kind: string,
  before: number,
  after: number,
  effect: { measure: string } & Numbers,
  severity: string,
): Record<string, unknown> & { dimension: string } {
  return {
    id,
    agent: "support-bot",
    dimension,
    kind,
    direction: after > before ? "up" : "down",
    status: "open",
    onset_at: "2026-11-21T09:00:00Z",
    onset_from: "2026-11-21T07:00:00Z",
    onset_to: "2026-11-21T12:00:00Z",
    detected_at: "2026-11-21T15:00:00Z",
    baseline: { n: 12_480, value: before },
    current: { n: 2_912, value: after },
    effect,
    evidence: { method: "e_detector", value: 5_420, threshold: 720 },
    severity,
    incident_id: "inc_01",
    attribution: promptAttribution,
  };
}

export const promptAttribution = {
  verdict: "attributed",
  causes: [
    {
      kind: "prompt",
      ref: "9f3a77c01d42",
      change_id: "chg_01",
      at: "2026-11-21T08:41:00Z",
      from: "support v13",
      to: "support v14",
      share: 0.87,
      share_low: 0.71,
      share_high: 1,
      confidence: 0.97,
      declared: true,
      evidence: [
        "In the 6 h when both prompts ran, success was 73.8 % with v14 (n = 214) and 90.6 % with v13 (n = 233).",
        "Runs that never reached the changed part kept their success: 92.1 % before, 91.7 % after (n = 1,204).",
      ],
    },
    {
      kind: "tool",
      ref: "search_orders",
      change_id: "chg_02",
      at: "2026-11-17T11:20:00Z",
      from: "4be1",
      to: "77aa",
      share: 0.09,
      share_low: 0,
      share_high: 0.24,
      confidence: 0.03,
      declared: false,
      evidence: ["Success did not move in the 94 h between this change and the onset (91.2 % before, 90.9 % after)."],
    },
  ],
  mix: { total: -0.172, within: -0.155, mix: -0.017, attribute: "plan" },
};

export function incidentOf(agent: string) {
  return {
    id: "inc_01",
    slug: "support-bot-success-1121",
    agent,
    title: "Success rate of support-bot fell from 91.0 % to 73.8 %",
    summary:
      "Since 21 November 10:00, 17 of 100 runs that would have succeeded fail. The prompt edit to support v14 explains most of it: where both prompts ran at once, only v14 was worse.",
    status: "open",
    severity: "critical",
    opened_at: "2026-11-21T15:00:00Z",
    onset_at: "2026-11-21T09:00:00Z",
    owner: null,
    drifts: [
      drift(
        "drf_01",
        "outcome.success",
        "proportion",
        0.91,
        0.738,
        { measure: "difference", value: -0.172, low: -0.195, high: -0.149 },
        "critical",
      ),
      drift(
        "drf_02",
        "latency.run_ms",
        "duration",
        4_200,
        5_964,
        { measure: "ratio_of_medians", value: 1.42, low: 1.36, high: 1.48 },
        "high",
      ),
      drift("drf_03", "volume.steps", "count", 7.2, 9.4, { measure: "ratio_of_medians", value: 1.31, low: 1.25, high: 1.36 }, "medium"),
    ],
    signals: [
      {
        id: "sig_1",
        slug: "asks-twice",
        name: "Asks for the order number twice",
        state: "escalating",
        rate: 0.112,
        rate_low: 0.097,
        rate_high: 0.129,
        onset_at: "2026-11-21T09:00:00Z",
      },
    ],
    attribution: promptAttribution,
    lineage: { changes: ["chg_01", "chg_02"], runs: ["run_7c1e", "run_8d2f"], experiments: [], artifacts: [], book: [] },
    timeline: [
      { at: "2026-11-21T15:00:00Z", kind: "opened", by: "bento", text: "Success rate left its baseline." },
      { at: "2026-11-21T16:00:00Z", kind: "drift_added", by: "bento", text: "Run latency moved with it." },
      { at: "2026-11-21T18:00:00Z", kind: "cause_changed", by: "bento", text: "Prompt edit to support v14, confidence 97 %." },
      {
        at: "2026-11-22T08:12:00Z",
        kind: "comment",
        by: "Ada Lindqvist",
        text: "Looking at v14: it asks for the order number although it is in the message.",
      },
    ],
    recovered_at: null,
    resolved_at: null,
    merged_into: null,
  };
}

export function secondIncident(id: string, status: string) {
  return {
    ...incidentOf("research-agent"),
    id,
    slug: `research-agent-${id}`,
    title: id === "inc_02" ? "Cost a run of research-agent rose by 38 %" : "Tool errors of fetch_page on research-agent doubled",
    status,
    severity: id === "inc_02" ? "medium" : "high",
    owner: "Tomás Rey",
    onset_at: "2026-11-18T03:00:00Z",
    drifts: [
      drift("drf_09", "cost.usd", "count", 0.0184, 0.0254, { measure: "ratio_of_medians", value: 1.38, low: 1.31, high: 1.46 }, "medium"),
    ],
    signals: [],
    attribution: {
      verdict: id === "inc_02" ? "confounded" : "unattributed",
      causes: id === "inc_02" ? promptAttribution.causes : [],
      mix: null,
    },
  };
}
