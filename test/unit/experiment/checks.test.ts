// What each code check says of small runs, one row a run, and that hostile definitions and outputs cost bounded time.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { check, type CodeCheck } from "../../../domain/experiment/check.ts";
import { schemaProblem } from "../../../domain/experiment/check-schema-limits.ts";
import { evaluatorAsked, evaluatorDefinition } from "../../../domain/experiment/evaluator.ts";
import { epochOf } from "../../../domain/experiment/evaluator-epoch.ts";
import { finishRun } from "../../../domain/run/finish.ts";
import { listedPrices } from "../../../domain/run/price.ts";
import type { Run, RunDraft } from "../../../domain/run/run.ts";
import { aDraft, aStep } from "../run/a-run.ts";

const runOf = (more: Partial<RunDraft>): Run => finishRun(aDraft(more), { id: "run_1", prices: listedPrices, nowMs: 0 });
const definitionOf = (given: object): CodeCheck => evaluatorDefinition.parse(given) as CodeCheck;
const say = (given: object, output: unknown, expected: unknown = null) =>
  check(definitionOf(given), { run: runOf({ output }), expected, baseline: null });

const calls = (...made: [string, unknown?][]) => made.map(([name, args], i) => aStep(`s${i}`, "tool", { name, arguments: args ?? null }));
const sayCalls = (given: object, ...made: [string, unknown?][]) =>
  check(definitionOf({ type: "tool_calls", ...given }), { run: runOf({ steps: calls(...made) }), expected: null, baseline: null });

const message = [{ role: "assistant", content: "yes" }];

describe("equals", () => {
  test.each<[string, object, unknown, unknown, string]>([
    ["the same text passes", { expected: "yes" }, "yes", null, "passed"],
    ["white space around it does not count", { expected: "yes" }, " yes\n", null, "passed"],
    ["unless it is said to", { expected: "yes", trim: false }, "yes\n", null, "failed"],
    ["letter case counts", { expected: "yes" }, "Yes", null, "failed"],
    ["unless it is said not to", { expected: "yes", ignore_case: true }, "YES", null, "passed"],
    ["the case says what is expected", {}, "yes", "yes", "passed"],
    ["the definition goes before the case", { expected: "no" }, "yes", "yes", "failed"],
    ["nothing expected is no judgement", {}, "yes", null, "skipped"],
    ["data is compared whatever the order of its keys", { expected: { a: 1, b: [2] } }, { b: [2], a: 1 }, null, "passed"],
    ["data that came as text is read", { expected: { a: 1 } }, '```json\n{"a": 1}\n```', null, "passed"],
    ["the last words of a conversation are its answer", { expected: "yes" }, message, null, "passed"],
    ["no output fails", { expected: "yes" }, null, null, "failed"],
    ["null is expected only where it is said", { expected: null }, null, null, "passed"],
    ["0 is not false", { expected: 0 }, false, null, "failed"],
    ["0 is not missing", { expected: 0 }, 0, null, "passed"],
  ])("%s", (_, given, output, expected, status) => {
    expect(say({ type: "equals", ...given }, output, expected).status).toBe(status);
  });
});

