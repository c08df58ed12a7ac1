import { describe, expect, test } from "vitest";
import { compareNs, durationMsOf, isoOf, nanosecondsOf, nanosecondsOfMs, nanosecondsOfTime } from "../../../domain/wire/nanoseconds.ts";

describe("nanoseconds", () => {
  test("of decimal text, numbers and bigints are digits; of 0, of the past of 1970 and of what is no time they are unknown", () => {
    expect(["1795514400000000010", 1795514400000000000, 5n].map(nanosecondsOf)).toEqual([
      "1795514400000000010",
      "1795514400000000000",
      "5",
    ]);
    expect(["0", 0, "-5", "soon", Number.NaN, "99999999999999999999", null].map(nanosecondsOf)).toEqual(
      Array.from({ length: 7 }, () => null),
    );
  });

  test.each([
    ["2026-11-24T10:00:00.000Z", "1795514400000000000"],
    ["2026-11-24T10:00:00.123456Z", "1795514400123456000"],
    ["2026-11-24T12:00:00+02:00", "1795514400000000000"],
    ["2026-11-24 10:00:00", "1795514400000000000"],
    [1_795_514_400_500, "1795514400500000000"],
    [1_795_514_400.5, "1795514400500000000"],
    ["2026-13-40T99:00:00Z", null],
    ["now", null],
    [{}, null],
  ])("of the time %j are %j", (given, expected) => expect(nanosecondsOfTime(given)).toBe(expected));

  test("keep the fraction of a millisecond", () => expect(nanosecondsOfMs(1.25)).toBe("1250000"));
  test("order by value, unknown last", () =>
    expect([null, "1000", "999", "1001"].toSorted(compareNs)).toEqual(["999", "1000", "1001", null]));
  test("give no negative duration", () => {
    expect(durationMsOf("2000000", "1000000")).toBeNull();
    expect(durationMsOf("1000000", "3500000")).toBe(2.5);
    expect(durationMsOf("1000000", null)).toBeNull();
  });
  test("are shown in UTC to the millisecond", () => expect(isoOf("1795514400123456000")).toBe("2026-11-24T10:00:00.123Z"));
});
