import { describe, expect, it } from "vitest";
import { lateScores, sampleRecords, sampleRuns } from "../../../cli/sample/sample-runs.ts";
import { sampleScenario } from "../../../cli/sample/scenario.ts";
import { failureModes } from "../../../cli/sample/failure-modes.ts";
import { factsOf } from "../../../domain/drift/facts-of.ts";
import { finishRun } from "../../../domain/run/finish.ts";
import { fingerprint } from "../../../domain/run/fingerprint.ts";
import { listedPrices } from "../../../domain/run/price.ts";
import { readNativeRuns } from "../../../domain/wire/native.ts";

const endMs = Date.parse("2026-11-25T09:30:00Z");
const scenario = sampleScenario(endMs);
const sent = [...sampleRuns(scenario)];
const bytes = new TextEncoder().encode(JSON.stringify({ runs: sent.slice(-900) }));
const reading = readNativeRuns(bytes, "json", { receipt: "01JD0000000000000000000000", receivedMs: endMs });

/** The sample's last runs as Bento keeps them. */
function runs() {
  if (!reading.ok) throw new Error(reading.message);
  return reading.runs.map(({ id, draft }) => finishRun(draft, { id, nowMs: endMs, prices: listedPrices }));
}

describe("the sample at the native door", () => {
  it("is read without a rejection, under the ids that it was sent with", () => {
    expect(reading.ok && reading.rejected).toEqual([]);
    expect(runs().map(({ id }) => id)).toEqual(sent.slice(-900).map(({ id }) => id));
  });

  it("keeps its steps, tokens, money, cohort and scores", () => {
    for (const [i, run] of runs().entries()) {
      const original = sent[sent.length - 900 + i];
      expect(run.steps.length).toBe(original?.steps.length);
      expect(run.cohort).toEqual(original?.cohort);
      expect(run.scores.map(({ name, value, source }) => ({ name, value, source }))).toEqual(original?.scores ?? []);
      const cost = original?.steps.reduce((sum, step) => sum + (step.cost_usd ?? 0), 0) ?? 0;
      expect(run.cost_usd).toBeCloseTo(cost, 6);
      expect(run.config.prompt?.hash).toBe(fingerprint(original?.config.prompt.text ?? ""));
    }
  });

  it("is boiled down to facts that carry the versions and the cohort", () => {
    const facts = runs().map((run) => factsOf(run, "1"));
    expect(new Set(facts.flatMap(({ versions }) => versions.models))).toEqual(new Set(["orion-2", "orion-3"]));
    expect(
      facts.every(({ cohort }) => cohort["locale"] !== undefined && cohort["plan"] !== undefined && cohort["intent"] !== undefined),
    ).toBe(true);
    expect(facts.some(({ observations }) => observations.some(({ dimension }) => dimension === "tool.search_docs.error_rate"))).toBe(true);
  });

  it("names only runs in its late scores that it sends", () => {
    const ids = new Set(sent.map(({ id }) => id));
    expect(lateScores(scenario).filter(({ run_id }) => !ids.has(run_id))).toEqual([]);
  });

  it("has a share of every failure mode small enough to be believed", () => {
    const records = [...sampleRecords(scenario)];
    for (const { id } of failureModes)
      expect(records.filter(({ failures }) => failures.has(id)).length / records.length).toBeLessThan(0.12);
  });
});
