// What people said by merging and splitting signals, made free of contradiction: the later word counts, and "together" reaches through others.
// It says nothing of classes that nobody spoke of.

import { disjointSets } from "./match-sets.ts";

export interface SignalPin {
  a: string;
  b: string;
  kind: "together" | "apart";
}

export interface Said {
  /** The same for two classes that belong together; a class that nobody spoke of is its own. */
  unitOf: (key: string) => string;
  /** Units that must not be one, both ways round. */
  apart: ReadonlyMap<string, ReadonlySet<string>>;
}

/** From the last pin to the first; one that contradicts a later one is dropped. */
export function saidBy(pins: readonly SignalPin[]): Said {
  const { rootOf: unitOf, join } = disjointSets<string>();
  const forbidden: [string, string][] = [];
  const isForbidden = (x: string, y: string): boolean =>
    forbidden.some(([a, b]) => {
      const [one, other] = [unitOf(a), unitOf(b)];
      return (one === x && other === y) || (one === y && other === x);
    });
  for (const { a, b, kind } of pins.toReversed()) {
    const [x, y] = [unitOf(a), unitOf(b)];
    if (x === y) continue;
    if (kind === "apart") forbidden.push([a, b]);
    else if (!isForbidden(x, y)) join(a, b);
  }
  return { unitOf, apart: apartUnits(forbidden, unitOf) };
}

function apartUnits(forbidden: readonly [string, string][], unitOf: (key: string) => string): Map<string, Set<string>> {
  const apart = new Map<string, Set<string>>();
  for (const [a, b] of forbidden) {
    const [x, y] = [unitOf(a), unitOf(b)];
    apart.set(x, (apart.get(x) ?? new Set()).add(y));
    apart.set(y, (apart.get(y) ?? new Set()).add(x));
  }
  return apart;
}
