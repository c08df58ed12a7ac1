// What a day of a series usually shows: earlier days that did not alarm, by weekday where weekdays differ. A week of alarms on one side is
// no exception any more and becomes the norm. It judges one day at a time and never the day itself against itself.
import { medianSorted } from "simple-statistics";
import { groupError } from "../statistics/group-levels.ts";
import { type NextValue, nextValueSurprise } from "../statistics/next-value.ts";

const dayMs = 86_400_000;
/** 1970-01-01 was a Thursday: this many days after a Monday. */
const thursday = 3;
/** Alarms on one side, day after day, until the baseline starts anew with them. */
const daysToNewNorm = 7;
/** Days that make up a baseline; older ones tell of another time. */
const mostRemembered = 180;
/** A finer grouping must predict better by a third, not by luck. */
const largestErrorShare = 0.7;
interface Grouping {
  /** After the method's name. */
  name: string;
  /** 0 is Monday. */
  groupOf: (weekday: number) => number;
  groups: number;
  /** Days that each group must have. */
  fewest: number;
}
const allAlike: Grouping = { name: "", groupOf: () => 0, groups: 1, fewest: 2 };
/** From coarse to fine. */
const finerGroupings: readonly Grouping[] = [
  { name: "_of_weekend", groupOf: (weekday) => (weekday >= 5 ? 1 : 0), groups: 2, fewest: 2 },
  { name: "_of_weekday", groupOf: (weekday) => weekday, groups: 7, fewest: 3 },
];

interface UsualDay {
  atMs: number;
  value: number;
}

export class DayBaseline {
  #usual: UsualDay[] = [];
  #unusual: (UsualDay & { isHigh: boolean })[] = [];

  /** null while there are too few days to say anything. The method is one word for the record. */
  judge(atMs: number, value: number): { nats: number; method: string; isHigh: boolean } | null {
    const { name, groupOf, levels } = this.#grouping();
    const deviations = this.#usual.map((day) => day.value - (levels[groupOf(weekdayOf(day.atMs))] ?? 0));
    const level = levels[groupOf(weekdayOf(atMs))] ?? 0;
    // Ungrouped, values are judged as they are: only so can a skew of positive values be seen.
    const earlier = name === "" ? this.#usual.map((day) => day.value) : deviations;
    const found: NextValue | null = nextValueSurprise(
      earlier.toSorted((a, b) => a - b),
      name === "" ? value : value - level,
    );
    return found === null ? null : { nats: found.nats, method: `${found.method}${name}`, isHigh: value > level };
  }

  /** Takes the day in. `alarm` is null for a day that did not alarm, else the side. */
  take(atMs: number, value: number, alarm: "high" | "low" | null): void {
    if (alarm === null) {
      this.#unusual = [];
      this.#usual = [...this.#usual, { atMs, value }].slice(-mostRemembered);
      return;
    }
    const isHigh = alarm === "high";
    if (this.#unusual[0]?.isHigh !== isHigh) this.#unusual = [];
    this.#unusual.push({ atMs, value, isHigh });
    if (this.#unusual.length < daysToNewNorm) return;
    this.#usual = this.#unusual;
    this.#unusual = [];
  }

  /** The finest grouping that each step up to it pays for, and the levels of its groups. */
  #grouping(): Grouping & { levels: number[] } {
    let best = allAlike;
    let error = groupError(this.#groups(allAlike), allAlike.fewest);
    for (const grouping of finerGroupings) {
      const finer = groupError(this.#groups(grouping), grouping.fewest);
      if (finer === null || error === null || finer >= largestErrorShare * error) continue;
      best = grouping;
      error = finer;
    }
    const levels = this.#groups(best).map((values) => (values.length === 0 ? 0 : medianSorted(values.toSorted((a, b) => a - b))));
    return { ...best, levels };
  }

  #groups({ groupOf, groups }: Grouping): number[][] {
    const values = Array.from({ length: groups }, (): number[] => []);
    for (const day of this.#usual) values[groupOf(weekdayOf(day.atMs))]?.push(day.value);
    return values;
  }
}

/** 0 is Monday. */
function weekdayOf(atMs: number): number {
  return (((Math.floor(atMs / dayMs) + thursday) % 7) + 7) % 7;
}
