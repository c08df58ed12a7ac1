// What a rule would have told over stored history: the same state machine, stepped through the moments at which something was known,
// in event time. Reminders and ends of cool-downs come between them as they would have by the clock.
import { alertOf, type Alert } from "./alert.ts";
import type { Reading } from "./alert-reading.ts";
import type { AlertRule } from "./alert-rule.ts";
import { nothingRemembered, step, type AlertEvent, type AlertMemory } from "./alert-state.ts";

/** Everything that the rule saw of one agent from `atMs` on, until the next moment. */
export interface Moment {
  atMs: number;
  readings: Reading[];
}

export interface AgentHistory {
  agent: string;
  /** Oldest first. */
  moments: readonly Moment[];
}

export interface Previewed {
  /** Oldest first; the first ones, where there are more than fit. */
  told: Alert[];
  counts: Record<AlertEvent, number>;
  /** Firings whose first notice the cool-down held back until they were over. */
  held: number;
  /** Things that would be firing at the end. */
  standing: number;
}

/** Lines of a preview; counts go on. */
const mostTold = 500;
/** Steps of one agent: a reminder a minute for two months. */
const mostSteps = 100_000;

export function preview(rule: AlertRule, histories: readonly AgentHistory[], untilMs: number): Previewed {
  const counts: Previewed["counts"] = {
    "alert.fired": 0,
    "alert.escalated": 0,
    "alert.renotified": 0,
    "alert.resolved": 0,
    "alert.no_data": 0,
  };
  const told: Alert[] = [];
  let held = 0;
  let standing = 0;
  for (const { agent, moments } of histories) {
    let memory = nothingRemembered;
    let steps = 0;
    const stepTo = (readings: readonly Reading[], atMs: number): number | null => {
      const untold = memory.states.filter(({ phase, toldMs }) => phase === "firing" && toldMs === null);
      const next = step(rule, memory, readings, atMs);
      held += untold.filter(({ subject }) => !isFiring(next.memory, subject)).length;
      memory = next.memory;
      steps++;
      for (const notice of next.notices) {
        counts[notice.event]++;
        told.push(alertOf(rule, agent, notice, atMs));
      }
      return next.dueMs;
    };
    moments.forEach(({ atMs, readings }, i) => {
      const endMs = Math.min(untilMs, moments[i + 1]?.atMs ?? Infinity);
      let dueMs = stepTo(readings, atMs);
      while (dueMs !== null && dueMs < endMs && steps < mostSteps) dueMs = stepTo(readings, dueMs);
    });
    standing += memory.states.filter(({ phase }) => phase === "firing").length;
  }
  told.sort((a, b) => (a.told_at < b.told_at ? -1 : a.told_at > b.told_at ? 1 : a.id < b.id ? -1 : 1));
  return { told: told.slice(0, mostTold), counts, held, standing };
}

function isFiring({ states }: AlertMemory, subject: string): boolean {
  return states.some((state) => state.subject === subject && state.phase === "firing");
}
