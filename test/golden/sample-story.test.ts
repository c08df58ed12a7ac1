// The sample against the analysis that it is made to show: every dated event found, with its cause, and nothing else. Pure, no
// server: native runs through the native reader into facts, facts into analysis, its groups into the story that the demo tells.
import { describe, expect, it } from "vitest";
import type { IncidentAnswer } from "../../cli/demo/bento-answers.ts";
import { tellStory } from "../../cli/demo/story.ts";
import { sampleChanges, sampleRecords } from "../../cli/sample/sample-runs.ts";
import { sampleScenario, type Scenario } from "../../cli/sample/scenario.ts";
import { analyse } from "../../domain/drift/analyse.ts";
import { noFeedback } from "../../domain/drift/analysis.ts";
import type { Change } from "../../domain/drift/drift.ts";
import { factsOf } from "../../domain/drift/facts-of.ts";
import type { RunFacts } from "../../domain/drift/facts.ts";
import { finishRun } from "../../domain/run/finish.ts";
import { listedPrices } from "../../domain/run/price.ts";
import { maxRuns, readNativeRuns } from "../../domain/wire/native.ts";

const timeoutMs = 60_000;

/** The facts of every run, late scores joined as the pipeline joins them. */
function factsOfSample(scenario: Scenario): RunFacts[] {
  const runs = sampleRecords(scenario)
    .map(({ run, late }) => (late === null || late.atMs > scenario.endMs ? run : { ...run, scores: [...(run.scores ?? []), late.score] }))
    .toArray();
  const facts: RunFacts[] = [];
  for (let from = 0; from < runs.length; from += maxRuns) {
    const body = new TextEncoder().encode(JSON.stringify({ runs: runs.slice(from, from + maxRuns) }));
    const reading = readNativeRuns(body, "json", { receipt: "01JD0000000000000000000000", receivedMs: scenario.endMs });
    if (!reading.ok) throw new Error(reading.message);
    expect(reading.rejected).toEqual([]);
    facts.push(...reading.runs.map(({ id, draft }) => factsOf(finishRun(draft, { id, nowMs: scenario.endMs, prices: listedPrices }), "1")));
  }
  return facts;
}

function storyOf(scenario: Scenario) {
  const facts = factsOfSample(scenario);
  const declared = sampleChanges(scenario).map((change, i): Change => ({
    from: null,
    to: null,
    ...change,
    id: `chg_${i}`,
    declared: true,
    run_id: null,
  }));
  const untilMs = Math.max(...facts.map(({ atMs }) => atMs));
  const analysis = analyse({
    agent: scenario.agent,
    facts,
    declared,
    untilMs,
    closeAll: true,
    settings: { falseAlarmBudgetDays: 30 },
    feedback: noFeedback,
  });
  const incidents = analysis.groups.map((group, i): IncidentAnswer => ({
    slug: `group-${i}`,
    title: group.title,
    status: group.recoveredAtMs === null ? "open" : "resolved",
    severity: group.severity,
    onset_at: new Date(group.onset.atMs).toISOString(),
    opened_at: new Date(group.openedAtMs).toISOString(),
    resolved_at: null,
    drifts: analysis.drifts.filter(({ id }) => group.driftIds.includes(id)),
    attribution: group.attribution,
  }));
  return tellStory(
    scenario,
    facts.map(({ atMs }) => atMs),
    { incidents, changes: analysis.changes, successByDay: [] },
  );
}

describe("the sample's story", () => {
  it.each(["2026-11-24T13:20:00Z", "2026-11-27T08:20:00Z"])(
    "is found whole when it ends at %s: every cause right, the harmless edit not blamed, no false incident",
    (end) => {
      const story = storyOf(sampleScenario(Date.parse(end)));
      expect(story.events.map(({ id, judgement }) => `${id} ${judgement}`)).toEqual([
        "prompt_v7 right",
        "order_service_strict right",
        "model_orion_3 right",
        "german_enterprise_rollout right",
      ]);
      expect(story.unexpected.map(({ title }) => title)).toEqual([]);
      expect(story.harmless.filter(({ blamed }) => blamed)).toEqual([]);
      expect(story.open?.severity).toBe("high");
      expect(story.open?.drifts.map(({ dimension }) => dimension)).toContain("outcome.success");
    },
    timeoutMs,
  );

  it(
    "has nothing to tell of the same traffic without its events",
    () => {
      const scenario = sampleScenario(Date.parse("2026-11-24T13:20:00Z"));
      const later = scenario.events.map((event) => ({ ...event, atMs: scenario.endMs + 1, undoneAtMs: null }));
      const story = storyOf({ ...scenario, events: later, modelRollout: [] });
      expect(story.unexpected.concat(story.after_effects).map(({ title }) => title)).toEqual([]);
    },
    timeoutMs,
  );
});
