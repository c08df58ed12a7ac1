// One side of a comparison as it may be given: a list of values, counts by category, or values by day. Missing values are counted and left
// out; where only counts are given, how many are missing is not known.

export type Value = number | string;
export type GivenSample =
  | readonly (Value | null)[]
  | readonly { at: string; values: readonly (Value | null)[] }[]
  | Readonly<Record<string, number>>;

export interface Sample {
  /** Present values; null where only counts were given. */
  values: Value[] | null;
  /** By category, as text. */
  counts: Map<string, number>;
  n: number;
  missing: number | null;
  /** Present values of each day that has any; null where days are not known. */
  days: Value[][] | null;
}

export function sampleOf(given: GivenSample): Sample {
  if (!isList(given)) return ofCounts(given);
  const isByDay = given.length > 0 && given.every((one) => typeof one === "object" && one !== null);
  const days = isByDay ? given.map((one) => (typeof one === "object" && one !== null ? one.values : [])) : null;
  const all = days === null ? given.map((one) => (typeof one === "object" ? null : one)) : days.flat();
  const values = all.filter((value) => value !== null);
  const counts = new Map<string, number>();
  for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  return {
    values,
    counts,
    n: values.length,
    missing: all.length - values.length,
    days: days === null ? null : days.map((day) => day.filter((value) => value !== null)).filter((day) => day.length > 0),
  };
}

/** Share of values that are missing; null where that, or anything at all, is not known. */
export function missingRate({ n, missing }: Sample): number | null {
  return missing === null || n + missing === 0 ? null : missing / (n + missing);
}

/** The values as numbers; null unless all of them are. */
export function numbersOf(values: readonly Value[] | null): number[] | null {
  if (values === null) return null;
  const numbers = values.filter((value) => typeof value === "number");
  return numbers.length === values.length ? numbers : null;
}

function ofCounts(given: Readonly<Record<string, number>>): Sample {
  const counts = new Map(Object.entries(given));
  return { values: null, counts, n: [...counts.values()].reduce((a, b) => a + b, 0), missing: null, days: null };
}

function isList(given: GivenSample): given is Exclude<GivenSample, Readonly<Record<string, number>>> {
  return Array.isArray(given);
}
