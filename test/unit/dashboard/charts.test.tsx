// Charts: gaps stay gaps, markers never lie on one another, and odd series still draw inside their box.
import fc from "fast-check";
import { expect, test } from "vitest";
import { frame, valueDomain } from "../../../workers/dashboard/charts/frame.ts";
import { grouped } from "../../../workers/dashboard/charts/marks.tsx";
import { SmallMultiple } from "../../../workers/dashboard/charts/small-multiple.tsx";
import { readChange, type ChangeView } from "../../../workers/dashboard/read/change.ts";
import { readDimension, readSeries } from "../../../workers/dashboard/read/dimension.ts";

const dayMs = 86_400_000;
const fromMs = Date.parse("2026-11-10T00:00:00Z");
const toMs = fromMs + 14 * dayMs;
const clock = { nowMs: toMs, zone: "Europe/Berlin" };
const dimension = readDimension({ name: "latency.run_ms", kind: "duration", unit: "ms" });

function changeAt(ms: number): ChangeView[] {
  const change = readChange({ id: `chg_${ms}`, kind: "prompt", ref: "v2", at: new Date(ms).toISOString() });
  return change === null ? [] : [change];
}

function drawn(buckets: { day: number; value: number | null }[], changes: ChangeView[] = []): string {
  const series = readSeries({
    data: buckets.map(({ day, value }) => ({
      at: new Date(fromMs + day * dayMs).toISOString(),
      value,
      low: value,
      high: value,
      n: 3,
      baseline: { value: 5, low: 4, high: 6 },
    })),
  });
  if (dimension === null) throw new Error("the fixture is no dimension");
  return String(
    <SmallMultiple dimension={dimension} series={series} changes={changes} drifts={[]} clock={clock} fromMs={fromMs} toMs={toMs} id="c" />,
  );
}

test("a bucket without a value breaks the line, and a lone value is a dot", () => {
  const html = drawn([
    { day: 1, value: 5 },
    { day: 2, value: 6 },
    { day: 3, value: null },
    { day: 4, value: 7 },
    { day: 5, value: null },
  ]);
  expect(html.match(/class="value" d="([^"]*)"/)?.[1]?.match(/M/g)).toHaveLength(2);
  expect(html.match(/class="point"/g)).toHaveLength(1);
});

test("changes at one place become one marker with their number", () => {
  const html = drawn(
    [{ day: 1, value: 5 }],
    [...changeAt(fromMs + dayMs), ...changeAt(fromMs + dayMs + 60_000), ...changeAt(fromMs + 9 * dayMs)],
  );
  expect(html.match(/class="mark /g)).toHaveLength(2);
  expect(html).toContain(">2</text>");
});

test("markers are never closer than they are wide", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 60 }), (places) => {
      const marks = grouped(
        places.flatMap((place) => changeAt(fromMs + place * 1_000)),
        (atMs) => (atMs - fromMs) / 1_000,
        15,
      );
      marks.forEach((mark, index) => expect(mark.x - (marks[index - 1]?.x ?? -Infinity)).toBeGreaterThanOrEqual(15));
      expect(marks.reduce((sum, mark) => sum + mark.changes.length, 0)).toBe(places.length);
    }),
  );
});

test("any series draws finite coordinates inside its box", () => {
  const value = fc.option(fc.oneof(fc.constant(0), fc.double({ min: -1e12, max: 1e12, noNaN: true })));
  fc.assert(
    fc.property(fc.array(fc.record({ day: fc.integer({ min: 0, max: 14 }), value }), { maxLength: 20 }), (buckets) => {
      const html = drawn(buckets);
      expect(html).not.toMatch(/NaN|Infinity|undefined/);
      for (const [, y] of html.matchAll(/\sy[12]?="([-\d.]+)"/g)) expect(Number(y)).toBeLessThanOrEqual(118);
    }),
  );
});

test("shares stay within 0 and 100 %, amounts start at 0 or above", () => {
  const series = readSeries({
    data: [
      { at: "2026-11-10T00:00:00Z", value: 0.99 },
      { at: "2026-11-11T00:00:00Z", value: 1 },
    ],
  });
  expect(valueDomain(series, "proportion", false)[1]).toBe(1);
  expect(valueDomain(series, "count", false)[0]).toBeGreaterThanOrEqual(0);
  expect(valueDomain([], "count", true)).toEqual([0, 1]);
});

test("a day begins at midnight of the project's zone", () => {
  const at = frame({ width: 358, height: 100, top: 0, right: 0, bottom: 0, left: 0 }, fromMs, toMs, "Europe/Berlin", [0, 1], 4);
  expect(at.ticks.length).toBeGreaterThan(1);
  const midnight = at.x(Date.parse("2026-11-14T23:00:00Z"));
  expect(at.ticks.some((tick) => Math.abs(tick.x - midnight) < 0.5 && tick.label === "15 Nov")).toBe(true);
});
