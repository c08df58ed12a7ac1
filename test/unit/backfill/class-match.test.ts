import { expect, it } from "vitest";
import { classMatch, familyMatch, type PlacedClass } from "../../../domain/backfill/class-match.ts";

const family = { polarity: "failure", detector: "tool_error", subject: "lookup" } as const;
const placed = (key: string, text: string, signalId: string | null, more: Partial<PlacedClass["family"]> = {}): PlacedClass => ({
  key,
  family: { ...family, ...more },
  tokens: text.split(" "),
  signalId,
});
const known = [
  placed("cls_timeout", "the call to the order service timed out", "sig_timeout"),
  placed("cls_missing", "no such order", "sig_missing"),
  placed("cls_other", "the call to the order service timed out", "sig_other", { subject: "pay" }),
];

it.each([
  ["a class of the signal", known[0], true],
  ["a class of another signal", known[1], false],
  ["a new class whose text is as good as the same", placed("cls_new", "the call to the order service timed <*>", null), true],
  ["a new class with a text of its own", placed("cls_new", "something else went wrong with it entirely", null), false],
  ["the same text of another tool", known[2], false],
  ["the same text of another tool, new", placed("cls_new2", "the call to the order service timed out", null, { subject: "mail" }), false],
])("to a signal that Bento found belongs: %s", (_, one, expected) => {
  expect(one !== undefined && classMatch("sig_timeout", known)(one)).toBe(expected);
});

it("a signal that is a family holds all of it and nothing else", () => {
  const matches = familyMatch({ ...family });
  expect(known.map(matches)).toEqual([true, true, false]);
  expect(matches(placed("cls_new", "never seen", null))).toBe(true);
});
