// The scorers of the public benchmarks against published scores: only a scorer that gives others their published figures may be believed
// about ours. Needs the benchmarks beside the repository; without them nothing is tested here, and it says so.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { readText } from "../../bench/quality/data-folder.ts";
import { normalised, profiles, rawScore } from "../../bench/quality/nab-score.ts";
import { readNab } from "../../bench/quality/nab.ts";
import { covering, f1 } from "../../bench/quality/tcpd-score.ts";
import { passAcrossTasks } from "../../domain/statistics/pass-at-k.ts";
import { seededRandom } from "../../domain/statistics/seeded-random.ts";

const folder = join(import.meta.dirname, "../../../shared/data/benchmarks");
const isThere = existsSync(folder);
if (!isThere) console.warn("The benchmarks are not beside the repository: their scorers are not checked against published scores.");

const json = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), "utf8"));

describe.skipIf(!isThere)("Turing Change Point Dataset", () => {
  test("saying nothing scores what the published `zero` row says, on every series", () => {
    const annotations = z.record(z.string(), z.record(z.string(), z.array(z.number()))).parse(json("tcpd/annotations.json"));
    const published = z
      .object({
        univariate_series: z.array(z.string()),
        per_series: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.number().nullable()))),
      })
      .parse(json("tcpd/published_scores.json"));
    expect(published.univariate_series.length).toBeGreaterThan(15);
    for (const name of published.univariate_series) {
      const marked = Object.values(annotations[name] ?? {});
      const { n_obs } = z.object({ n_obs: z.number() }).parse(json(`tcpd/series/${name}.json`));
      const zero = (measure: string): number => published.per_series[name]?.[measure]?.["zero"] ?? Number.NaN;
      expect(f1(marked, [])).toBeCloseTo(zero("default_f1"), 2.9);
      expect(covering(marked, [], n_obs)).toBeCloseTo(zero("default_cover"), 2.9);
    }
  });
});

describe.skipIf(!isThere)("Numenta Anomaly Benchmark", () => {
  const published = isThere
    ? z
        .object({
          per_file_raw_standard: z.record(z.string(), z.record(z.string(), z.number())),
          subset_normalised: z.record(z.string(), z.record(z.string(), z.number())),
        })
        .parse(json("nab/published_scores.json"))
    : { per_file_raw_standard: {}, subset_normalised: {} };

  test("a published detector, run again, gets its published score on every file", () => {
    const files = readNab(join(folder, "nab"), readText(join(folder, "nab/windows.json")) ?? "");
    expect(files.length).toBeGreaterThan(30);
    const totals = { standard: 0, rewardLowFp: 0 };
    let windows = 0;
    for (const { name, points, labelled } of files) {
      // Its threshold, as its authors' tuning found it for the whole corpus.
      const alarms = windowedGaussian(points.map(({ value }) => value)).flatMap((tail, row) => (tail <= 5e-13 ? [row] : []));
      const raw = rawScore(labelled, alarms, profiles.standard);
      expect(raw).toBeCloseTo(published.per_file_raw_standard[name]?.["windowedGaussian"] ?? Number.NaN, 2);
      totals.standard += raw;
      totals.rewardLowFp += rawScore(labelled, alarms, profiles.rewardLowFp);
      windows += labelled.windows.length;
    }
    const { standard = Number.NaN, reward_low_FP_rate = Number.NaN } = published.subset_normalised["windowedGaussian"] ?? {};
    expect(normalised(totals.standard, windows, profiles.standard)).toBeCloseTo(standard, 1);
    expect(normalised(totals.rewardLowFp, windows, profiles.rewardLowFp)).toBeCloseTo(reward_low_FP_rate, 1);
  });
});

test.skipIf(!isThere)("pass^k of a published agent on tau-bench's airline tasks is the published one", () => {
  const { runs, recomputed_pass_hat_k: published } = z
    .object({
      recomputed_pass_hat_k: z.record(z.string(), z.number()),
      runs: z.array(z.object({ task_id: z.number(), reward: z.number() })),
    })
    .parse(json("taubench/gpt-4o-airline-outcomes.json"));
  const rewards = Map.groupBy(runs, ({ task_id }) => task_id);
  const tasks = [...rewards.values()].map((tries) => ({
    tries: tries.length,
    successes: tries.filter(({ reward }) => reward === 1).length,
  }));
  expect(Object.keys(published)).toEqual(["1", "2", "3", "4"]);
  for (const [k, value] of Object.entries(published)) {
    const found = passAcrossTasks(tasks, Number(k), "all_of_k", seededRandom("tau"));
    // four decimals are published
    expect(found?.value).toBeCloseTo(value, 3.9);
    expect([found?.tasks, found?.leftOut]).toEqual([50, 0]);
    expect(found?.interval?.low).toBeLessThan(value);
    expect(found?.interval?.high).toBeGreaterThan(value);
  }
});

/** Tail probability under a Gaussian of the last 6,400 values, moved on by 100 (the benchmark's `windowedGaussian`). */
function windowedGaussian(values: readonly number[]): number[] {
  const [size, step] = [6_400, 100];
  let window: number[] = [];
  let waiting: number[] = [];
  let sum = 0;
  let squares = 0;
  const shift = values[0] ?? 0;
  const take = (value: number, sign: 1 | -1): void => {
    sum += sign * (value - shift);
    squares += sign * (value - shift) ** 2;
  };
  return values.map((value) => {
    const n = window.length;
    const mean = n === 0 ? 0 : sum / n;
    const variance = n === 0 ? 0 : Math.max(0, squares / n - mean * mean);
    const deviation = variance > 1e-12 ? Math.sqrt(variance) : 1e-6;
    const tail = n === 0 ? 1 : normalCdf(-Math.abs(value - shift - mean) / deviation, 0, 1);
    if (n < size) {
      window.push(value);
      take(value, 1);
    } else {
      waiting.push(value);
      if (waiting.length === step) {
        for (const old of window.slice(0, step)) take(old, -1);
        for (const one of waiting) take(one, 1);
        window = [...window.slice(step), ...waiting];
        waiting = [];
      }
    }
    return tail;
  });
}
