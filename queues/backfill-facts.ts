// Facts of history into an agent's behaviour, as if what they show now had been measured when the runs came. Only those that behaviour
// keeps anyway, six weeks; the classes of a run's findings stay with it.
import type { CustomDimension } from "../domain/run/custom-dimension.ts";
import { factsKeptMs, type RunFacts } from "../domain/drift/facts.ts";
import { factsOf } from "../domain/drift/facts-of.ts";
import { packFacts } from "../domain/drift/packed-facts.ts";
import { reclassed } from "../domain/drift/signal-observations.ts";
import { findAgent } from "../d1/agents.ts";
import { classesOf } from "../d1/backfill-runs.ts";
import { customDimensionsOf } from "../d1/custom-dimensions.ts";
import { readProject } from "../d1/project.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { behaviourOf } from "../durable-objects/names.ts";
import type { Seen } from "./backfill-scan.ts";

/** Where the facts of an agent's runs go. */
export interface AgentFacts {
  custom: readonly CustomDimension[];
  /** Those of one page, to be filled run by run. */
  page: () => FactsPage;
}

export interface FactsPage {
  add: (seen: Seen) => void;
  fold: (nowMs: number) => Promise<void>;
}

/** null when the project or the agent is gone. */
export async function agentFacts(env: Bindings, projectId: string, agent: string): Promise<AgentFacts | null> {
  const [project, row, custom] = await Promise.all([
    readProject(env.INDEX, projectId),
    findAgent(env.INDEX, projectId, agent),
    customDimensionsOf(env.INDEX, projectId),
  ]);
  if (project === null || row === null) return null;
  const subject = { projectId, agent, falseAlarmBudgetDays: project.settings.false_alarm_budget_days };
  const dimensions = custom.get(agent) ?? [];
  const sinceMs = row.lastRunMs - factsKeptMs;
  const page = (): FactsPage => {
    const facts: RunFacts[] = [];
    return {
      add: ({ row: { startedMs, version }, run, newestScore }) => {
        if (startedMs >= sinceMs) facts.push(factsOf(run, `${version}~${newestScore}`, dimensions));
      },
      fold: async (nowMs) => {
        if (facts.length === 0) return;
        const ids = facts.map(({ id }) => id);
        const shown = await classesOf(env.INDEX, projectId, ids);
        const packed = facts.map((one) => packFacts(reclassed(one, { gone: [], come: shown.get(one.id) ?? [] })));
        await behaviourOf(env, projectId, agent).fold(subject, packed, nowMs);
      },
    };
  };
  return { custom: dimensions, page };
}
