// The run that an evaluation judges of a candidate: what was kept of the replay and nothing of the recorded answer, or the reason why there is none.
import { describe, expect, it } from "vitest";
import type { Candidate } from "../../../domain/experiment/candidate.ts";
import { replaysOf, type EvaluationPlan } from "../../../domain/experiment/evaluation.ts";
import { keptAnswer, mostKeptBytes, replayedRun } from "../../../domain/experiment/evaluation-replayed.ts";
import type { ItemStatus, ReplayOutcome } from "../../../domain/experiment/replay.ts";
import { runOfCase } from "../../../domain/experiment/written-case.ts";
import type { Run } from "../../../domain/run/run.ts";
import { aStep } from "./a-step.ts";

const candidate: Candidate = { config: { model: "claude-new" }, artifacts: [], driver: { type: "claude" } };
const recorded: Run = {
  ...runOfCase({ id: "run_1", input: "Where is it?", createdMs: 0 }, "support-bot"),
  output: "recorded answer",
  scores: [{ name: "success", value: 0, source: "check", comment: null }],
  steps: [aStep({ id: "s1", name: "find", arguments: { of: 1 }, result: "in the attic" })],
};
const outcome: ReplayOutcome = {
  baselinePassed: null,
  passed: null,
  reason: "nothing says whether it passed",
  output: "cut…",
  diverged: true,
  toolCalls: 2,
  missingCalls: 0,
  missing: [],
  unexpected: [],
  unused: 0,
  usage: null,
  costUsd: 0.25,
  baselineCostUsd: null,
  tookMs: 1_200,
  cluster: null,
};
const kept = {
  output: { place: "attic" },
  calls: [
    { name: "find", arguments: { of: 1 }, record: 0 },
    { name: "open", arguments: {}, record: null },
  ],
};

describe("the candidate's run", () => {
  it.each(["done", "incomparable"] as const)("is what was kept, with its calls and what they got, of an item that is %s", (status) => {
    const run = replayedRun(recorded, candidate, { status, outcome: { ...outcome, kept } }, null);
    expect(run).toMatchObject({
      id: "run_1",
      input: "Where is it?",
      output: { place: "attic" },
      config: { model: "claude-new" },
      scores: [],
      cost_usd: 0.25,
      duration_ms: 1_200,
      counts: { tool_calls: 2, tool_errors: 1 },
      steps: [
        { name: "find", result: "in the attic", status: "ok" },
        { name: "open", result: null, status: "error" },
      ],
    });
    expect(JSON.stringify(run)).not.toContain("recorded answer");
  });

  it.each<[string, { status: ItemStatus; outcome: ReplayOutcome | null } | null, string | null, string, RegExp]>([
    ["was not replayed", null, null, "skipped", /not whole/],
    ["is pending in a replay that was ended", { status: "pending", outcome: null }, null, "errored", /the replay was ended/],
    ["is pending in one that failed", { status: "pending", outcome: null }, "no key", "errored", /not replayed: no key/],
    ["could not be run", { status: "errored", outcome: { ...outcome, reason: "503" } }, null, "errored", /could not be replayed: 503/],
    ["answered too much", { status: "done", outcome: { ...outcome, kept: null } }, null, "errored", /longer than 1,000,000 bytes/],
  ])("is no failure where it %s", (_, item, ended, status, reason) => {
    expect(replayedRun(recorded, candidate, item, ended)).toMatchObject({
      status,
      score: null,
      reason: expect.stringMatching(reason) as unknown,
    });
  });

  it("is kept up to the bound in bytes, not in characters", () => {
    const answer = (output: string) => ({ output, calls: [] });
    const frame = JSON.stringify(answer("")).length;
    const longest = answer("a".repeat(mostKeptBytes - frame));
    expect(keptAnswer(longest)).toBe(longest);
    expect(keptAnswer(answer(`${longest.output}a`))).toBeNull();
    expect(keptAnswer(answer("é".repeat(mostKeptBytes / 2)))).toBeNull();
  });
});

it.each([
  [null, null, []],
  ["exp_1", null, ["exp_1"]],
  ["exp_1", "exp_2", ["exp_1", "exp_2"]],
])("an evaluation waits for its replays: %s and %s", (experimentId, baselineExperimentId, ids) => {
  const plan: EvaluationPlan = {
    evaluators: [],
    runs: null,
    candidate: null,
    baseline: null,
    experimentId,
    baselineExperimentId,
    repeats: 1,
    maxCostUsd: null,
    model: null,
    scheduleId: null,
  };
  expect(replaysOf(plan)).toEqual(ids);
});
