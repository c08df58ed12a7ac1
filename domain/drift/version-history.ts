// When each part of an agent's configuration was first seen and what it replaced. The order of first appearance is what makes
// exposure cumulative: a run with prompt v3 is also past the change to v2.
import type { RunFacts } from "./facts.ts";
import { type VersionPart, versionParts } from "./version-part.ts";
import { watchedSlots } from "./watched.ts";

export interface Appearance {
  part: VersionPart;
  /** Event time of the first run that shows it. */
  atMs: number;
  runId: string;
  /** The value that the slot had in the run before; null for a slot never seen before. */
  from: string | null;
  /** Runs that show this value. */
  runs: number;
  /**
   * Where the agent, or the recording of this kind of part, started: no change. Artifacts are added to agents that had none,
   * so for them only the first run of all counts.
   */
  initial: boolean;
}

export interface VersionHistory {
  /** In order of first appearance. */
  appearances: Appearance[];
  /** First appearance of a value, by `partKey`. */
  byKey: Map<string, Appearance>;
  /** Runs that show any value of a slot, by `slotKey`. */
  slotRuns: Map<string, number>;
  /** For each slot and each run (in order of the facts): the place of its latest value among `appearances`, −1 without the slot. */
  places: Map<string, Int32Array>;
}

export function slotKey(part: Pick<VersionPart, "kind" | "slot">): string {
  return JSON.stringify([part.kind, part.slot]);
}

export function partKey(part: VersionPart): string {
  return JSON.stringify([part.kind, part.slot, part.value]);
}

/** History of the parts in the slots that most runs show (watched.ts), over `facts`, which must be sorted by time. */
export function versionHistory(facts: readonly RunFacts[]): VersionHistory {
  const history: VersionHistory = { appearances: [], byKey: new Map(), slotRuns: new Map(), places: new Map() };
  const latest = new Map<string, string>();
  const placeOf = new Map<string, number>();
  const startedKinds = new Set<string>();
  const watched = watchedSlots(facts, (run) => new Set(versionParts(run).map(slotKey)));
  for (const [index, run] of facts.entries()) {
    const parts = versionParts(run).filter((part) => watched.has(slotKey(part)));
    const startsKind = new Set(parts.map((part) => part.kind).filter((kind) => !startedKinds.has(kind)));
    for (const part of parts) {
      const key = partKey(part);
      const known = history.byKey.get(key);
      if (known !== undefined) known.runs++;
      else {
        const from = latest.get(slotKey(part)) ?? null;
        const appearance: Appearance = {
          part,
          atMs: run.atMs,
          runId: run.id,
          from,
          runs: 1,
          initial: part.kind === "artifact" ? index === 0 : startsKind.has(part.kind),
        };
        placeOf.set(key, history.appearances.length);
        history.appearances.push(appearance);
        history.byKey.set(key, appearance);
      }
    }
    for (const slot of new Set(parts.map(slotKey))) history.slotRuns.set(slot, (history.slotRuns.get(slot) ?? 0) + 1);
    for (const part of parts) {
      const slot = slotKey(part);
      latest.set(slot, part.value);
      const places = history.places.get(slot) ?? new Int32Array(facts.length).fill(-1);
      history.places.set(slot, places);
      places[index] = Math.max(places[index] ?? -1, placeOf.get(partKey(part)) ?? -1);
    }
    for (const kind of startsKind) startedKinds.add(kind);
  }
  return history;
}
