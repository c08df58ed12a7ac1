// A hostile sender: names that are new in every run, where agents have a few. What is kept stays bounded, and what is real is still seen.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Observation, RunFacts } from "../../../domain/drift/facts.ts";
import { mostDimensions } from "../../../domain/drift/watched.ts";
import { versionHistory } from "../../../domain/drift/version-history.ts";
import { HeavyHitters } from "../../../domain/statistics/heavy-hitters.ts";
import { analysed, changeMs, runsOf, sinceChange } from "./changing-agent.ts";

const few = 6;
let next = 0;
const fresh = (prefix: string): string => `${prefix}_${next++}`;
const category = (dimension: string, value: string | string[]): Observation => ({ dimension, kind: "categorical", value });

/** Some 1,800 runs with six tools, three scores and three attributes of their own each, beside one tool that fails more since the change. */
const hostile: RunFacts[] = runsOf({
  days: 19,
  versions: (atMs) => ({
    prompt: sinceChange(atMs) ? "p-2" : "p-1",
    tools: Object.fromEntries([["search", "h-1"], ...Array.from({ length: few }, () => [fresh("tool"), "h"])]),
  }),
  success: ({ versions }) => (versions.prompt === "p-2" ? 0.6 : 0.92),
  more: (run, random) => [
    { dimension: "tool.search.error_rate", kind: "proportion", value: random() < 0.05 ? 1 : 0, trials: 1 },
    category("tool.search.error_code", [fresh("code")]),
    category("tool.search.arg.q", [fresh("value")]),
    category("tools.mix", ["search", ...Object.keys(run.versions.tools)]),
    ...Array.from({ length: few }, () => fresh("tool")).flatMap((tool): Observation[] => [
      { dimension: `tool.${tool}.error_rate`, kind: "proportion", value: 0, trials: 1 },
      category(`tool.${tool}.args_shape`, "{}"),
    ]),
    category(`cohort.${fresh("key")}`, "x"),
    category("cohort.user", fresh("user")),
    { dimension: `score.${fresh("score")}`, kind: "proportion", value: 1, trials: 1 },
  ],
});

describe("an agent whose runs show tens of thousands of names", () => {
  const analysis = analysed(hostile);
  test("has a bounded number of dimensions, the built-in and the frequent among them", () => {
    expect(new Set(hostile.flatMap((run) => run.observations.map(({ dimension }) => dimension))).size).toBeGreaterThan(20_000);
    const names = analysis.dimensions.map(({ name }) => name);
    expect(names.length).toBeLessThanOrEqual(mostDimensions + 1);
    expect(names).toEqual(expect.arrayContaining(["outcome.success", "tools.mix", "tool.search.error_rate", "cohort.user", "volume.runs"]));
  });
  test("is still seen to drift, since when and why, and is told nothing of the names", () => {
    expect(analysis.drifts.map(({ dimension }) => dimension)).toEqual(["outcome.success"]);
    const [drift] = analysis.drifts;
    expect(Math.abs(Date.parse(drift?.onset_at ?? "") - changeMs)).toBeLessThan(12 * 3_600_000);
    expect(drift?.attribution).toMatchObject({ verdict: "attributed", causes: [{ kind: "prompt" }] });
  });
  test("keeps the history of a bounded number of tools, and infers few changes from them", () => {
    const history = versionHistory(hostile);
    expect(history.places.size).toBeLessThanOrEqual(256);
    expect(history.places.has(JSON.stringify(["tool", "search"]))).toBe(true);
    expect(analysis.changes.length).toBeLessThanOrEqual(10);
  });
  test("has records of bounded size", () => expect(JSON.stringify(analysis).length).toBeLessThan(200_000));
});

test("names that make up more than their share of a stream are never lost, and few names are counted exactly", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 400 }), fc.integer({ min: 1, max: 40 }), (stream, counters) => {
      const hitters = new HeavyHitters(counters);
      const counts = new Map<string, number>();
      for (const one of stream.map(String)) {
        hitters.add(one);
        counts.set(one, (counts.get(one) ?? 0) + 1);
      }
      const top = hitters.top(100);
      expect(top.length).toBeLessThanOrEqual(counters);
      for (const [name, n] of counts) if (n > stream.length / (counters + 1)) expect(top).toContain(name);
      if (counts.size <= counters)
        expect(top).toEqual([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([name]) => name));
    }),
  );
});
