// Many tests that hang together in ways nobody knows: p-values raised so that, of those called below a level, the expected share of false ones
// stays below it under any dependence. Dearer than Benjamini & Hochberg's. Benjamini & Yekutieli 2001, Annals of Statistics 29.
import { benjaminiHochberg } from "./benjamini-hochberg.ts";

/** Adjusted p-values in the given order: those of Benjamini & Hochberg times 1 + 1/2 + … + 1/m, at most 1. */
export function benjaminiYekutieli(p: readonly number[]): number[] {
  const harmonic = p.reduce((total, _, i) => total + 1 / (i + 1), 0);
  return benjaminiHochberg(p.map((value) => value * harmonic)).map((value) => Math.min(1, value));
}
