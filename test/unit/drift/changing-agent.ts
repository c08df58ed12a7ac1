// Made-up agents that change in known ways: each run has a version, a cohort and outcomes that a test decides.
import { analyse } from "../../../domain/drift/analyse.ts";
import { type Analysis, noFeedback } from "../../../domain/drift/analysis.ts";
import type { Change } from "../../../domain/drift/drift.ts";
import type { Observation, RunFacts, Versions } from "../../../domain/drift/facts.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";
import { aRunAt, anAgent, dayMs, startMs, yes } from "./synthetic.ts";

/** When the change of most stories happens: two weeks in, at nine on a Monday. */
export const changeMs = startMs + 14 * dayMs + 9 * 3_600_000;

export interface Story {
  days?: number;
  perHour?: number;
  seed?: string;
  cohort?: (atMs: number, random: () => number) => Record<string, string>;
  versions?: (atMs: number, random: () => number) => Partial<Versions>;
  /** Success rate of a run. */
  success?: (run: RunFacts) => number;
  more?: (run: RunFacts, random: () => number) => Observation[];
  toolsUsed?: string[];
}

export const sinceChange = (atMs: number): boolean => atMs >= changeMs;

/** Facts of the story, oldest first. */
export function runsOf({ days = 19, perHour = 4, seed = "story", cohort, versions, success, more, toolsUsed = [] }: Story): RunFacts[] {
  const random = seededRandom(`${seed}/runs`);
  return anAgent({ days, perHour, seed }, () => []).map((bare, i) => {
    const base = aRunAt(`run_${i}`, bare.atMs, []);
    const run: RunFacts = {
      ...base,
      toolsUsed,
      cohort: cohort?.(bare.atMs, random) ?? {},
      versions: {
        ...base.versions,
        models: ["m-1"],
        prompt: "p-1",
        promptName: "system",
        instrumentation: "sdk@1",
        ...versions?.(bare.atMs, random),
      },
    };
    const observations = [yes("outcome.success", success?.(run) ?? 0.9, random), ...(more?.(run, random) ?? [])];
    return {
      ...run,
      observations: [
        ...observations,
        ...Object.entries(run.cohort).map(([name, value]): Observation => ({ dimension: `cohort.${name}`, kind: "categorical", value })),
      ],
    };
  });
}

export function analysed(facts: RunFacts[], declared: Change[] = []): Analysis {
  const untilMs = Math.max(...facts.map(({ atMs }) => atMs));
  return analyse({ agent: "bot", facts, declared, untilMs, closeAll: true, settings: { falseAlarmBudgetDays: 30 }, feedback: noFeedback });
}

export function aChange(change: Partial<Change> & Pick<Change, "kind" | "ref">): Change {
  return {
    id: `chg_${change.kind}_${change.ref}`,
    agent: "bot",
    at: new Date(changeMs).toISOString(),
    declared: true,
    from: null,
    to: null,
    description: null,
    author: null,
    run_id: null,
    ...change,
  };
}
