import fc from "fast-check";
import { expect, it } from "vitest";
import { pageOfNames, type Page, type PageRequest } from "../../../d1/page.ts";

it("walking a list by names shows each item once and in order, for every page size", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), (names, limit) => {
      const seen: string[] = [];
      let after: PageRequest<[string]>["after"] = null;
      do {
        const page: Page<string, [string]> = pageOfNames(names, (name) => name, { after, limit });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        expect(page.total).toBe(names.length);
        seen.push(...page.items);
        after = page.next;
      } while (after !== null);
      expect(seen).toEqual([...names].sort((a, b) => (a < b ? -1 : 1)));
    }),
  );
});

it("an item that comes between pages neither repeats nor hides another", () => {
  const first = pageOfNames(["b", "d", "f"], (name) => name, { after: null, limit: 2 });
  const second = pageOfNames(["a", "b", "c", "d", "e", "f"], (name) => name, { after: first.next, limit: 2 });
  expect([...first.items, ...second.items]).toEqual(["b", "d", "e", "f"]);
});
