// What a replay says as a whole: the paired difference of success with its interval, in the words of every comparison, and costs beside it.
// Where too many tool calls had no record it says so and decides nothing. Cases that nobody could judge are counted, never guessed.
import { clusteredMean } from "../statistics/clustered-mean.ts";
import { mcNemar } from "../statistics/mcnemar.ts";
import { pairsForMcNemar, unitsForMeans } from "../statistics/sample-size.ts";
import { meanOfDifferences } from "../statistics/student-t.ts";
import { tangoInterval } from "../statistics/tango-interval.ts";
import { answer, concluded, decisive, type Comparison, type Measured } from "./comparison.ts";
import { nothingRead, type ExperimentReading, type MetricReading } from "./experiment.ts";
import { caseCounts, judgedOf, mostMissing, replayCases, type ReplayCase, type ReplayItem } from "./replay.ts";

/** Clusters below which their spread is not known well enough to decide anything. */
const fewestClusters = 5;
/** What is planned for before anything is known: a fifth of all runs change, and five points more one way. Statistics.md 4.4. */
const plannedFor = { discordant: 0.2, difference: 0.05 };

/** Runs that such a difference needs; shown before a replay is started. */
export const plannedRuns = (): number => pairsForMcNemar(plannedFor.discordant, plannedFor.difference) ?? 0;

export interface ReplayReading extends ExperimentReading {
  results: ReplayCase[];
  progress: { done: number; total: number; errored: number };
  /** Of the tool calls that the candidate made, those without a record; null where it made none. */
  missingShare: number | null;
}

interface Pair {
  baseline: number;
  /** Mean of its repeats. */
  candidate: number;
  cluster: string;
}

/** @param items of the whole experiment, in any order @param isOver no more of them will be tried */
export function readReplay(items: readonly ReplayItem[], isOver: boolean): ReplayReading {
  const results = replayCases(items);
  const counts = caseCounts(results);
  const progress = {
    done: items.filter(({ status }) => status !== "pending").length,
    total: items.length,
    errored: items.filter(({ status }) => status === "errored").length,
  };
  const missingShare = shareOfMissing(items);
  const compared = pairsOf(items);
  const shared = { results, progress, missingShare, srm: null, cases: counts };
  if (compared.length === 0 && !isOver) return { ...nothingRead, ...shared, coverage: items.length === 0 ? null : 0 };
  const found = withoutRecord(compareSuccess(compared), missingShare);
  return {
    ...shared,
    verdict: found.verdict,
    decisive_sentence: sentence(found, counts, results.length - compared.length, missingShare),
    metrics: [metricOf("outcome.success", "primary", found), ...costMetric(items)],
    coverage: results.length === 0 ? null : compared.length / results.length,
  };
}

/** Runs with both sides judged, whether their repeats agree or not. */
function pairsOf(items: readonly ReplayItem[]): Pair[] {
  return [...Map.groupBy(items, ({ runId }) => runId)].flatMap(([runId, repeats]): Pair[] => {
    const judged = judgedOf(repeats);
    const outcomes = repeats.flatMap(({ outcome }) => outcome ?? []);
    const baseline = outcomes.find(({ baselinePassed }) => baselinePassed !== null)?.baselinePassed;
    if (baseline === undefined || baseline === null || judged.length === 0) return [];
    const cluster = outcomes.find((one) => one.cluster !== null)?.cluster ?? runId;
    return [{ baseline: baseline ? 1 : 0, candidate: judged.filter((passed) => passed).length / judged.length, cluster }];
  });
}

function compareSuccess(pairs: readonly Pair[]): Comparison {
  const n = pairs.length;
  const differences = pairs.map(({ baseline, candidate }) => candidate - baseline);
  const rate = (of: (pair: Pair) => number): number | null => (n === 0 ? null : pairs.reduce((sum, pair) => sum + of(pair) / n, 0));
  const measured: Measured = {
    goal: "increase",
    baseline: { n, value: rate(({ baseline }) => baseline), successes: pairs.filter(({ baseline }) => baseline === 1).length },
    candidate: { n, value: rate(({ candidate }) => candidate) },
    difference: null,
    low: null,
    high: null,
    p: null,
    method: "mcnemar_mid_p",
    requiredN: null,
    asText: (value) => `${Number((100 * value).toFixed(1))} %`,
  };
  const clusters = [...Map.groupBy(pairs, ({ cluster }) => cluster).values()].map((of) => of.map((pair) => pair.candidate - pair.baseline));
  const isYesNo = pairs.every(({ candidate }) => candidate === 0 || candidate === 1);
  if (isYesNo && clusters.length === n) return byMcNemar(measured, differences);
  const found = clusteredMean(clusters);
  if (found === null) return concluded({ ...measured, method: "paired_t_clustered" }, false);
  const { difference, p, standardError } = found;
  const [low, high] = p === null ? [null, null] : [found.low, found.high];
  const requiredN = p === null ? null : unitsForMeans(difference, standardError ** 2 * n);
  return concluded({ ...measured, difference, low, high, p, method: "paired_t_clustered", requiredN }, clusters.length >= fewestClusters);
}

