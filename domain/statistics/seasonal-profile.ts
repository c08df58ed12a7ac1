// What a series usually shows at this time of its period (half hour of the day, day of the week), learnt as it goes, and whether that
// knowledge predicts better than the series' plain mean. A profile that does not is not to be used.

/** Weight of the newest period in a slot's level: about the last week counts for days, the last month for weeks. */
const newestWeight = 0.25;
/** What an error still counts for, one value later: some thousand values decide which predictor is better. */
const errorDecay = 0.999;
/** Share of the plain error that the profile must stay below: better by a third, not by luck. */
const largestErrorShare = 0.7;

export class SeasonalProfile {
  readonly #periodMs: number;
  readonly #levels: (number | null)[];
  #slot = -1;
  #slotSum = 0;
  #slotCount = 0;
  #sum = 0;
  #count = 0;
  #seasonalError = 0;
  #plainError = 0;

  constructor(periodMs: number, slots: number) {
    this.#periodMs = periodMs;
    this.#levels = Array<number | null>(slots).fill(null);
  }

  /** What is usual at this time; null where this slot was never seen before. */
  expectedAt(atMs: number): number | null {
    return this.#levels[this.#slotOf(atMs)] ?? null;
  }

  /** Its errors are clearly smaller than those of the plain mean. */
  get predicts(): boolean {
    return this.#seasonalError < largestErrorShare * this.#plainError;
  }

  /** Times must ascend, or repeat. */
  learn(atMs: number, value: number): void {
    const expected = this.expectedAt(atMs);
    if (expected !== null && this.#count > 0) {
      this.#seasonalError = errorDecay * this.#seasonalError + Math.abs(value - expected);
      this.#plainError = errorDecay * this.#plainError + Math.abs(value - this.#sum / this.#count);
    }
    const slot = this.#slotOf(atMs);
    if (slot !== this.#slot) this.#closeSlot(slot);
    this.#slotSum += value;
    this.#slotCount++;
    this.#sum += value;
    this.#count++;
  }

  #closeSlot(next: number): void {
    if (this.#slotCount > 0) {
      const mean = this.#slotSum / this.#slotCount;
      const level = this.#levels[this.#slot] ?? mean;
      this.#levels[this.#slot] = level + newestWeight * (mean - level);
    }
    this.#slot = next;
    this.#slotSum = 0;
    this.#slotCount = 0;
  }

  #slotOf(atMs: number): number {
    const phase = (((atMs % this.#periodMs) + this.#periodMs) % this.#periodMs) / this.#periodMs;
    return Math.floor(phase * this.#levels.length);
  }
}
