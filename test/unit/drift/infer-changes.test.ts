import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change } from "../../../domain/drift/drift.ts";
import type { RunFacts, Versions } from "../../../domain/drift/facts.ts";
import { inferChanges } from "../../../domain/drift/infer-changes.ts";
import { mergeChanges } from "../../../domain/drift/merge-changes.ts";
import { versionHistory } from "../../../domain/drift/version-history.ts";
import { aChange } from "./changing-agent.ts";
import { aRunAt, hourMs, startMs } from "./synthetic.ts";

function aRun(i: number, versions: Partial<Versions>, cohort: Record<string, string> = {}): RunFacts {
  const run = aRunAt(`run_${i}`, startMs + i * hourMs, []);
  return { ...run, cohort, versions: { ...run.versions, ...versions } };
}

function inferred(runs: RunFacts[]): Change[] {
  return inferChanges("bot", runs, versionHistory(runs));
}

describe("inferred changes", () => {
  test("where an agent starts is no change", () => {
    expect(
      inferred([
        aRun(0, {
          models: ["m"],
          prompt: "a",
          tools: { search: "t" },
          artifacts: ["skill@1"],
          agentVersion: "1",
          params: "x",
          instrumentation: "sdk@1",
        }),
      ]),
    ).toEqual([]);
  });

  test.each<[string, Partial<Versions>, Partial<Versions>, Partial<Change>]>([
    ["a model", { models: ["m-1"] }, { models: ["m-2"] }, { kind: "model", ref: "m-2", from: "m-1", to: "m-2" }],
    ["a prompt", { prompt: "a" }, { prompt: "b" }, { kind: "prompt", ref: "b", from: "a", to: "b" }],
    [
      "a tool's definition",
      { tools: { search: "t1" } },
      { tools: { search: "t2" } },
      { kind: "tool", ref: "search", from: "t1", to: "t2" },
    ],
    [
      "a tool that was added",
      { tools: { search: "t1" } },
      { tools: { search: "t1", buy: "t9" } },
      { kind: "tool", ref: "buy", from: null, to: "t9" },
    ],
    ["the first artifact of an agent that had none", {}, { artifacts: ["skill@1"] }, { kind: "artifact", ref: "skill@1", from: null }],
    [
      "an artifact's next version",
      { artifacts: ["skill@1"] },
      { artifacts: ["skill@2"] },
      { kind: "artifact", ref: "skill@2", from: "skill@1" },
    ],
    ["the agent's version", { agentVersion: "1" }, { agentVersion: "2" }, { kind: "environment", ref: "2", from: "1" }],
    ["call parameters", { params: "x" }, { params: "y" }, { kind: "environment", ref: "params", from: "x", to: "y" }],
    [
      "instrumentation",
      { instrumentation: "sdk@1" },
      { instrumentation: "sdk@2" },
      { kind: "instrumentation", ref: "sdk@2", from: "sdk@1" },
    ],
  ])("the first run with %s is a change", (_, before, after, expected) => {
    const changes = inferred([aRun(0, before), aRun(1, before), aRun(2, after), aRun(3, after)]);
    expect(changes).toMatchObject([{ ...expected, declared: false, run_id: "run_2", at: new Date(startMs + 2 * hourMs).toISOString() }]);
  });

  test("a prompt that is new in every run is text, not a version", () => {
    expect(inferred(Array.from({ length: 60 }, (_, i) => aRun(i, { prompt: `p${i}` })))).toEqual([]);
  });

  test("going back to an old version is no new change", () => {
    expect(inferred([aRun(0, { prompt: "a" }), aRun(1, { prompt: "b" }), aRun(2, { prompt: "a" })])).toHaveLength(1);
  });

  test("a cohort value is new only after a history without it", () => {
    const runs = Array.from({ length: 400 }, (_, i) => aRun(i, {}, { plan: i < 300 || i % 2 === 0 ? "free" : "pro" }));
    expect(inferred(runs)).toMatchObject([{ kind: "cohort", ref: "plan=pro", to: "pro" }]);
    expect(inferred(runs.slice(250))).toEqual([]);
  });

  test("the same history gives the same ids, and later runs never rename a change", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c"), { minLength: 2, maxLength: 15 }), fc.nat({ max: 14 }), (prompts, cut) => {
        const runs = prompts.map((prompt, i) => aRun(i, { prompt }));
        const early = inferred(runs.slice(0, cut + 1)).map(({ id }) => id);
        expect(
          inferred(runs)
            .map(({ id }) => id)
            .slice(0, early.length),
        ).toEqual(early);
      }),
    );
  });
});

describe("declared and inferred changes", () => {
  const runs = [aRun(0, { prompt: "a" }), aRun(5, { prompt: "b" })];
  const seen = new Date(startMs + 5 * hourMs).toISOString();

  test("close in time and of one kind they are one change that keeps the declared name", () => {
    const declared = aChange({ kind: "prompt", ref: "wording", at: new Date(startMs + 4 * hourMs).toISOString(), description: "nicer" });
    expect(mergeChanges([declared], inferred(runs))).toEqual([{ ...declared, from: "a", to: "b", run_id: "run_5" }]);
  });

  test("far apart they stay two, unless they name the same value", () => {
    const at = new Date(startMs - 40 * hourMs).toISOString();
    expect(mergeChanges([aChange({ kind: "prompt", ref: "wording", at })], inferred(runs))).toHaveLength(2);
    expect(mergeChanges([aChange({ kind: "prompt", ref: "b", at })], inferred(runs))).toMatchObject([
      { ref: "b", from: "a", to: "b", run_id: "run_5", declared: true },
    ]);
  });

  test.each<[string, Partial<Change> & Pick<Change, "kind" | "ref">, Partial<Versions>, Partial<Versions>, number]>([
    ["a model by its short name", { kind: "model", ref: "gpt-9" }, { models: ["gpt-8"] }, { models: ["gpt-9-2026-10-01"] }, 1],
    ["another model", { kind: "model", ref: "gpt-7" }, { models: ["gpt-8"] }, { models: ["gpt-9"] }, 2],
    ["the same tool", { kind: "tool", ref: "search" }, { tools: { search: "1" } }, { tools: { search: "2" } }, 1],
    ["another tool", { kind: "tool", ref: "lookup" }, { tools: { search: "1" } }, { tools: { search: "2" } }, 2],
    ["another kind", { kind: "model", ref: "b" }, { prompt: "a" }, { prompt: "b" }, 2],
    ["the same artifact", { kind: "artifact", ref: "skill@2" }, { artifacts: ["skill@1"] }, { artifacts: ["skill@2"] }, 1],
    ["another artifact", { kind: "artifact", ref: "other@2" }, { artifacts: ["skill@1"] }, { artifacts: ["skill@2"] }, 2],
  ])("a declared change of %s gives the right number of records", (_, declared, before, after, count) => {
    const merged = mergeChanges([aChange({ at: seen, ...declared })], inferred([aRun(0, before), aRun(5, after)]));
    expect(merged).toHaveLength(count);
  });

  test("two declared changes never share one inferred change", () => {
    const twice = ["x", "y"].map((ref) => aChange({ kind: "prompt", ref, at: seen }));
    expect(mergeChanges(twice, inferred(runs)).filter(({ run_id: run }) => run !== null)).toHaveLength(1);
  });

  test("a declared change that no run shows is kept as it is", () => {
    const declared = aChange({ kind: "tool", ref: "upstream" });
    expect(mergeChanges([declared], [])).toEqual([declared]);
  });
});
