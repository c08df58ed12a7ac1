// Numbers, money, durations and times as people read them.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { amount, duration, money, percent, quantity } from "../../../workers/dashboard/format.ts";
import { absolute, fromLocal, relative, toLocal, wallMs } from "../../../workers/dashboard/time-format.ts";

const plain = (text: string): string => text.replaceAll("\u202F", " ");

describe("numbers carry units and no more digits than they deserve", () => {
  test.each([
    [0, "0 ms"],
    [0.4, "0.4 ms"],
    [820, "820 ms"],
    [999.6, "1 s"],
    [1_240, "1.24 s"],
    [59_949, "59.9 s"],
    [59_990, "1 min"],
    [125_000, "2 min 5 s"],
    [3_599_000, "1 h"],
    [12_000_000, "3 h 20 min"],
    [86_399_000, "1 d"],
    [360_000_000, "4 d 4 h"],
    [-1_500, "−1.5 s"],
    [null, "–"],
  ])("duration %s ms is %s", (ms, said) => expect(plain(duration(ms))).toBe(said));

  test.each([
    [0, "$0"],
    [0.00001, "< $0.0001"],
    [0.000123, "$0.000123"],
    [0.01842, "$0.0184"],
    [0.5, "$0.50"],
    [1.005, "$1.01"],
    [1234.5, "$1,234.50"],
    [123_456, "$123k"],
    [-0.02, "−$0.02"],
    [null, "–"],
  ])("money %s is %s", (usd, said) => expect(money(usd)).toBe(said));

  test.each([
    [0, "0 %"],
    [1, "100 %"],
    [0.873, "87.3 %"],
    [0.0042, "0.42 %"],
    [0.9987, "99.87 %"],
    [-0.05, "−5.0 %"],
    [null, "–"],
  ])("share %s is %s", (share, said) => expect(plain(percent(share))).toBe(said));

  test.each([
    [0, "0"],
    [3.14159, "3.14"],
    [999.7, "1000"],
    [1234.4, "1,234"],
    [12_345, "12.3k"],
    [9_400_000, "9.4M"],
    [-42, "−42"],
  ])("amount %s is %s", (value, said) => expect(amount(value)).toBe(said));

  test.each([
    [0.5, "share", "proportion", "50.0 %"],
    [1_500, "ms", "duration", "1.5 s"],
    [0.02, "usd", "count", "$0.02"],
    [42, "runs/day", "count", "42 runs/day"],
    [7.25, "count", "count", "7.25"],
    [7, "<b>", "count", "7 <b>"],
  ])("quantity %s of unit %s and kind %s is %s", (value, unit, kind, said) => expect(plain(quantity(value, unit, kind))).toBe(said));

  test("no finite number is written as NaN or without a digit", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        for (const said of [amount(value), duration(value), money(value), percent(value)])
          expect(said).toMatch(/^(?!.*(NaN|undefined|Infinity)).*\d/);
      }),
    );
  });
});

describe("times are the project's", () => {
  const nowMs = Date.parse("2026-11-24T14:20:00Z");

  test.each([
    ["Europe/Berlin", "24 Nov, 15:20"],
    ["America/New_York", "24 Nov, 09:20"],
    ["Asia/Kolkata", "24 Nov, 19:50"],
    ["Not/AZone", "24 Nov, 14:20"],
  ])("in %s it is %s", (zone, said) => expect(absolute(nowMs, { nowMs, zone })).toBe(said));

  test("the year is said where it is another one", () => {
    expect(absolute(Date.parse("2025-12-31T23:30:00Z"), { nowMs, zone: "UTC" })).toBe("31 Dec 2025, 23:30");
    expect(absolute(Date.parse("2025-12-31T23:30:00Z"), { nowMs: Date.parse("2026-01-01T00:30:00Z"), zone: "Europe/Berlin" })).toBe(
      "1 Jan, 00:30",
    );
  });

  test.each([
    [30_000, "just now"],
    [12 * 60_000, "12 min ago"],
    [3 * 3_600_000 + 59 * 60_000, "3 h ago"],
    [5 * 86_400_000, "5 d ago"],
    [-2 * 3_600_000, "in 2 h"],
  ])("%s ms ago is %s", (awayMs, said) => expect(plain(relative(nowMs - awayMs, { nowMs, zone: "UTC" }))).toBe(said));

  test("what is typed in a zone comes back as typed, in any zone, away from clock changes", () => {
    const zones = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham"];
    fc.assert(
      fc.property(
        fc.integer({ min: Date.parse("2026-06-01T00:00Z") / 60_000, max: Date.parse("2026-08-31T00:00Z") / 60_000 }),
        fc.constantFrom(...zones),
        (minute, zone) => {
          const typed = toLocal(minute * 60_000, zone);
          expect(fromLocal(typed, zone)).toBe(new Date(minute * 60_000).toISOString());
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a time within a clock change becomes one of its readings, and nonsense becomes none", () => {
    expect(fromLocal("2026-03-29T02:30", "Europe/Berlin")).toMatch(/^2026-03-29T0[01]:30/);
    expect(fromLocal("2026-10-25T02:30", "Europe/Berlin")).toMatch(/^2026-10-25T0[01]:30/);
    for (const nonsense of ["", "yesterday", "2026-13-40T99:99", "2026-11-24", "<script>"])
      expect(fromLocal(nonsense, "UTC") ?? "none").toBe(nonsense === "2026-11-24" ? "2026-11-24T00:00:00.000Z" : "none");
  });

  test("wall-clock time keeps milliseconds", () =>
    expect(wallMs(Date.parse("2026-11-24T14:20:05.123Z"), "Europe/Berlin")).toBe(Date.parse("2026-11-24T15:20:05.123Z")));
});
