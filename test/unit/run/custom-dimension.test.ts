import { describe, expect, test } from "vitest";
import { customDimensionProblem, observeCustom } from "../../../domain/run/custom-dimension.ts";
import { readExpression } from "../../../domain/run/expression.ts";
import { finishRun } from "../../../domain/run/finish.ts";
import { listedPrices } from "../../../domain/run/price.ts";
import { readNativeRuns } from "../../../domain/wire/native.ts";

const sent = {
  agent: "a",
  started_at: "2026-11-24T10:00:00Z",
  ended_at: "2026-11-24T10:00:02Z",
  output: "So sorry, it is late.",
  cohort: { plan: "pro" },
  tags: ["beta", "beta", "vip"],
  metadata: { turns: 7, nested: { deep: true } },
  scores: { helpful: 0.8 },
  steps: [
    { type: "llm", name: "chat", model: "m", usage: { input_tokens: 100, output_tokens: 30 } },
    { type: "tool", name: "search", arguments: { q: "x", limit: 5 }, result: { hits: 3 } },
    { type: "tool", name: "search", arguments: { q: "y" }, error: { message: "boom" } },
  ],
};

function runOf(native: object) {
  const reading = readNativeRuns(new TextEncoder().encode(JSON.stringify(native)), "json", { receipt: "01", receivedMs: 0 });
  if (!reading.ok || reading.runs[0] === undefined) throw new Error("unreadable");
  return finishRun(reading.runs[0].draft, { id: "run_1", prices: listedPrices, nowMs: Date.parse("2026-11-24T10:00:00Z") });
}
const run = runOf(sent);

describe("what an expression says of a run", () => {
  test.each([
    ["proportion", "run.output.contains('sorry')", 1],
    ["proportion", "run.status == 'error'", 0],
    ["proportion", "run.scores.helpful", 0.8],
    ["count", "size(run.output)", 21],
    ["count", "run.usage.output_tokens / 4", 7.5],
    ["count", "run.counts.tool_calls * 100", 200],
    ["count", "size(run.steps.filter(s, s.type == 'tool' && s.status == 'error'))", 1],
    ["count", "run.metadata.turns", 7],
    ["duration", "run.duration_ms / 1000", 2],
    ["categorical", "run.cohort.plan", "pro"],
    ["categorical", "run.tags", ["beta", "vip"]],
    ["categorical", "run.steps.filter(s, s.type == 'tool').map(s, s.name)", ["search"]],
    ["categorical", "run.metadata.nested.deep", "true"],
  ] as const)("%s: %s is %j", (kind, expression, value) => {
    const dimension = { name: "team.x", kind, expression };
    expect(customDimensionProblem(dimension)).toBeNull();
    expect(observeCustom(run, [dimension])).toMatchObject([{ dimension: "team.x", kind, value }]);
  });

  test.each([
    ["a field that the run lacks", "count", "run.metadata.nothing"],
    ["a cost that nobody knows", "count", "run.cost_usd * 100"],
    ["a number that is no share", "proportion", "run.metadata.turns"],
    ["a negative count", "count", "0.0 - run.metadata.turns"],
    ["a division by zero", "count", "run.metadata.turns / 0"],
    ["a text where a number should be", "count", "run.output"],
    ["a record", "categorical", "run.metadata"],
  ] as const)("%s is not measured, and is not zero", (_, kind, expression) => {
    expect(observeCustom(run, [{ name: "team.x", kind, expression }])).toEqual([]);
  });
});

describe("a definition is refused, with the place and the reason,", () => {
  test.each([
    ["that cannot be parsed", "team.x", "run.output =", "expression", /./],
    ["that uses a regular expression", "team.x", "run.output.matches('(a+)+$')", "expression", /matches/],
    ["that hides one in a branch", "team.x", "true ? 1 : (run.output.matches('x') ? 1 : 2)", "expression", /matches/],
    ["that loops in a loop", "team.x", "run.steps.exists(s, run.steps.exists(t, t.name == s.name))", "expression", /loop/],
    ["that names what is not there", "team.x", "process.env", "expression", /process/],
    ["that is a program", "team.x", `1 ${"+ 1".repeat(200)}`, "expression", /500/],
    ["that has too many parts", "team.x", `1${"+1".repeat(200)}`, "expression", /./],
    ["that poses as a built-in one", "outcome.success", "1", "name", /built-in/],
    ["whose name is no name", "Team X", "1", "name", /a–z/],
  ])("%s", (_, name, expression, path, message) => {
    const problem = customDimensionProblem({ name, kind: "count", expression });
    expect(problem?.path).toBe(path);
    expect(problem?.message).toMatch(message);
  });

  test("and nothing of a run reaches the prototype of what is evaluated", () => {
    const hostile = runOf({ ...sent, metadata: JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": 2}}') });
    const reached = ["run.constructor.name", "run.metadata.constructor.name", "run.metadata.__proto__.polluted", "run.tags.length"].filter(
      (text) => {
        const reading = readExpression(text);
        return !reading.ok || reading.evaluate(hostile) !== undefined;
      },
    );
    expect(reached).toEqual([]);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});