function byMcNemar(measured: Measured, differences: readonly number[]): Comparison {
  const n = differences.length;
  const [worse, better] = [differences.filter((one) => one < 0).length, differences.filter((one) => one > 0).length];
  const interval = tangoInterval({ worse, better, pairs: n });
  const candidate = { ...measured.candidate, successes: (measured.baseline.successes ?? 0) - worse + better };
  return concluded(
    {
      ...measured,
      candidate,
      difference: interval?.difference ?? null,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      p: interval === null ? null : mcNemar(worse, better).mid,
      requiredN: n === 0 ? null : pairsForMcNemar((worse + better) / n, (better - worse) / n),
    },
    // The strongest result: every pair changed the same way.
    mcNemar(0, n).mid < decisive,
  );
}

/** What follows from answers that the record could not give is indicative only, so it decides nothing. */
function withoutRecord(found: Comparison, missingShare: number | null): Comparison {
  const isDecisive = found.verdict === "candidate_better" || found.verdict === "candidate_worse";
  if (!isDecisive || missingShare === null || missingShare <= mostMissing) return found;
  return { ...found, verdict: "inconclusive", action: "continue", alarm: false };
}

function sentence(found: Comparison, counts: ReturnType<typeof caseCounts>, leftOut: number, missingShare: number | null): string {
  if (found.candidate.n === 0) return `Nothing could be compared: none of ${counted(leftOut)} could be judged on both sides.`;
  const told = found.decisive_sentence.replace(" in each arm ", " runs ");
  const moved = ` ${counts.fixed} fixed, ${counts.broken} broken`;
  const unstable = counts.unstable === 0 ? "" : `, ${counts.unstable} unstable`;
  const without = leftOut === 0 ? "" : `, ${leftOut} not comparable and left out`;
  if (missingShare === null || missingShare <= mostMissing) return `${told}${moved}${unstable}${without}.`;
  const share = `${Number((100 * missingShare).toFixed(1))} %`;
  return `Indicative only: ${share} of the candidate's tool calls were not in the record. ${told.replace(" This is decisive.", "")}${moved}${unstable}${without}.`;
}

const counted = (cases: number): string => `${cases.toLocaleString("en-US")} run${cases === 1 ? "" : "s"}`;

function shareOfMissing(items: readonly ReplayItem[]): number | null {
  let [calls, missing] = [0, 0];
  for (const { outcome } of items) {
    calls += outcome?.toolCalls ?? 0;
    missing += outcome?.missingCalls ?? 0;
  }
  return calls === 0 ? null : missing / calls;
}

/** Costs of runs where both are known; told, never decided by. */
function costMetric(items: readonly ReplayItem[]): MetricReading[] {
  const known = items.flatMap(({ outcome }) =>
    outcome === null || outcome.costUsd === null || outcome.baselineCostUsd === null
      ? []
      : [[outcome.baselineCostUsd, outcome.costUsd] as const],
  );
  const found = meanOfDifferences(known.map(([was, is]) => is - was));
  if (found === null) return [];
  const mean = (side: 0 | 1): number => known.reduce((sum, pair) => sum + pair[side] / known.length, 0);
  const measured: Measured = {
    goal: "decrease",
    baseline: { n: known.length, value: mean(0) },
    candidate: { n: known.length, value: mean(1) },
    difference: found.difference,
    low: found.p === null ? null : found.low,
    high: found.p === null ? null : found.high,
    p: found.p,
    method: "paired_t",
    requiredN: null,
    asText: String,
  };
  return [metricOf("cost.usd", "exploratory", answer(measured, "inconclusive"))];
}

function metricOf(name: string, role: MetricReading["role"], found: Comparison): MetricReading {
  return {
    name,
    role,
    baseline: found.baseline.value,
    candidate: found.candidate.value,
    difference: found.difference,
    low: found.low,
    high: found.high,
    p_or_e: found.p_or_e,
    method: found.method,
    n: found.candidate.n,
    required_n: found.required_n,
  };
}
