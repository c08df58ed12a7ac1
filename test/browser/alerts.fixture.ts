// Alert rules, a preview and deliveries as the API answers them: one rule fires, one is held back, one is off.
const at = (text: string): string => `2026-11-${text}:00.000Z`;

const rule = (id: string, name: string, more: object): object => ({
  id,
  name,
  agent: null,
  enabled: true,
  condition: { type: "incident", min_severity: "high", dimensions: null, cause_kinds: null },
  targets: [],
  cool_down_ms: 3_600_000,
  renotify_ms: null,
  no_data: "keep",
  created_at: at("02T08:00"),
  updated_at: at("02T08:00"),
  watching_since: at("02T08:00"),
  firing: 0,
  pending: 0,
  without_data: 0,
  ...more,
});

export const rules = [
  rule("alr_01", "Page the people on call", {
    renotify_ms: 14_400_000,
    firing: 2,
    targets: [
      { type: "webhook", webhook_id: "whk_01KA4B8Z2N6Y" },
      { type: "slack", host: "hooks.slack.com" },
    ],
  }),
  rule("alr_02", "Success below seven in ten for two days", {
    agent: "support-bot",
    condition: { type: "threshold", dimensions: ["outcome.success"], above: null, below: 0.7, bucket: "day", buckets: 2, min_runs: 20 },
    no_data: "alert",
    pending: 1,
  }),
  rule("alr_03", "Tools that began to fail", {
    enabled: false,
    condition: {
      type: "drift",
      min_severity: "low",
      dimensions: ["tool.*.error_rate", "tool.*.error_code"],
      directions: ["up"],
      kinds: null,
      cause_kinds: ["tool"],
    },
  }),
  rule("alr_04", "Nothing sent for two hours", { condition: { type: "no_data", after_ms: 7_200_000 }, cool_down_ms: 0 }),
];

const standing = [
  {
    agent: "support-bot",
    phase: "firing",
    since: at("21T15:00"),
    told_at: at("24T11:00"),
    notices: 4,
    title: "Success of support-bot fell from 0.87 to 0.64 since 21 Nov 09:00; cause: prompt v14",
    severity: "critical",
    dimension: "outcome.success",
    value: null,
    incident_id: "inc_01",
    drift_id: null,
  },
  {
    agent: "research-agent",
    phase: "firing",
    since: at("24T13:30"),
    told_at: null,
    notices: 0,
    title: "Cost per run of research-agent rose from 0.04 to 0.11 USD since 24 Nov 08:00",
    severity: "high",
    dimension: "cost.usd",
    value: null,
    incident_id: "inc_03",
    drift_id: null,
  },
];

export const ruleWithStanding = { ...rules[0], standing };

const alert = (event: string, told: string, more: object = {}): object => ({
  id: `${event}:alr_01:${told}`,
  event,
  rule: { id: "alr_01", name: "Page the people on call" },
  agent: "support-bot",
  title: "Success of support-bot fell from 0.87 to 0.64 since 21 Nov 09:00; cause: prompt v14",
  severity: "critical",
  dimension: "outcome.success",
  value: null,
  incident_id: "inc_01",
  drift_id: null,
  at: at(told),
  since: at("21T15:00"),
  told_at: at(told),
  notices: 1,
  ...more,
});

const second = {
  agent: "research-agent",
  title: "Cost per run of research-agent rose from 0.04 to 0.11 USD",
  severity: "high",
  dimension: "cost.usd",
  incident_id: "inc_03",
};

export const preview = {
  from: "2026-10-25T14:20:00.000Z",
  to: at("24T14:20"),
  agents: ["support-bot", "invoice-reader", "research-agent"],
  agents_left_out: 2,
  fired: 2,
  escalated: 1,
  renotified: 2,
  resolved: 1,
  no_data: 0,
  held: 1,
  standing: 1,
  notices: 6,
  told: [
    alert("alert.fired", "03T10:00", second),
    alert("alert.renotified", "05T14:00", second),
    alert("alert.resolved", "08T09:00", second),
    alert("alert.fired", "21T15:00", { severity: "high" }),
    alert("alert.escalated", "21T19:00"),
    alert("alert.renotified", "23T23:00"),
  ],
};

export const deliveries = [
  {
    id: "alert.renotified:alr_01:x:1:4.whk_01",
    event: "alert.renotified",
    status: "retrying",
    attempts: 3,
    last_error: "answered 503",
    created_at: at("24T11:00"),
    updated_at: at("24T11:12"),
    next_attempt_at: at("24T14:32"),
    webhook_id: "whk_01",
    rule_id: "alr_01",
    agent: "support-bot",
    host: "alerts.example.com",
    about: "still: Success of support-bot fell from 0.87 to 0.64 since 21 Nov 09:00; cause: prompt v14",
  },
  {
    id: "incident.opened:inc_01:opened.whk_02",
    event: "incident.opened",
    status: "failed",
    attempts: 8,
    last_error: "no answer within 10 s",
    created_at: at("21T15:00"),
    updated_at: at("21T17:31"),
    next_attempt_at: null,
    webhook_id: "whk_02",
    rule_id: null,
    agent: "support-bot",
    host: "old.example.com",
    about: "Success of support-bot fell from 0.87 to 0.64 since 21 Nov 09:00",
  },
  {
    id: "alert.fired:alr_01:x:1:1.slack_ab",
    event: "alert.fired",
    status: "delivered",
    attempts: 1,
    last_error: null,
    created_at: at("21T15:00"),
    updated_at: at("21T15:00"),
    next_attempt_at: null,
    webhook_id: null,
    rule_id: "alr_01",
    agent: "support-bot",
    host: "hooks.slack.com",
    about: "Success of support-bot fell from 0.87 to 0.64 since 21 Nov 09:00",
  },
];
