// An alert rule as a form says it: texts and numbers of fields to the body that the API takes. What is empty is left out, so that the
// API's own defaults hold; what is wrong is left for the API to say.

/** A field by its name; empty where there is none. */
export type Field = (name: string) => string;

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Fields that make up a rule without its name and targets: what a preview needs, and what goes on to the second form. */
export const ruleFields = [
  "type",
  "agent",
  "min_severity",
  "dimensions",
  "direction",
  "cause",
  "above",
  "below",
  "bucket",
  "buckets",
  "min_runs",
  "silent_hours",
  "cool_down_minutes",
  "renotify_minutes",
  "no_data",
] as const;

export function ruleBody(field: Field): Record<string, unknown> {
  return {
    ...optional("agent", field("agent") || null),
    condition: conditionBody(field),
    ...optional("cool_down_ms", scaled(field("cool_down_minutes"), minuteMs)),
    ...optional("renotify_ms", scaled(field("renotify_minutes"), minuteMs)),
    ...optional("no_data", field("no_data") || null),
  };
}

/** Webhook and Slack address, where they are given. */
export function targetsBody(field: Field): Record<string, unknown>[] {
  const [webhook, slack] = [field("webhook"), field("slack")];
  return [...(webhook === "" ? [] : [{ type: "webhook", webhook_id: webhook }]), ...(slack === "" ? [] : [{ type: "slack", url: slack }])];
}

function conditionBody(field: Field): Record<string, unknown> {
  const dimensions = field("dimensions")
    .split(/[\s,]+/)
    .filter((name) => name !== "");
  const causes = field("cause") === "" ? null : [field("cause")];
  switch (field("type")) {
    case "drift":
      return {
        type: "drift",
        ...optional("min_severity", field("min_severity") || null),
        ...optional("dimensions", dimensions.length === 0 ? null : dimensions),
        ...optional("directions", field("direction") === "" ? null : [field("direction")]),
        ...optional("cause_kinds", causes),
      };
    case "threshold":
      return {
        type: "threshold",
        dimensions,
        ...optional("above", scaled(field("above"), 1)),
        ...optional("below", scaled(field("below"), 1)),
        ...optional("bucket", field("bucket") || null),
        ...optional("buckets", scaled(field("buckets"), 1)),
        ...optional("min_runs", scaled(field("min_runs"), 1)),
      };
    case "no_data":
      return { type: "no_data", after_ms: scaled(field("silent_hours"), hourMs) ?? 0 };
    default:
      return {
        type: "incident",
        ...optional("min_severity", field("min_severity") || null),
        ...optional("dimensions", dimensions.length === 0 ? null : dimensions),
        ...optional("cause_kinds", causes),
      };
  }
}

/** A number times its unit; null for an empty field, and for one that is no number: the API refuses a rule that lacks it. */
function scaled(value: string, unit: number): number | null {
  const parsed = Number(value);
  if (value === "" || !Number.isFinite(parsed)) return null;
  return unit === 1 ? parsed : Math.round(parsed * unit);
}

function optional(name: string, value: unknown): Record<string, unknown> {
  return value === null ? {} : { [name]: value };
}
