// Whose behaviour an object is asked about: its own address, and the setting that its judgement needs.
import { readProject } from "../../../d1/project.ts";
import type { Subject } from "../../../durable-objects/behaviour-records.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";

/** Throws Refusal 404 for a project that was deleted while its key was still believed. */
export async function subjectOf(env: Env, projectId: string, agent: string): Promise<Subject> {
  const project = await readProject(env.INDEX, projectId);
  if (project === null) throw new Refusal(404, "This key's project was deleted.");
  return { projectId, agent, falseAlarmBudgetDays: project.settings.false_alarm_budget_days };
}
