// Judges an agent from the rows of its behaviour object, and puts what came of it back into them: one domain function between reading and
// writing, without a pause in which rows could change.
import { analyse } from "../domain/drift/analyse.ts";
import { factsKeptMs } from "../domain/drift/facts.ts";
import { memoryOf, reconcile, type Memory } from "../domain/drift/match.ts";
import type { Publication } from "./behaviour-records.ts";
import type { BehaviourRows } from "./behaviour-rows.ts";
import { judgeUntilMs } from "./evaluation-schedule.ts";

/** null where nothing was said, and there is nothing to say. @param closeAll closes the windows that would wait for late runs */
export function analyseRows(rows: BehaviourRows, closeAll: boolean, nowMs: number): Publication | null {
  const subject = rows.subject();
  const state = rows.evaluationState(nowMs);
  const liveUntilMs = judgeUntilMs(state, nowMs);
  if (subject === null) return null;
  if (liveUntilMs === null || state.newestRunMs === null) return emptied(rows, nowMs);
  const untilMs = closeAll ? state.newestRunMs : liveUntilMs;
  rows.dropFactsBefore(state.newestRunMs - factsKeptMs);
  const facts = rows.facts(untilMs);
  const sinceMs = facts[0]?.atMs ?? untilMs;
  const analysis = analyse({
    agent: subject.agent,
    facts,
    declared: rows.changes(),
    untilMs,
    closeAll,
    settings: { falseAlarmBudgetDays: subject.falseAlarmBudgetDays },
    feedback: rows.feedback(),
  });
  return rows.putAnalysis(reconcile(rows.drifts(), analysis, memory(rows, sinceMs)), sinceMs, untilMs, nowMs);
}

/** Every run was deleted: what was said of them goes too, and what is told of it takes its incidents back. */
function emptied(rows: BehaviourRows, nowMs: number): Publication | null {
  const said = rows.publication();
  if (said === null) return null;
  const nothing = { dimensions: [], drifts: [], groups: [], changes: rows.changes(), closedUntilMs: said.untilMs };
  return rows.putAnalysis(reconcile(rows.drifts(), nothing, memory(rows, said.sinceMs)), said.sinceMs, said.untilMs, nowMs);
}

function memory(rows: BehaviourRows, oldestFactMs: number): Memory {
  return memoryOf(oldestFactMs, rows.hasForgotten(), rows.publication());
}
