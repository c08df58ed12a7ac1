// What a person's merge or split means for classes: which move, and what must stay together or apart from now on, whatever a later
// clustering would rather do.
export interface Regrouping {
  /** Class keys that change their signal. */
  moved: string[];
  pins: { a: string; b: string; kind: "together" | "apart" }[];
}

/** Pins of one split: more would be said pair by pair than anybody meant. */
const mostPins = 400;

/** All of `from` go to where `into` is. Either may be empty: a signal whose findings went. */
export function merging(from: readonly string[], into: readonly string[]): Regrouping {
  const [first] = into;
  return { moved: [...from], pins: first === undefined ? [] : from.map((key) => ({ a: key, b: first, kind: "together" })) };
}

/** `chosen` leave `all`. null where nothing would leave or nothing would stay. */
export function splitting(all: readonly string[], chosen: readonly string[]): Regrouping | null {
  const leaving = all.filter((key) => chosen.includes(key));
  const staying = all.filter((key) => !chosen.includes(key));
  const [first] = leaving;
  if (first === undefined || staying.length === 0) return null;
  const apart = leaving.flatMap((a) => staying.map((b) => ({ a, b, kind: "apart" as const }))).slice(0, mostPins);
  const together = leaving.slice(1).map((key) => ({ a: key, b: first, kind: "together" as const }));
  return { moved: leaving, pins: [...apart, ...together] };
}
