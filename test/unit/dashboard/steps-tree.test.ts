// Steps come out once each, children under their parents, whatever ids a trace claims.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readRun, type StepView } from "../../../workers/dashboard/read/run.ts";
import { placeSteps } from "../../../workers/dashboard/steps-tree.ts";

function steps(list: { id: string; parent: string | null; at: number | null }[]): StepView[] {
  const raw = list.map(({ id, parent, at }) => ({
    id,
    parent_id: parent,
    name: id,
    started_at: at === null ? null : new Date(at).toISOString(),
  }));
  return readRun({ id: "r", steps: raw })?.steps ?? [];
}

test("children follow their parent in order of time", () => {
  const placed = placeSteps(
    steps([
      { id: "b", parent: "a", at: 30 },
      { id: "c", parent: "a", at: 20 },
      { id: "a", parent: null, at: 10 },
      { id: "d", parent: "c", at: 25 },
      { id: "z", parent: "gone", at: 40 },
    ]),
  );
  expect(placed.map(({ step, depth }) => `${step.id}${depth}`)).toEqual(["a0", "c1", "d2", "b1", "z0"]);
});

test("every step comes out exactly once, with loops, duplicates and unknown parents", () => {
  const id = fc.constantFrom("a", "b", "c", "d", "e");
  fc.assert(
    fc.property(
      fc.array(fc.record({ id, parent: fc.option(id), at: fc.option(fc.integer({ min: 0, max: 9 })) }), { maxLength: 30 }),
      (list) => {
        const given = steps(list);
        const placed = placeSteps(given);
        expect(new Set(placed.map(({ step }) => step))).toEqual(new Set(given));
        expect(placed).toHaveLength(given.length);
        expect(placed.map(({ place }) => place)).toEqual(given.map((_, index) => index + 1));
      },
    ),
  );
});

test("ten thousand nested steps and ten thousand siblings are placed at once", () => {
  const deep = steps(Array.from({ length: 10_000 }, (_, i) => ({ id: `${i}`, parent: i === 0 ? null : `${i - 1}`, at: i })));
  const wide = steps(Array.from({ length: 10_000 }, (_, i) => ({ id: `${i}`, parent: i === 0 ? null : "0", at: i })));
  const startedMs = performance.now();
  expect(placeSteps(deep).at(-1)?.depth).toBe(9_999);
  expect(placeSteps(wide)).toHaveLength(10_000);
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});