describe("contains and regex", () => {
  test.each<[string, object, unknown, string]>([
    ["a text that is there", { type: "contains", text: "refund" }, "Your refund is on its way", "passed"],
    ["one that is not", { type: "contains", text: "refund" }, "No.", "failed"],
    ["all of them", { type: "contains", text: ["a", "b"] }, "a", "failed"],
    ["any of them", { type: "contains", text: ["a", "b"], match: "any" }, "b", "passed"],
    ["none of them", { type: "contains", text: ["x", "y"], absent: true }, "a y", "failed"],
    ["without letter case", { type: "contains", text: "REFUND", ignore_case: true }, "refund", "passed"],
    ["special characters are literal", { type: "contains", text: "$1.50 (net)" }, "is $1.50 (net)", "passed"],
    ["nothing to look for is no judgement", { type: "contains" }, "a", "skipped"],
    ["a pattern that matches", { type: "regex", pattern: "order [0-9]+" }, "order 77", "passed"],
    ["a pattern that does not", { type: "regex", pattern: "^order" }, "the order", "failed"],
    ["a match of any length", { type: "regex", pattern: "^a.*z$" }, `a${"b".repeat(5_000)}z`, "passed"],
    ["a pattern that must not match", { type: "regex", pattern: "sorry", absent: true }, "sorry", "failed"],
  ])("%s", (_, given, output, status) => {
    expect(say(given, output).status).toBe(status);
  });

  it("answers a pattern that makes backtracking engines hang, in time linear in the text", () => {
    const from = performance.now();
    expect(say({ type: "regex", pattern: "(a+)+$" }, `${"a".repeat(50_000)}!`).status).toBe("failed");
    expect(say({ type: "regex", pattern: "x|x.*y" }, "x".repeat(50_000)).status).toBe("passed");
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});

describe("json_schema", () => {
  const order = { type: "object", required: ["id"], properties: { id: { type: "integer" }, at: { format: "date-time" } } };
  test.each<[string, unknown, unknown, string]>([
    ["an output that fits", order, { id: 1 }, "passed"],
    ["one that does not", order, { id: "1" }, "failed"],
    ["one that came as text", order, '{"id": 1}', "passed"],
    ["one that is no JSON", order, "id 1", "failed"],
    ["no output", order, null, "failed"],
    ["a known format", order, { id: 1, at: "yesterday" }, "failed"],
    ["own definitions", { $ref: "#/$defs/a", $defs: { a: { type: "string" } } }, '"x"', "passed"],
    ["true fits everything", true, {}, "passed"],
  ])("%s", (_, schema, output, status) => {
    expect(say({ type: "json_schema", schema }, output).status).toBe(status);
  });

  it("says where it does not fit", () => {
    expect(say({ type: "json_schema", schema: order }, { id: "1" }).reason).toContain("#/id");
  });

  it("does not judge a value that is too large to be checked", () => {
    expect(say({ type: "json_schema", schema: { type: "array" } }, Array(10_000).fill(1))).toMatchObject({
      status: "errored",
      score: null,
    });
  });

  const deep = (n: number): unknown => {
    let schema: object = {};
    for (let i = 0; i < n; i++) schema = { not: schema };
    return schema;
  };
  const doubling = Object.fromEntries(
    Array.from({ length: 14 }, (_, i) => [`d${i}`, { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] }]),
  );
  test.each<[string, unknown, RegExp]>([
    ["a reference to elsewhere", { $ref: "https://example.com/schema" }, /own \$defs/],
    ["a reference to itself", { $ref: "#/$defs/a", $defs: { a: { items: { $ref: "#/$defs/a" } } } }, /refer to itself/],
    ["a reference to the whole", { properties: { a: { $ref: "#" } } }, /own \$defs/],
    ["references that double", { $ref: "#/$defs/d0", $defs: { ...doubling, d14: {} } }, /at most 1000 parts/],
    ["a pattern", { properties: { a: { pattern: "(a+)+$" } } }, /may not use pattern/],
    ["a pattern hidden as a property's schema", { properties: { default: { pattern: "(a+)+$" } } }, /may not use pattern/],
    ["patterns of names", { patternProperties: { a: {} } }, /may not use patternProperties/],
    ["a format whose check backtracks", { format: "uri" }, /formats/],
    ["a format that is a method's name", { format: "constructor" }, /formats/],
    ["an identity", { $id: "https://example.com/a" }, /may not use \$id/],
    ["nesting without end", deep(100), /32 levels/],
    ["nesting that no stack survives", deep(20_000), /at most|levels|deep/],
    ["something else than a schema", { properties: { a: 1 } }, /must be a schema/],
  ])("refuses %s", (_, schema, reason) => {
    expect(schemaProblem(schema)).toMatch(reason);
  });

  it("lets a property be called like a keyword", () => {
    expect(schemaProblem({ properties: { pattern: { type: "string" }, $id: {}, format: {} } })).toBeNull();
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (schema, output) => {
        const problem = schemaProblem(schema);
        if (problem !== null) return;
        expect(["passed", "failed", "errored"]).toContain(say({ type: "json_schema", schema }, output).status);
      }),
    );
  });
});

