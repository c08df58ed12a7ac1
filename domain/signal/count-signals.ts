// From counts to signals: each signal's rate, share, trend, state and priority, by rule. What people said goes before what is worked out.
import type { Severity } from "../drift/drift.ts";
import type { Breakdown } from "./breakdown.ts";
import { nothing, plus, priorityOf, rateOf, type Weighed } from "./rate.ts";
import type { Said } from "./said.ts";
import type { Signal, SignalFamily, TrendPoint } from "./signal.ts";
import { stateOf } from "./state.ts";

const dayMs = 86_400_000;
/** Days of a trend, and those whose rate makes the priority. */
const trendDays = 28;

/** What a signal is, before anything is counted. */
export interface SignalIdentity {
  id: string;
  slug: string;
  agent: string;
  parentId: string | null;
  polarity: SignalFamily["polarity"];
  version: number;
  /** Worked out of its template; what people said goes before it. */
  name: string;
  definition: string;
  said: Said;
  /** Of a declared signal whose findings have not told any yet. */
  usualSeverity: Severity;
}

/** What was counted for one signal. */
export interface SignalCount {
  /** Day → runs that show it. */
  shown: ReadonlyMap<number, Weighed>;
  seen: { firstMs: number; lastMs: number; failedWeight: number } | null;
  severity: Severity | null;
  examples: readonly string[];
  by: Breakdown;
  /** Its rate has an open drift upwards. */
  isEscalating: boolean;
}

/** What was counted of the agent. */
export interface AgentCount {
  /** Day → runs. */
  all: ReadonlyMap<number, Weighed>;
  failedRuns: Weighed;
  firstRunMs: number;
  newestRunMs: number;
}

export function countedSignal(identity: SignalIdentity, counted: SignalCount, agent: AgentCount): Signal {
  const { said } = identity;
  const shown = total(counted.shown);
  const all = total(agent.all);
  const severity = said.severity ?? counted.severity ?? identity.usualSeverity;
  const trend = trendOf(counted, agent);
  const recentFrom = Math.floor(agent.newestRunMs / dayMs) - trendDays + 1;
  const recent = rateOf(total(counted.shown, recentFrom), total(agent.all, recentFrom));
  const days = [...agent.all].sort(([a], [b]) => a - b);
  const state = stateOf({
    days: days.map(([day, runs]) => ({ day, shown: counted.shown.get(day)?.weight ?? 0, all: runs.weight })),
    isEscalating: counted.isEscalating,
    isArchived: said.archived,
    resolvedMs: said.resolved_ms,
    firstRunMs: agent.firstRunMs,
    newestRunMs: agent.newestRunMs,
  });
  return {
    id: identity.id,
    slug: identity.slug,
    agent: identity.agent,
    name: said.name ?? identity.name,
    definition: said.definition ?? identity.definition,
    version: identity.version,
    polarity: identity.polarity,
    state,
    severity,
    ...rateOf(shown, all),
    share_of_failures:
      identity.polarity === "win" || agent.failedRuns.weight <= 0
        ? null
        : Math.min(1, (counted.seen?.failedWeight ?? 0) / agent.failedRuns.weight),
    priority: state === "archived" || state === "resolved" ? 0 : priorityOf(recent.rate, severity),
    first_seen: counted.seen === null ? null : new Date(counted.seen.firstMs).toISOString(),
    last_seen: counted.seen === null ? null : new Date(counted.seen.lastMs).toISOString(),
    trend,
    by: counted.by,
    examples: [...counted.examples],
    parent_id: identity.parentId,
  };
}

/** One point for each of the last days, also those without runs. */
function trendOf({ shown }: SignalCount, { all, newestRunMs, firstRunMs }: AgentCount): TrendPoint[] {
  const today = Math.floor(newestRunMs / dayMs);
  const first = Math.max(today - trendDays + 1, Math.floor(firstRunMs / dayMs));
  return Array.from({ length: Math.max(0, today - first + 1) }, (_, i) => {
    const day = first + i;
    return { at: new Date(day * dayMs).toISOString(), ...rateOf(shown.get(day) ?? nothing, all.get(day) ?? nothing) };
  });
}

function total(days: ReadonlyMap<number, Weighed>, fromDay = -Infinity): Weighed {
  let sum = nothing;
  for (const [day, runs] of days) if (day >= fromDay) sum = plus(sum, runs);
  return sum;
}
