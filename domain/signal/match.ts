// Keeps the ids of signals while clusters grow, join and part. What people said always holds; the machine never undoes it.
// Greedy one-to-one matching of the clusters to the signals that their classes are in, by findings (Spiliopoulou et al. 2006, KDD).
import { compare, type PartsInput, partsOf } from "./match-parts.ts";

export type { SignalPin } from "./match-pins.ts";

export interface MatchInput extends PartsInput {
  /** Class key → signal id; classes that are new have none. */
  current: ReadonlyMap<string, string>;
  /** Findings of a class. */
  countOf: (key: string) => number;
  /** When a signal was first seen, in ms; only told apart where findings are equal. */
  firstSeenOf: (signalId: string) => number;
}

export interface Matched {
  /** Class key → a signal's id, or the number of a new one, from 0. */
  assignment: Map<string, string | { new: number }>;
  /** Signals that are gone, and where most of their findings are now. */
  merges: { from: string; into: string; reason: string }[];
  /** Signals that lost some of their classes. */
  splits: { from: string; reason: string }[];
}

/**
 * The signal of every class of `clusters`. A cluster without a signal makes one; one with several joins them in the one with most findings;
 * of two clusters with one signal that with most findings keeps it. Run again on its own answer it changes nothing; no order matters, except
 * that of contradicting pins, where the later one counts.
 */
export function assignSignals(input: MatchInput): Matched {
  const parts = partsOf(input);
  const signals = matchedSignals(parts, input);
  const assignment: Matched["assignment"] = new Map();
  let made = 0;
  parts.forEach((part, i) => {
    const signal = signals.get(i) ?? { new: made++ };
    for (const key of part) assignment.set(key, signal);
  });
  return { assignment, ...changesOf(assignment, input) };
}

/** Index of a part → the signal that it goes on as. */
function matchedSignals(parts: readonly string[][], { current, countOf, firstSeenOf }: MatchInput): Map<number, string> {
  const pairs = parts.flatMap((part, index) => {
    const held = new Map<string, number>();
    for (const key of part) {
      const signal = current.get(key);
      if (signal !== undefined) held.set(signal, (held.get(signal) ?? 0) + countOf(key));
    }
    return [...held].map(([signal, findings]) => ({ index, signal, findings, firstSeen: firstSeenOf(signal) }));
  });
  pairs.sort((a, b) => b.findings - a.findings || a.firstSeen - b.firstSeen || compare(a.signal, b.signal) || a.index - b.index);
  const signals = new Map<number, string>();
  const taken = new Set<string>();
  for (const { index, signal } of pairs) {
    if (signals.has(index) || taken.has(signal)) continue;
    signals.set(index, signal);
    taken.add(signal);
  }
  return signals;
}

function changesOf(assignment: Matched["assignment"], { current, countOf, pins }: MatchInput): Pick<Matched, "merges" | "splits"> {
  const merges: Matched["merges"] = [];
  const splits: Matched["splits"] = [];
  const pinned = new Set(pins.flatMap(({ a, b }) => [a, b]));
  const known = [...assignment.keys()].filter((key) => current.has(key)).sort();
  const held = [...Map.groupBy(known, (key) => current.get(key) ?? "")].sort(([a], [b]) => compare(a, b));
  for (const [from, keys] of held) {
    const isSaid = keys.some((key) => pinned.has(key));
    if (keys.some((key) => assignment.get(key) === from)) {
      if (keys.some((key) => assignment.get(key) !== from)) splits.push({ from, reason: isSaid ? saidApart : nowApart });
      continue;
    }
    const findings = new Map<string, number>();
    for (const key of keys) {
      const to = assignment.get(key);
      if (typeof to === "string") findings.set(to, (findings.get(to) ?? 0) + countOf(key));
    }
    const [most] = [...findings].sort(([a, n], [b, m]) => m - n || compare(a, b));
    if (most !== undefined) merges.push({ from, into: most[0], reason: isSaid ? saidTogether : nowTogether });
  }
  return { merges, splits };
}

const nowTogether = "With the texts seen since, one template covers both.";
const nowApart = "With the texts seen since, its texts are of several kinds.";
const saidTogether = "Somebody put classes of both together.";
const saidApart = "Somebody keeps some of its classes apart.";
