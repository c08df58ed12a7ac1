// Among whom a signal is frequent: its rate by model, prompt and each cohort attribute, over the facts that behaviour keeps. A
// description for the reader; whether a part of the traffic is to blame is for attribution to say.
import type { RunFacts } from "../drift/facts.ts";
import { nothing, rateOf, type Weighed } from "./rate.ts";
import type { BreakdownEntry } from "./signal.ts";

const prefix = "signal.";
/** Values of a property that are told, those with most runs; an attribute with very many is an identity and no cohort. */
const mostValues = 6;
const mostDistinct = 40;
/** Properties that are told. */
const mostProperties = 12;

export type Breakdown = Record<string, BreakdownEntry[]>;

/** Slug of a signal → property → rates by value. @param facts with signals in them, as `withSignals` gives them */
export function breakdowns(facts: readonly RunFacts[]): Map<string, Breakdown> {
  const all = new Map<string, Map<string, Weighed>>();
  const shown = new Map<string, Map<string, Map<string, Weighed>>>();
  for (const run of facts) {
    const properties = propertiesOf(run);
    const slugs = run.observations.flatMap(({ dimension, value }) =>
      dimension.startsWith(prefix) && value === 1 ? [dimension.slice(prefix.length)] : [],
    );
    for (const [property, value] of properties) {
      count(child(all, property), value, run.weight);
      for (const slug of slugs) count(child(child(shown, slug), property), value, run.weight);
    }
  }
  const told = [...all].filter(([, values]) => values.size > 0 && values.size <= mostDistinct).slice(0, mostProperties);
  return new Map(
    [...shown].map(([slug, ofSignal]) => [
      slug,
      Object.fromEntries(told.map(([property, values]) => [property, entriesOf(values, ofSignal.get(property) ?? new Map())])),
    ]),
  );
}

function propertiesOf({ versions, cohort }: RunFacts): [string, string][] {
  const model = versions.models.join(" + ");
  const prompt = [versions.promptName, versions.prompt].filter((part) => part !== null).join("@") || null;
  return [
    ...(model === "" ? [] : [["model", model] satisfies [string, string]]),
    ...(prompt === null ? [] : [["prompt", prompt] satisfies [string, string]]),
    ...(versions.agentVersion === null ? [] : [["agent_version", versions.agentVersion] satisfies [string, string]]),
    ...Object.entries(cohort),
  ];
}

function entriesOf(values: ReadonlyMap<string, Weighed>, shown: ReadonlyMap<string, Weighed>): BreakdownEntry[] {
  return [...values]
    .sort(([a, x], [b, y]) => y.weight - x.weight || (a < b ? -1 : 1))
    .slice(0, mostValues)
    .map(([value, runs]) => ({ value, ...rateOf(shown.get(value) ?? nothing, runs) }));
}

function count(values: Map<string, Weighed>, value: string, weight: number): void {
  const known = values.get(value) ?? nothing;
  values.set(value, { runs: known.runs + 1, weight: known.weight + weight, squares: known.squares + weight * weight });
}

function child<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = new Map()));
  return found;
}
