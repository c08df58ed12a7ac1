import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { definitionOf, familyName, signalName, slugOfSignal } from "../../../domain/signal/name.ts";
import type { SignalFamily } from "../../../domain/signal/signal.ts";
import { templateTokens } from "../../../domain/signal/template.ts";

const family = (over: Partial<SignalFamily> = {}): SignalFamily => ({
  polarity: "failure",
  detector: "tool_error",
  subject: "lookup_order",
  ...over,
});
const timeout = templateTokens("Timeout after 30585 ms calling orders service for a4c123b1-612d-4d27-82d1-371c17149d43");

describe("names of signals", () => {
  test.each<[string, SignalFamily, string[], string]>([
    ["tool and error, values as dots", family(), timeout, "lookup_order: Timeout after … ms calling orders service for"],
    [
      "without the punctuation around values at the ends",
      family(),
      templateTokens("17: order is gone (id 5, host 7)"),
      "lookup_order: order is gone",
    ],
    [
      "brackets that say something stay",
      family(),
      templateTokens("[Errno 2] No such file (yet)"),
      "lookup_order: [Errno 2] No such file (yet)",
    ],
    ["a title does not begin with a value", family(), templateTokens("7 is no number"), "lookup_order: is no number"],
    [
      "the kind of failure where it is no tool's error",
      family({ detector: "schema_violation" }),
      templateTokens("total is missing"),
      "lookup_order: schema violation: total is missing",
    ],
    ["the kind only once", family({ detector: "timeout" }), templateTokens("Timeout of 30 s"), "lookup_order: Timeout of … s"],
    ["no subject for the run", family({ detector: "refusal", subject: null }), templateTokens("cannot help"), "Refusal: cannot help"],
    ["the family where the text says nothing", family(), templateTokens("12 / 7"), "lookup_order: errors"],
    ["the family without a text", family({ detector: "loop" }), [], "lookup_order: loop"],
  ])("%s", (_, of, template, expected) => {
    expect(signalName(of, template)).toBe(expected);
  });

  test("are cut at a word", () => {
    const name = signalName(family(), templateTokens("the order could not be sent because ".repeat(5)));
    expect(name).toBe("lookup_order: the order could not be sent because the order could not be sent…");
    expect(name.length).toBeLessThanOrEqual(80);
  });

  test.each([
    [family(), "lookup_order: errors"],
    [family({ detector: "tool_soft_error" }), "lookup_order: answers that say they failed"],
    [family({ detector: "context_overflow", subject: null }), "Context overflow"],
  ])("of families: %#", (of, expected) => {
    expect(familyName(of)).toBe(expected);
  });

  test.each([
    [family(), timeout, "The tool lookup_order failed with an error: “Timeout after … ms calling orders service for …”."],
    [family({ detector: "tool_soft_error" }), [], "The tool lookup_order gave an answer that says it failed."],
    [family({ detector: "loop", subject: null }), [], "Loop in the run."],
    [family({ detector: "recovery", polarity: "win" }), [], "Went well (recovery) at lookup_order."],
  ])("definitions are one sentence: %#", (of, template, expected) => {
    expect(definitionOf(of, template)).toBe(expected);
  });

  test.each([
    ["lookup_order: Timeout after … ms", [], "lookup-order-timeout-after-ms"],
    ["lookup_order: Timeout after … ms", ["lookup-order-timeout-after-ms"], "lookup-order-timeout-after-ms-2"],
    [
      "lookup_order: Timeout after … ms",
      ["lookup-order-timeout-after-ms", "lookup-order-timeout-after-ms-2"],
      "lookup-order-timeout-after-ms-3",
    ],
    ["lookup_order: the order could not be found anywhere", [], "lookup-order-the-order-could-not-be"],
    ["Übergröße: naïve", [], "ubergro-e-naive"],
    ["注文が見つかりません", [], "signal"],
    ["注文が見つかりません", ["signal"], "signal-2"],
    ["x".repeat(99), ["x".repeat(40)], `${"x".repeat(38)}-2`],
  ])("slugs: %s %#", (name, taken, expected) => {
    expect(slugOfSignal(name, new Set(taken))).toBe(expected);
  });

  test("are one bounded line without characters that steer, whatever the trace says", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.constantFrom("\u202eabc\u0007", "<script>\n", "…… ,,,", "\u2066x\u2069", "(".repeat(300), "<*> ".repeat(200), "\ud800"),
    );
    fc.assert(
      fc.property(text, text, fc.option(text), fc.array(text, { maxLength: 4 }), (detector, said, subject, more) => {
        const of = family({ detector, subject });
        for (const template of [templateTokens(said), [said, ...more]]) {
          const name = signalName(of, template);
          expect(name.length).toBeLessThanOrEqual(80);
          expect(familyName(of).length).toBeLessThanOrEqual(80);
          expect(definitionOf(of, template).length).toBeLessThanOrEqual(400);
          for (const line of [name, familyName(of), definitionOf(of, template)]) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          expect(slugOfSignal(name, new Set())).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
          expect(slugOfSignal(name, new Set()).length).toBeLessThanOrEqual(40);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
