// The rate of each signal as a dimension of behaviour. Facts hold the classes that a run showed; which signal a class belongs to may
// change by a merge or a split, so names are put in when facts are judged, and every run that shows none of a signal shows its absence.
import { HeavyHitters } from "../statistics/heavy-hitters.ts";
import type { Observation, RunFacts } from "./facts.ts";

const prefix = "signal.";
/** Signals whose rate is watched, those that most runs show: each adds an observation to every run. */
const mostSignals = 50;
/** Signals that are counted at once. */
const counted = 1_024;

/** That a run shows findings of these classes, as facts keep it. */
export function classObservations(classes: readonly string[]): Observation[] {
  return [...new Set(classes)].map((key) => ({ dimension: `${prefix}${key}`, kind: "proportion", value: 1, trials: 1 }));
}

/** Classes that a run no longer shows, and those that it shows by now. */
export interface ClassChange {
  gone: readonly string[];
  come: readonly string[];
}

/** `facts` with other classes. */
export function reclassed(facts: RunFacts, { gone, come }: ClassChange): RunFacts {
  const changed = new Set([...gone, ...come].map((key) => `${prefix}${key}`));
  return { ...facts, observations: [...facts.observations.filter(({ dimension }) => !changed.has(dimension)), ...classObservations(come)] };
}

/** The same facts with signals in place of classes. @param slugsOf class key → slugs of its signals; classes without any are left out */
export function withSignals(runs: readonly RunFacts[], slugsOf: ReadonlyMap<string, readonly string[]>): RunFacts[] {
  if (slugsOf.size === 0) return runs.map((run) => ({ ...run, observations: run.observations.filter((one) => !isClass(one)) }));
  const shown = runs.map(({ observations }) => new Set(observations.flatMap((one) => slugsIn(one, slugsOf))));
  const hitters = new HeavyHitters(counted);
  for (const slugs of shown) for (const slug of slugs) hitters.add(slug);
  // one object for all runs that show a signal and one for all others
  const watched = hitters
    .top(mostSignals)
    .map((slug) => ({ slug, present: observationOf(slug, 1), absent: observationOf(slug, 0) }))
    .sort((a, b) => (a.slug < b.slug ? -1 : 1));
  return runs.map((run, i) => ({
    ...run,
    observations: [
      ...run.observations.filter((one) => !isClass(one)),
      ...watched.map(({ slug, present, absent }) => (shown[i]?.has(slug) === true ? present : absent)),
    ],
  }));
}

const isClass = ({ dimension }: Observation): boolean => dimension.startsWith(prefix);

const slugsIn = ({ dimension }: Observation, slugsOf: ReadonlyMap<string, readonly string[]>): readonly string[] =>
  dimension.startsWith(prefix) ? (slugsOf.get(dimension.slice(prefix.length)) ?? []) : [];

const observationOf = (slug: string, value: 0 | 1): Observation => ({
  dimension: `${prefix}${slug}`,
  kind: "proportion",
  value,
  trials: 1,
});
