// How surprising is the newest value of a numeric stream, given all before it? Five views are judged against their own past: the value, and
// level and spread of the last 8 and 64 values; the answer is their mean surprise, so that one odd view alone must be very odd. Where the
// time of day predicts the value, deviations from that are judged. It answers in nats, promises no rate, and says nothing before fifty values.
import { SeasonalProfile } from "./seasonal-profile.ts";
import { SortedHistory } from "./sorted-history.ts";
import { fitTail, fewestForTail, type Tail, tailSurprise } from "./tail-surprise.ts";

/** Values in a view: a burst and a spell. */
const windows = [8, 64] as const;
const longestWindow = 64;
/** Values remembered: four weeks at five minutes. */
const capacity = 8_064;
/** Values between two fits of the tails. What is being judged is so not at once what is usual. */
const refitEvery = 20;
const dayMs = 86_400_000;
const halfHoursOfDay = 48;

export class SeriesSurprise {
  readonly #profile = new SeasonalProfile(dayMs, halfHoursOfDay);
  readonly #plain = new Views();
  readonly #seasonal = new Views();

  /** Mean surprise of the value in nats (null: too few are known), and whether the time of day was taken into account. Asking teaches nothing. */
  judge(atMs: number, value: number): { nats: number | null; isSeasonal: boolean } {
    const expected = this.#profile.expectedAt(atMs);
    const seasonal = expected !== null && this.#profile.predicts ? this.#seasonal.judge(value - expected) : null;
    return { nats: seasonal ?? this.#plain.judge(value), isSeasonal: seasonal !== null };
  }

  /** Takes the value in; times ascend, values are finite. With `isUsual` false only the windows move on: what was seen teaches no norm. */
  learn(atMs: number, value: number, isUsual = true): void {
    const expected = this.#profile.expectedAt(atMs);
    this.#plain.learn(value, isUsual);
    // Deviations from a profile that does not predict yet tell of its ignorance.
    if (expected !== null && this.#profile.predicts) this.#seasonal.learn(value - expected, isUsual);
    if (isUsual) this.#profile.learn(atMs, value);
  }
}

class Views {
  #recent: number[] = [];
  readonly #histories = Array.from({ length: 1 + 2 * windows.length }, () => new SortedHistory(capacity));
  #tails: (readonly [Tail, Tail] | null)[] = [];
  #sinceFit = 0;

  judge(value: number): number | null {
    if (this.#tails.length === 0) return null;
    let sum = 0;
    for (const [i, view] of this.#viewsWith(value).entries()) {
      const tails = this.#tails[i];
      if (tails) sum += Math.max(tailSurprise(tails[0], view), tailSurprise(tails[1], view));
    }
    return sum / this.#histories.length;
  }

  learn(value: number, isUsual: boolean): void {
    const views = this.#viewsWith(value);
    this.#recent.push(value);
    if (this.#recent.length >= longestWindow) this.#recent.shift();
    if (!isUsual) return;
    for (const [i, history] of this.#histories.entries()) history.add(views[i] ?? 0);
    this.#sinceFit++;
    const size = this.#histories[0]?.size ?? 0;
    if (size !== fewestForTail && (size < fewestForTail || this.#sinceFit < refitEvery)) return;
    this.#sinceFit = 0;
    this.#tails = this.#histories.map(({ ascending }) => {
      const upper = fitTail(ascending, 1);
      const lower = fitTail(ascending, -1);
      return upper === null || lower === null ? null : [upper, lower];
    });
  }

  /** The value, and mean and standard deviation of each window that ends with it. */
  #viewsWith(value: number): number[] {
    const recent = [...this.#recent, value];
    return [
      value,
      ...windows.flatMap((length) => {
        const window = recent.slice(-length);
        const mean = window.reduce((a, b) => a + b, 0) / window.length;
        return [mean, Math.sqrt(window.reduce((sum, one) => sum + (one - mean) ** 2, 0) / window.length)];
      }),
    ];
  }
}
