import fc from "fast-check";
import { expect, it } from "vitest";
import { rank, standing, wordsOf, type Rankable } from "../../../domain/book/rank.ts";

const item = (id: string, title: string, text = "", more: Partial<Rankable> = {}): Rankable => ({
  id,
  title,
  text,
  helped: 0,
  harmed: 0,
  ...more,
});
const ids = (all: readonly Rankable[], input: string, limit = 10) => rank(all, input, limit).map(({ id }) => id);

const books = [
  item("refund", "Refunds of orders", "The agent invented a refund. Naming the policy helped."),
  item("latency", "Latency of lookup_order", "The tool was slow after the deploy of the index."),
  item("login", "Login", "Order of the steps: the agent asked for the password before the order."),
];

it("the rarest common word decides, in any case and spelling of letters", () => {
  expect(ids(books, "I want a REFUND for my ｏｒｄｅｒ")[0]).toBe("refund");
  expect(ids(books, "why is the deploy slow?")[0]).toBe("latency");
});

it("a word in the title counts more than one in the text", () => {
  expect(ids([item("text", "Other", "refund"), item("title", "Refund", "other")], "refund")).toEqual(["title", "text"]);
});

it("agrees with BM25 computed by hand", () => {
  // N = 2, a word in one of them: ln(1 + 1.5 / 1.5); lengths 2 and 4, mean 3; once in the first: 2.2 / (1 + 1.2 (0.25 + 0.75 · 2 / 3)).
  const [first] = rank([item("a", "", "x y"), item("b", "", "p q r s")], "x", 1);
  expect(first?.score).toBeCloseTo((Math.log(2) * 2.2) / (1 + 1.2 * (0.25 + 0.5)), 12);
});

it("what went with success comes before its equal, and what went with failure after it", () => {
  const equal = ["a", "b", "c"].map((id) => item(id, "refund"));
  const told = [equal[0], { ...equal[1], helped: 8 }, { ...equal[2], harmed: 8 }] as Rankable[];
  expect(ids(told, "refund")).toEqual(["b", "a", "c"]);
  expect([standing(0, 0), standing(1e9, 0), standing(0, 1e9)].map((one) => Number(one.toFixed(3)))).toEqual([1, 1.5, 0.5]);
});

it("nothing in common is nothing recalled, and no input or Book breaks it", () => {
  expect(ids(books, "xylophone")).toEqual([]);
  expect(ids([], "refund")).toEqual([]);
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), text, fc.integer({ min: 1, max: 5 }), (texts, input, limit) => {
      const all = texts.map(([title, body], i) => item(`${i}`, title, body));
      const found = rank(all, input, limit);
      expect(found.length).toBeLessThanOrEqual(limit);
      for (const { score } of found) expect(score > 0 && Number.isFinite(score)).toBe(true);
      const asked = new Set(wordsOf(input));
      for (const { id } of found) expect(wordsOf((texts[Number(id)] ?? []).join(" ")).some((word) => asked.has(word))).toBe(true);
    }),
  );
});

it("the order in which entries stand changes nothing", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(books, { minLength: 3 }), (shuffled) => {
      expect(ids(shuffled, "order refund")).toEqual(ids(books, "order refund"));
    }),
  );
});
