import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refusal } from "../../../workers/pipeline/refusal.ts";
import { boundsOf, parseTime } from "../../../workers/pipeline/api/time-filter.ts";

describe("a time in a query", () => {
  it.each([
    ["2026-11-24", "2026-11-24T00:00:00.000Z"],
    ["2026-11-24T10:00", "2026-11-24T10:00:00.000Z"],
    ["2026-11-24T10:00:00", "2026-11-24T10:00:00.000Z"],
    ["2026-11-24T10:00:00.123456789Z", "2026-11-24T10:00:00.123Z"],
    ["2026-11-24T10:00:00+01:00", "2026-11-24T09:00:00.000Z"],
    ["2026-11-24T10:00:00 01:00", "2026-11-24T09:00:00.000Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000Z"],
  ])("%s is %s", (text, iso) => {
    const ms = parseTime(text);
    expect(ms === null ? null : new Date(ms).toISOString()).toBe(iso);
  });

  it.each([
    "",
    "yesterday",
    "2026-02-30",
    "2026-13-01",
    "2026-11-24T25:00:00Z",
    "1700000000000",
    "2026-11-24' OR '1'='1",
    "2026-11-24T10:00:00+99:00",
    "24.11.2026",
    "2026-W48",
  ])("%s is none", (text) => {
    expect(parseTime(text)).toBeNull();
  });

  it("is read back from any moment's own ISO text", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date("1970-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }), (date) => {
        expect(parseTime(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});

it("a range that can hold nothing is refused", () => {
  expect(boundsOf({ from: 1, to: 2 })).toEqual({ fromMs: 1, toMs: 2 });
  expect(boundsOf({ to: 2 })).toEqual({ fromMs: undefined, toMs: 2 });
  expect(() => boundsOf({ from: 2, to: 2 })).toThrow(Refusal);
});
