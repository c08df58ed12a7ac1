// The state of a signal, by rule, from its days and what people said. A pure function of them: an imported month ends where a month of
// live traffic ends. Whether it escalates is not decided here but by the detector that watches its rate under the false-alarm budget.
import type { SignalState } from "./signal.ts";

const dayMs = 86_400_000;
/** A signal is new for its first week. */
const newDays = 7;
/** Without a sign of it for a week … */
const quietDays = 7;
/** … in which so many runs would have shown it at its rate: none of them by chance has odds of 1 in 20 (e^−3). */
const missedRuns = 3;
/** One that came back is told so for two weeks. */
const regressedDays = 14;

/** A day of the agent's traffic, ascending; days without runs may be left out. */
export interface SignalDay {
  day: number;
  /** Weighted runs that show it, and all. */
  shown: number;
  all: number;
}

export interface StateInput {
  days: readonly SignalDay[];
  /** Its rate has an open drift upwards. */
  isEscalating: boolean;
  isArchived: boolean;
  /** When a person called it resolved. */
  resolvedMs: number | null;
  /** Of the agent. */
  firstRunMs: number;
  newestRunMs: number;
}

export function stateOf({ days, isEscalating, isArchived, resolvedMs, firstRunMs, newestRunMs }: StateInput): SignalState {
  if (isArchived) return "archived";
  const today = Math.floor(newestRunMs / dayMs);
  const shown = days.filter((day) => day.shown > 0);
  const [first] = shown;
  const last = shown.at(-1);
  if (first === undefined || last === undefined) return resolvedMs === null ? "ongoing" : "resolved";
  if (isEscalating) return "escalating";
  const resolvedDay = resolvedMs === null ? null : Math.floor(resolvedMs / dayMs);
  if (resolvedDay !== null && last.day <= resolvedDay) return "resolved";
  if (isGone(days, last.day, today)) return "resolved";
  const returned = lastReturn(days, resolvedDay);
  if (returned !== null && today - returned < regressedDays) return "regressed";
  // of an agent that is itself new everything is, which tells nobody anything
  const isAgentOlder = first.day - Math.floor(firstRunMs / dayMs) >= 1;
  return isAgentOlder && today - first.day < newDays ? "new" : "ongoing";
}

/** Whether its absence after `lastDay` and until `untilDay` is more than chance. */
function isGone(days: readonly SignalDay[], lastDay: number, untilDay: number): boolean {
  if (untilDay - lastDay < quietDays) return false;
  const before = days.filter(({ day }) => day <= lastDay);
  const after = days.filter(({ day }) => day > lastDay && day <= untilDay);
  const shown = before.reduce((sum, day) => sum + day.shown, 0);
  const all = before.reduce((sum, day) => sum + day.all, 0);
  const missed = after.reduce((sum, day) => sum + day.all, 0);
  return all > 0 && (shown / all) * missed >= missedRuns;
}

/** The last day on which it came back after it was gone, or after a person had called it resolved. */
function lastReturn(days: readonly SignalDay[], resolvedDay: number | null): number | null {
  const shown = days.filter((day) => day.shown > 0);
  let returned: number | null = null;
  for (const [i, { day }] of shown.entries()) {
    const before = shown[i - 1];
    if (before === undefined) continue;
    const wasResolved = resolvedDay !== null && before.day <= resolvedDay && day > resolvedDay;
    if (
      wasResolved ||
      isGone(
        days.slice(
          0,
          days.findIndex((one) => one.day === day),
        ),
        before.day,
        day - 1,
      )
    )
      returned = day;
  }
  return returned;
}