describe("tool_calls", () => {
  const id = { type: "object", required: ["id"], properties: { id: { type: "integer" } } };
  test.each<[string, object, [string, unknown?][], string]>([
    ["the expected calls in order, others between", { calls: [{ name: "a" }, { name: "b" }] }, [["a"], ["x"], ["b"]], "passed"],
    ["the wrong order", { calls: [{ name: "a" }, { name: "b" }] }, [["b"], ["a"]], "failed"],
    ["the wrong order where it does not matter", { order: "any", calls: [{ name: "a" }, { name: "b" }] }, [["b"], ["a"]], "passed"],
    ["one call for two expected ones", { order: "any", calls: [{ name: "a" }, { name: "a" }] }, [["a"]], "failed"],
    ["exactly these", { order: "exact", calls: [{ name: "a" }] }, [["a"]], "passed"],
    ["one more than these", { order: "exact", calls: [{ name: "a" }] }, [["a"], ["a"]], "failed"],
    ["no call at all", { order: "exact", calls: [] }, [], "passed"],
    ["a forbidden call", { forbidden: ["delete_all"] }, [["delete_all"]], "failed"],
    ["arguments that fit", { calls: [{ name: "a", arguments: id }] }, [["a", { id: 1 }]], "passed"],
    ["arguments that came as text", { calls: [{ name: "a", arguments: id }] }, [["a", '{"id": 1}']], "passed"],
    ["arguments that do not fit", { calls: [{ name: "a", arguments: id }] }, [["a", { id: "1" }]], "failed"],
    ["a later call that fits", { calls: [{ name: "a", arguments: id }] }, [["a"], ["a", { id: 2 }]], "passed"],
    [
      "a call that must be left to the pickier expectation",
      { order: "any", calls: [{ name: "a" }, { name: "a", arguments: id }] },
      [["a", { id: 1 }], ["a"]],
      "passed",
    ],
  ])("%s", (_, given, made, status) => {
    expect(sayCalls(given, ...made).status).toBe(status);
  });

  it("finds a matching in any order whenever the calls are the expected ones, shuffled", () => {
    const names = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(names, fc.infiniteStream(fc.nat()), (wanted, chance) => {
        const shuffled = wanted.map((name) => ({ name, at: chance.next().value ?? 0 })).toSorted((x, y) => x.at - y.at);
        const given = { order: "any", calls: wanted.map((name) => ({ name })) };
        expect(sayCalls(given, ...shuffled.map(({ name }): [string] => [name])).status).toBe("passed");
        expect(sayCalls(given, ...shuffled.slice(1).map(({ name }): [string] => [name])).status).toBe("failed");
      }),
    );
  });
});

describe("expression", () => {
  test.each([
    ['run.output.contains("refund")', "passed"],
    ['run.output == "no"', "failed"],
    ["run.scores.quality > 0.5", "errored"],
    ["run.counts.steps", "errored"],
  ])("%s", (expression, status) => {
    expect(say({ type: "expression", expression }, "a refund").status).toBe(status);
  });
});

describe("a definition at the door", () => {
  const common = { agent: "a", name: "n" };
  test.each<[string, object]>([
    ["no type", {}],
    ["an unknown type", { type: "vibes" }],
    ["a field of another type", { type: "equals", pattern: "a" }],
    ["a pattern that cannot be read", { type: "regex", pattern: "(" }],
    ["a pattern with look-around", { type: "regex", pattern: "(?=a)b" }],
    ["an expression that cannot be read", { type: "expression", expression: "run." }],
    ["a scale upside down", { type: "judge", rubric: "r", scale: [1, 0] }],
    ["a threshold beyond the scale", { type: "judge", rubric: "r", scale: [0, 1], threshold: 2 }],
    ["a judge without a rubric", { type: "judge" }],
    ["tool calls that expect nothing", { type: "tool_calls" }],
    ["a schema that cannot be used", { type: "json_schema", schema: { pattern: "a" } }],
  ])("refuses %s", (_, given) => {
    expect(evaluatorAsked.safeParse({ ...common, ...given }).success).toBe(false);
  });

  it("has an epoch that follows the definition, and for a judge the model", () => {
    const equals = evaluatorDefinition.parse({ type: "equals", expected: "a" });
    const judge = evaluatorDefinition.parse({ type: "judge", rubric: "r" });
    expect(epochOf(equals, "m1")).toBe(epochOf(equals, "m2"));
    expect(epochOf(judge, "m1")).not.toBe(epochOf(judge, "m2"));
    expect(epochOf(judge, "m1")).not.toBe(epochOf(evaluatorDefinition.parse({ type: "judge", rubric: "s" }), "m1"));
  });
});
