import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArchivedSegment } from "../../../r2/hours.ts";
import { planMerge } from "../../../r2/plan-merge.ts";

const mb = 1024 * 1024;
let made = 0;
const segment = (bytes: number, isPacked: boolean): ArchivedSegment => ({ key: `${++made}`, bytes, isPacked });
const loose = (...sizes: number[]) => sizes.map((bytes) => segment(bytes, false));
const packed = (...sizes: number[]) => sizes.map((bytes) => segment(bytes, true));
const sizesOf = (segments: readonly ArchivedSegment[]) => segments.map(({ bytes }) => bytes).toSorted((a, b) => a - b);
const sum = (segments: readonly ArchivedSegment[]) => segments.reduce((total, { bytes }) => total + bytes, 0);

describe("a table of hours", () => {
  it.each<[string, ArchivedSegment[], number[]]>([
    ["nothing", [], []],
    ["merged already", packed(100, 200), []],
    ["one loose segment, which packing makes smaller", loose(100), [100]],
    ["small ones all at once", loose(300, 100, 200), [100, 200, 300]],
    ["a late run beside a small merged segment", [...packed(mb), ...loose(10)], [10, mb]],
    ["a late run beside a merged segment that would cost more", [...packed(2 * mb), ...loose(10)], [10]],
    ["as much late as was merged before", [...packed(2 * mb), ...loose(2 * mb)], [2 * mb, 2 * mb]],
    ["a merged segment that is full stays for good", [...packed(9 * mb), ...loose(9 * mb, 9 * mb)], [9 * mb, 9 * mb]],
    ["a large one is merged alone", loose(40 * mb), [40 * mb]],
    ["a large one waits until the smaller are merged", loose(40 * mb, 5), [5]],
    ["a step takes what it can hold", loose(10 * mb, 10 * mb, 10 * mb), [10 * mb, 10 * mb]],
  ])("%s", (_, hour, expected) => {
    expect(sizesOf(planMerge(hour))).toEqual(expected);
  });
});

const anySegment = fc
  .record({ bytes: fc.oneof(fc.integer({ min: 100, max: 20_000 }), fc.integer({ min: 100, max: 40 * mb })), isPacked: fc.boolean() })
  .map(({ bytes, isPacked }) => segment(bytes, isPacked));
const anyHour = fc.array(anySegment, { maxLength: 60 });

it("takes something loose as long as there is something loose, and never more than a step can hold", () => {
  fc.assert(
    fc.property(anyHour, (hour) => {
      const merged = planMerge(hour);
      expect(merged.some(({ isPacked }) => !isPacked)).toBe(hour.some(({ isPacked }) => !isPacked));
      expect(new Set(merged).size).toBe(merged.length);
      for (const one of merged) expect(hour).toContain(one);
      if (merged.length > 1) expect(sum(merged)).toBeLessThanOrEqual(24 * mb);
    }),
  );
  expect(planMerge(loose(...Array.from({ length: 1_000 }, () => 100)))).toHaveLength(500);
});

it("leaves the order of listing out of it", () => {
  fc.assert(
    fc.property(anyHour, (hour) => {
      expect(sizesOf(planMerge(hour.toReversed()))).toEqual(sizesOf(planMerge(hour)));
    }),
  );
});

/** Merges until nothing is loose, and adds up what was written. */
function settle(hour: readonly ArchivedSegment[], factor: number): { hour: ArchivedSegment[]; written: number; steps: number } {
  let standing = [...hour];
  for (let steps = 0, written = 0; ; steps++) {
    const merged = planMerge(standing);
    if (merged.length === 0) return { hour: standing, written, steps };
    const size = Math.max(
      1,
      Math.round(sum(merged.filter(({ isPacked }) => !isPacked)) / factor) + sum(merged.filter(({ isPacked }) => isPacked)),
    );
    standing = [...standing.filter((one) => !merged.includes(one)), segment(size, true)];
    written += size;
  }
}

it("comes to an end with few segments, each byte written a few times", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 500, max: 3 * mb }), { minLength: 1, maxLength: 700 }),
      fc.integer({ min: 1, max: 10 }),
      (sizes, factor) => {
        const hour = loose(...sizes);
        const { hour: merged, written, steps } = settle(hour, factor);
        const packedBytes = sum(hour) / factor + sizes.length;
        expect(merged.every(({ isPacked }) => isPacked)).toBe(true);
        expect(merged.length).toBeLessThanOrEqual(2 + packedBytes / (2 * mb));
        expect(steps).toBeLessThanOrEqual(1 + sizes.length / 500 + sum(hour) / (8 * mb));
        expect(written).toBeLessThanOrEqual(3 * packedBytes);
      },
    ),
    { numRuns: 60 },
  );
});

it("costs a late run about what it weighs, however large its hour is", () => {
  let hour: ArchivedSegment[] = packed(9 * mb, 9 * mb, 7 * mb);
  let written = 0;
  for (let late = 0; late < 300; late++) {
    const settled = settle([...hour, ...loose(5_000)], 1);
    hour = settled.hour;
    written += settled.written;
    expect(settled.written).toBeLessThanOrEqual(mb + 5_000);
  }
  expect(hour.length).toBeLessThanOrEqual(3 + 2);
  expect(sum(hour)).toBe(25 * mb + 300 * 5_000);
});
