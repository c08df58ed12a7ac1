import { describe, expect, test } from "vitest";
import { compareNs, durationMsOf, isoOf, nanosecondsOf, nanosecondsOfMs, nanosecondsOfTime } from "../../../domain/wire/nanoseconds.ts";

describe("nanoseconds", () => {
  test.each([["1795514400000000010", "1795514400000000010"], [1795514400000000000, "1795514400000000000"], [5n, "5"], ["0", null], [0, null], ["-5", null], ["soon", null], [Number.NaN, null], ["99999999999999999999", null], [null, null]])("of %j are %j", (given, expected) => expect(nanosecondsOf(given)).toBe(expected));

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
  test("order by value, unknown last", () => expect([null, "1000", "999", "1001"].toSorted(compareNs)).toEqual(["999", "1000", "1001", null]));
  test("give no negative duration", () => {
    expect(durationMsOf("2000000", "1000000")).toBeNull();
    expect(durationMsOf("1000000", "3500000")).toBe(2.5);
    expect(durationMsOf("1000000", null)).toBeNull();
  });
  test("are shown in UTC to the millisecond", () => expect(isoOf("1795514400123456000")).toBe("2026-11-24T10:00:00.123Z"));
});
