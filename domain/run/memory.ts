// A bounded memory for what is dear to compute and asked again and again: most runs of an agent share their config and tools with
// the runs before. It changes no result, only how often it is worked out.

export interface MemoryLimits {
  /** Entries; when there are more, all are forgotten, which costs one round of working out. */
  entries: number;
  /** UTF-16 units of a key; longer ones are not remembered. */
  keyChars: number;
}

/** Gives what was made for `key` before, or makes it. `make` must depend on the key alone. */
export function memory<T>({ entries, keyChars }: MemoryLimits): (key: string, make: () => T) => T {
  const known = new Map<string, { value: T }>();
  return (key, make) => {
    const before = known.get(key);
    if (before !== undefined) return before.value;
    const value = make();
    if (key.length > keyChars) return value;
    if (known.size >= entries) known.clear();
    known.set(key, { value });
    return value;
  };
}
