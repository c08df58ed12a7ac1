// How one rule stands with one agent, as a pure state machine: well → pending → firing → well again, or no data; first notices held
// back by the cool-down, reminders, and the end told once. Stepping twice with the same readings and time tells nothing twice.
import type { Severity } from "../drift/drift.ts";
import type { Holds, Reading } from "./alert-reading.ts";
import { worseOf } from "./alert-reading.ts";
import type { AlertRule } from "./alert-rule.ts";
import { isWorse } from "./severity.ts";

export type AlertPhase = "pending" | "firing" | "no_data";
export const alertEvents = ["alert.fired", "alert.escalated", "alert.renotified", "alert.resolved", "alert.no_data"] as const;
export type AlertEvent = (typeof alertEvents)[number];

/** One thing that is not well. What is well has no state. */
export interface AlertState {
  subject: string;
  phase: AlertPhase;
  /** Wall time since which it is in this phase. */
  sinceMs: number;
  /** Wall time of the last notice since then; null while the cool-down holds the first one back. */
  toldMs: number | null;
  toldSeverity: Severity | null;
  /** Notices since then. */
  notices: number;
  /** What was read last. */
  reading: Reading;
}

/** First notices wait until then, unless they are worse than what was told. */
export interface CoolDown {
  untilMs: number;
  severity: Severity | null;
}

/** What a rule remembers of an agent. */
export interface AlertMemory {
  states: AlertState[];
  coolDown: CoolDown | null;
}

export const nothingRemembered: AlertMemory = { states: [], coolDown: null };

/** What must be told. The state is that after the step, for an end that before it. */
export interface AlertNotice {
  event: AlertEvent;
  state: AlertState;
}

export interface Stepped {
  memory: AlertMemory;
  notices: AlertNotice[];
  /** When time alone changes something; null when nothing waits for it. */
  dueMs: number | null;
}

type Rule = Pick<AlertRule, "cool_down_ms" | "renotify_ms" | "no_data">;

/** @param readings of everything that the rule watches now: what it remembers and does not find there is over */
export function step(rule: Rule, memory: AlertMemory, readings: readonly Reading[], nowMs: number): Stepped {
  const known = new Map(memory.states.map((state) => [state.subject, state]));
  const read = new Map(readings.map((reading) => [reading.subject, reading]));
  const gone = memory.states.filter(({ subject }) => !read.has(subject)).map((state): Reading => ({ ...state.reading, holds: "no" }));
  const states: AlertState[] = [];
  const notices: AlertNotice[] = [];
  let { coolDown } = memory;
  // The worst first: what is told of it holds the lesser ones back, not the other way round.
  for (const reading of [...readings, ...gone].sort(worstFirst)) {
    const before = known.get(reading.subject) ?? null;
    const phase = phaseAfter(rule, before?.phase ?? null, reading.holds);
    if (before !== null && isToldOf(before) && !isToldPhase(phase)) notices.push({ event: "alert.resolved", state: before });
    if (phase === null) continue;
    const entered = enter(before, phase, reading, nowMs);
    const event = eventOf(rule, entered, coolDown, nowMs);
    if (event === null) {
      states.push(entered);
      continue;
    }
    const told = tell(entered, nowMs);
    if (event === "alert.fired")
      coolDown = { untilMs: nowMs + rule.cool_down_ms, severity: worseOf(current(coolDown, nowMs)?.severity ?? null, reading.severity) };
    states.push(told);
    notices.push({ event, state: told });
  }
  return {
    memory: { states: states.sort((a, b) => (a.subject < b.subject ? -1 : 1)), coolDown: current(coolDown, nowMs) },
    notices,
    dueMs: earliest(states.map((state) => dueOf(rule, state, coolDown))),
  };
}

/** null: well. A gap leaves what was told as it is, ends it, or is told itself. */
function phaseAfter({ no_data }: Rule, before: AlertPhase | null, holds: Holds): AlertPhase | null {
  switch (holds) {
    case "yes":
      return "firing";
    case "almost":
      return before === "firing" ? "firing" : "pending";
    case "no":
      return null;
    case "no_data":
      return no_data === "alert" ? "no_data" : no_data === "resolve" || before === "no_data" ? null : before;
  }
}

/** The same phase goes on, and what is read while nothing can be seen does not overwrite what was seen. */
function enter(before: AlertState | null, phase: AlertPhase, reading: Reading, nowMs: number): AlertState {
  if (before !== null && before.phase === phase)
    return { ...before, reading: reading.holds === "no_data" && phase !== "no_data" ? before.reading : reading };
  return { subject: reading.subject, phase, sinceMs: nowMs, toldMs: null, toldSeverity: null, notices: 0, reading };
}

function eventOf(
  rule: Rule,
  { phase, toldMs, toldSeverity, reading }: AlertState,
  coolDown: CoolDown | null,
  nowMs: number,
): AlertEvent | null {
  if (phase === "pending") return null;
  if (toldMs === null) {
    if (phase === "no_data") return "alert.no_data";
    const held = current(coolDown, nowMs);
    return held === null || isAbove(reading.severity, held.severity) ? "alert.fired" : null;
  }
  if (isAbove(reading.severity, toldSeverity)) return "alert.escalated";
  const isDue = rule.renotify_ms !== null && !reading.isQuiet && nowMs >= toldMs + rule.renotify_ms;
  return isDue ? "alert.renotified" : null;
}

function tell(state: AlertState, nowMs: number): AlertState {
  return { ...state, toldMs: nowMs, toldSeverity: worseOf(state.toldSeverity, state.reading.severity), notices: state.notices + 1 };
}

function dueOf({ renotify_ms }: Rule, { phase, toldMs, reading }: AlertState, coolDown: CoolDown | null): number | null {
  if (phase === "pending") return null;
  if (toldMs === null) return coolDown?.untilMs ?? null;
  return renotify_ms === null || reading.isQuiet ? null : toldMs + renotify_ms;
}

function isToldOf({ toldMs, phase }: AlertState): boolean {
  return toldMs !== null && isToldPhase(phase);
}

function isToldPhase(phase: AlertPhase | null): boolean {
  return phase === "firing" || phase === "no_data";
}

/** Unknown severities are not compared. */
function isAbove(severity: Severity | null, than: Severity | null): boolean {
  return severity !== null && than !== null && isWorse(severity, than);
}

function current(coolDown: CoolDown | null, nowMs: number): CoolDown | null {
  return coolDown !== null && nowMs < coolDown.untilMs ? coolDown : null;
}

function worstFirst(a: Reading, b: Reading): number {
  return Number(isAbove(b.severity, a.severity)) - Number(isAbove(a.severity, b.severity)) || (a.subject < b.subject ? -1 : 1);
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}
