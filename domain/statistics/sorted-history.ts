// The newest values of a stream in ascending order, so that any quantile can be read at once. It forgets the oldest beyond its capacity.

export class SortedHistory {
  #ascending: Float64Array;
  #arrived: Float64Array;
  #oldest = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#ascending = new Float64Array(capacity);
    this.#arrived = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Ascending; a view that the next `add` changes. */
  get ascending(): Float64Array {
    return this.#ascending.subarray(0, this.#size);
  }

  /** `value` must be finite. */
  add(value: number): void {
    const capacity = this.#arrived.length;
    if (this.#size === capacity) this.#forget(this.#arrived[this.#oldest] ?? 0);
    const slot = (this.#oldest + this.#size) % capacity;
    this.#arrived[slot] = value;
    const at = this.#place(value);
    this.#ascending.copyWithin(at + 1, at, this.#size);
    this.#ascending[at] = value;
    this.#size++;
  }

  #forget(value: number): void {
    const at = this.#place(value);
    this.#ascending.copyWithin(at, at + 1, this.#size);
    this.#size--;
    this.#oldest = (this.#oldest + 1) % this.#arrived.length;
  }

  /** Index of the first value that is not below `value`. */
  #place(value: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ascending[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
