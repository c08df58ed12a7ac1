import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesDimension, watches, watchesAnew, type AlertRuleSaid } from "../../../domain/incident/alert-rule.ts";

const said: AlertRuleSaid = {
  name: "r",
  agent: null,
  enabled: true,
  condition: { type: "no_data", after_ms: 3_600_000 },
  targets: [],
  cool_down_ms: 0,
  renotify_ms: null,
  no_data: "keep",
};

describe("a rule's names of dimensions", () => {
  test.each<[string, string, boolean]>([
    ["outcome.success", "outcome.success", true],
    ["outcome.success", "outcome.successful", false],
    ["outcome.*", "outcome.error", true],
    ["*", "", true],
    ["*.error_rate", "tool.lookup.error_rate", true],
    ["tool.*.error_rate", "tool.lookup.error_rate", true],
    ["tool.*.error_rate", "tool.error_rate", false],
    ["tool.*.arg.*", "tool.a.arg.b", true],
    ["a*b*a", "aba", true],
    ["a*a", "a", false],
    ["a**b", "ab", true],
    ["*b*", "abc", true],
    ["Outcome.*", "outcome.error", false],
  ])("%s and %s: %s", (pattern, name, expected) => expect(matchesDimension([pattern], name)).toBe(expected));

  test("match what a regular expression of the same meaning matches", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 12 });
    const patterns = fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), maxLength: 8 });
    fc.assert(
      fc.property(patterns, letters, (pattern, name) => {
        const expression = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
        expect(matchesDimension([pattern], name)).toBe(expression.test(name));
      }),
    );
  });

  test("match everything when there are none, and any of several", () => {
    expect(matchesDimension(null, "x")).toBe(true);
    expect(matchesDimension(["a", "x"], "x")).toBe(true);
  });
});

describe("a rule", () => {
  test.each<[string | null, boolean, boolean]>([
    [null, true, true],
    ["bot", true, true],
    ["other", true, false],
    [null, false, false],
  ])("of agent %s, enabled %s, watches bot: %s", (agent, enabled, expected) => expect(watches({ agent, enabled }, "bot")).toBe(expected));

  test.each<[string, Partial<AlertRuleSaid>, Partial<AlertRuleSaid>, boolean]>([
    ["a new name", {}, { name: "s" }, false],
    ["other targets", {}, { targets: [{ type: "webhook", webhook_id: "whk_1" }] }, false],
    ["another interval", {}, { renotify_ms: 60_000 }, false],
    ["another agent", {}, { agent: "bot" }, true],
    ["another condition", {}, { condition: { type: "no_data", after_ms: 7_200_000 } }, true],
    ["being switched off", {}, { enabled: false }, false],
    ["being switched on", { enabled: false }, { enabled: true }, true],
  ])("begins anew with %s: %s", (_, before, after, expected) =>
    expect(watchesAnew({ ...said, ...before }, { ...said, ...before, ...after })).toBe(expected),
  );
});
