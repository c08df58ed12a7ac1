// What people want to hear of, as the public contract writes it: a condition on one agent or on all, whom to tell, how often and what
// a gap in the data means. Nothing here looks at traffic; readings (alert-reading.ts) and phases (alert-state.ts) come from it.
import type { ChangeKind, Drift, Severity } from "../drift/drift.ts";
import type { DimensionKind } from "../drift/facts.ts";

/** null in a filter: any. A dimension may hold `*` for any run of characters. */
export interface IncidentCondition {
  type: "incident";
  /** Opened with, or escalated to, at least this. */
  min_severity: Severity;
  /** Of one of its drifts. */
  dimensions: string[] | null;
  /** The kind of its named cause. */
  cause_kinds: ChangeKind[] | null;
}

export interface DriftCondition {
  type: "drift";
  min_severity: Severity;
  dimensions: string[] | null;
  directions: Drift["direction"][] | null;
  /** Of the dimension. */
  kinds: DimensionKind[] | null;
  cause_kinds: ChangeKind[] | null;
}

export interface ThresholdCondition {
  type: "threshold";
  /** Whole names. */
  dimensions: string[];
  /** Beyond either bound; at least one is given. */
  above: number | null;
  below: number | null;
  bucket: "hour" | "day";
  /** So many closed buckets in a row. */
  buckets: number;
  /** A bucket with fewer runs says nothing. */
  min_runs: number;
}

export interface NoDataCondition {
  type: "no_data";
  /** Silence since the newest run, by the clock. */
  after_ms: number;
}

export type AlertCondition = IncidentCondition | DriftCondition | ThresholdCondition | NoDataCondition;

export type AlertTarget = { type: "webhook"; webhook_id: string } | { type: "slack"; url: string };

export interface AlertRule {
  id: string;
  name: string;
  /** null: every agent of the project. */
  agent: string | null;
  enabled: boolean;
  condition: AlertCondition;
  targets: AlertTarget[];
  /** After a first notice further ones of this rule and agent wait for so long, unless they are worse. */
  cool_down_ms: number;
  /** What stands and nobody has acknowledged is told again after this; null: never. */
  renotify_ms: number | null;
  /** A threshold's bucket without enough runs: leave things as they are, take them as well, or tell that nothing can be said. */
  no_data: "keep" | "resolve" | "alert";
  created_at: string;
  updated_at: string;
  /** It watches since then: what was known before is not news. */
  watching_since: string;
}

/** What makes a rule: everything that a person says of it. */
export type AlertRuleSaid = Omit<AlertRule, "id" | "created_at" | "updated_at" | "watching_since">;

/** Whether the rule looks at this agent at all. */
export function watches({ agent, enabled }: Pick<AlertRule, "agent" | "enabled">, name: string): boolean {
  return enabled && (agent === null || agent === name);
}

/** A rule that watches something else now begins anew; a new name, target or interval does not. */
export function watchesAnew(before: AlertRuleSaid, after: AlertRuleSaid): boolean {
  const watched = ({ agent, condition }: AlertRuleSaid): string => JSON.stringify([agent, condition]);
  return (after.enabled && !before.enabled) || watched(before) !== watched(after);
}

/** null for no filter. Case matters: names of dimensions do. */
export function matchesDimension(patterns: readonly string[] | null, dimension: string): boolean {
  return patterns === null || patterns.some((pattern) => matchesPattern(pattern, dimension));
}

/** `*` is any run of characters. Greedy from the left with a fixed end: linear, whatever the pattern and the name. */
function matchesPattern(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
