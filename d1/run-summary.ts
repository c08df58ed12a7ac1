// What the index keeps of a run so that a list needs no segment: the run without steps, and its observations, which could not
// be computed again without them. Written by the consumer, read by lists; a run too large for it is read from its segment.
import { observeAll, type CustomDimension } from "../domain/run/custom-dimension.ts";
import type { Run } from "../domain/run/run.ts";

export interface ObservedValue {
  dimension: string;
  value: number | string | string[];
}

export type RunSummary = Omit<Run, "steps"> & { observations: ObservedValue[] };

/** 200 of these make a page of 3 MB at most; D1 takes 2 MB a value. In UTF-16 units, which is near enough. */
const longestSummary = 16_384;

export function summarise(run: Run, custom: readonly CustomDimension[]): RunSummary {
  const { steps: _, ...rest } = run;
  return { ...rest, observations: observeAll(run, custom).map(({ dimension, value }) => ({ dimension, value })) };
}

/** As the index keeps it: pairs, which take half the bytes of records that name their two fields. */
type Kept = Omit<Run, "steps"> & { observations: [dimension: string, value: ObservedValue["value"]][] };

/** JSON for the column `summary`, or null when the run is too large for the index. */
export function summaryText(run: Run, custom: readonly CustomDimension[]): string | null {
  const { steps: _, ...rest } = run;
  const kept: Kept = { ...rest, observations: observeAll(run, custom).map(({ dimension, value }) => [dimension, value]) };
  const text = JSON.stringify(kept);
  return text.length > longestSummary ? null : text;
}

/** @param text of `summaryText` */
export function readSummary(text: string): RunSummary {
  const { observations, ...rest }: Kept = JSON.parse(text);
  return { ...rest, observations: observations.map(([dimension, value]) => ({ dimension, value })) };
}
