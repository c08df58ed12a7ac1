import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayIn } from "../../../domain/finding/reading-day.ts";
import { daysAfter, finishedPeriods, periodBefore, periodOf, startOfDay } from "../../../domain/report/period.ts";

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Pacific/Kiritimati",
  "America/St_Johns",
];
const zone = fc.constantFrom(...zones);
const day = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) }).map((ms) => new Date(ms).toISOString().slice(0, 10));
const iso = (ms: number) => new Date(ms).toISOString();

describe("a day of a time zone", () => {
  it.each([
    ["Europe/Berlin", "2026-03-28", 24, "2026-03-27T23:00:00.000Z"],
    ["Europe/Berlin", "2026-03-29", 23, "2026-03-28T23:00:00.000Z"],
    ["Europe/Berlin", "2026-10-25", 25, "2026-10-24T22:00:00.000Z"],
    ["Australia/Lord_Howe", "2026-04-05", 24.5, "2026-04-04T13:00:00.000Z"],
    ["UTC", "2028-02-29", 24, "2028-02-29T00:00:00.000Z"],
    // Its midnight was skipped: the day began at one o'clock.
    ["America/Sao_Paulo", "2018-11-04", 23, "2018-11-04T03:00:00.000Z"],
    // Samoa went over the date line and had no such day.
    ["Pacific/Apia", "2011-12-30", 0, "2011-12-30T10:00:00.000Z"],
  ])("%s %s has %d hours and begins at %s", (timezone, name, hours, from) => {
    const period = periodOf("day", name, timezone);
    expect([period.hours, iso(period.fromMs)]).toEqual([hours, from]);
  });

  it("holds exactly the moments at which the calendar shows it, to the millisecond", () => {
    fc.assert(
      fc.property(zone, day, (timezone, name) => {
        const { fromMs, toMs } = periodOf("day", name, timezone);
        expect([dayIn(timezone, fromMs), dayIn(timezone, toMs - 1)]).toEqual([name, name]);
        expect(dayIn(timezone, fromMs - 1) < name && dayIn(timezone, toMs) > name).toBe(true);
      }),
    );
  });

  it("follows the day before without a gap, and seven of them are a week from Monday on", () => {
    fc.assert(
      fc.property(zone, day, (timezone, name) => {
        const week = periodOf("week", name, timezone);
        expect(new Date(`${week.day}T00:00:00Z`).getUTCDay()).toBe(1);
        expect(week.day <= name && name < daysAfter(week.day, 7)).toBe(true);
        const days = Array.from({ length: 7 }, (_, i) => periodOf("day", daysAfter(week.day, i), timezone));
        expect(days[0]?.fromMs).toBe(week.fromMs);
        for (const [i, one] of days.entries()) expect(days[i + 1]?.fromMs ?? week.toMs).toBe(one.toMs);
        expect(days.reduce((sum, { hours }) => sum + hours, 0)).toBeCloseTo(week.hours, 9);
        expect(periodBefore(week, timezone).toMs).toBe(week.fromMs);
      }),
    );
  });
});

describe("what is over", () => {
  it("is yesterday as soon as it is midnight there, whatever it is in UTC", () => {
    const midnight = startOfDay("2026-11-24", "America/New_York");
    const names = (atMs: number) => finishedPeriods(atMs, 2, "America/New_York").map(({ name, day: of }) => `${name} ${of}`);
    expect(names(midnight)).toEqual(["day 2026-11-23", "day 2026-11-22", "week 2026-11-16"]);
    expect(names(midnight - 1)).toEqual(["day 2026-11-22", "day 2026-11-21", "week 2026-11-16"]);
  });

  it("never reaches into the future", () => {
    fc.assert(
      fc.property(zone, fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) }), (timezone, nowMs) => {
        for (const { toMs } of finishedPeriods(nowMs, 2, timezone)) expect(toMs).toBeLessThanOrEqual(nowMs);
      }),
    );
  });
});
