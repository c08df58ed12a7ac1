// Facts as one short text, as they travel to the behaviour object and lie in it: half the bytes of plain JSON, which is what an
// agent's recent history costs to send, keep and read again.
import type { DimensionKind, Observation, RunFacts } from "./facts.ts";

export interface PackedFacts {
  id: string;
  version: string;
  atMs: number;
  text: string;
}

const letterOf = { proportion: "p", count: "c", duration: "d", categorical: "k" } as const;
type Letter = (typeof letterOf)[DimensionKind];
const kindOf = { p: "proportion", c: "count", d: "duration", k: "categorical" } as const satisfies Record<Letter, DimensionKind>;

type PackedObservation = [dimension: string, kind: Letter, value: Observation["value"], trials?: number];
type Packed = Omit<RunFacts, "observations"> & { observations: PackedObservation[] };

export function packFacts(facts: RunFacts): PackedFacts {
  const packed: Packed = { ...facts, observations: facts.observations.map(packObservation) };
  return { id: facts.id, version: facts.version, atMs: facts.atMs, text: JSON.stringify(packed) };
}

/** @param text of `packFacts` */
export function unpackFacts(text: string): RunFacts {
  const packed: Packed = JSON.parse(text);
  return { ...packed, observations: packed.observations.map(unpackObservation) };
}

function packObservation({ dimension, kind, value, trials }: Observation): PackedObservation {
  return trials === undefined ? [dimension, letterOf[kind], value] : [dimension, letterOf[kind], value, trials];
}

function unpackObservation([dimension, letter, value, trials]: PackedObservation): Observation {
  const kind = kindOf[letter];
  return trials === undefined ? { dimension, kind, value } : { dimension, kind, value, trials };
}
