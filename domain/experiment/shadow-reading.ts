// What a shadow says: how far the candidate answers as the live agent did, by which tools and at what cost, and, over the pairs for which ground
// truth came on both sides, the paired comparison. Agreement decides nothing: a candidate may differ and be right.
import { quantileAt } from "../statistics/order-statistic-interval.ts";
import { holm } from "../statistics/holm.ts";
import { wilsonInterval } from "../statistics/wilson-interval.ts";
import { comparePairs } from "./compare-means.ts";
import type { Action, Comparison } from "./comparison.ts";
import { nothingRead, type ExperimentReading, type MetricReading } from "./experiment.ts";
import { roleOf, type MetricRole, type PlannedMetric } from "./metric.ts";
import { pairMetrics } from "./shadow-pair.ts";
import type { ShadowPlan } from "./shadow-plan.ts";
import type { AgreementRate, ShadowState } from "./shadow-state.ts";

/** Values of a metric on both sides; null where a side has none. */
export interface ShadowPair {
  live: number | null;
  candidate: number | null;
}

export interface ShadowFacts {
  /** By live run: what is kept of each pair, or of one that waits. */
  pairs: readonly ReadonlyMap<string, ShadowPair>[];
}

export interface ShadowReading extends ExperimentReading {
  action: Action;
  shadow: ShadowState;
}

export const usualShadowMetrics: readonly PlannedMetric[] = [{ name: "outcome.success", goal: "increase" }];
const [cost, latency] = ["cost.usd", "latency.run_ms"] as const;

/** Metrics that are kept of both runs of every pair. */
export function shadowMetricNames({ metrics = [...usualShadowMetrics] }: ShadowPlan): string[] {
  return [...new Set([...metrics.map(({ name }) => name), cost, latency])];
}

export function readShadow(plan: ShadowPlan, { pairs }: ShadowFacts): ShadowReading {
  const planned = plan.metrics ?? usualShadowMetrics;
  const paired = pairs.filter((one) => one.has(pairMetrics.sameOutput));
  const compared = planned.map((metric) => ({
    metric,
    role: roleOf(planned, metric),
    found: comparePairs(bothSides(paired, metric.name), metric.goal),
  }));
  const primary = compared.find(({ role }) => role === "primary");
  if (primary === undefined) throw new RangeError("a shadow without a metric");
  const state = stateOf(plan, pairs, paired, primary.metric.name);
  const explored = exploredP(compared);
  return {
    ...nothingRead,
    verdict: primary.found.verdict,
    action: primary.found.action,
    decisive_sentence: sentence(primary.found, primary.metric.name, state),
    metrics: compared.map(({ metric, role, found }) => metricOf(metric.name, role, found, explored)),
    coverage: pairs.length === 0 ? null : paired.length / pairs.length,
    shadow: state,
  };
}

function bothSides(paired: ShadowFacts["pairs"], name: string): [number, number][] {
  return paired.flatMap((one): [number, number][] => {
    const { live = null, candidate = null } = one.get(name) ?? {};
    return live === null || candidate === null ? [] : [[live, candidate]];
  });
}

function stateOf(plan: ShadowPlan, pairs: ShadowFacts["pairs"], paired: ShadowFacts["pairs"], primary: string): ShadowState {
  const sides = paired.map((one) => one.get(primary) ?? { live: null, candidate: null });
  const known = ({ live, candidate }: ShadowPair): number => (live === null ? 0 : 1) + (candidate === null ? 0 : 1);
  const distances = Float64Array.from(paired.flatMap((one) => one.get(pairMetrics.toolDistance)?.candidate ?? [])).sort();
  return {
    pairs: paired.length,
    waiting: pairs.length - paired.length,
    judged: sides.filter((one) => known(one) === 2).length,
    half_judged: sides.filter((one) => known(one) === 1).length,
    same_output: shareOf(paired, pairMetrics.sameOutput),
    same_shape: shareOf(paired, pairMetrics.sameShape),
    tool_distance: distances.length === 0 ? null : quantileAt(distances, 0.5),
    cost_ratio: geometricRatio(bothSides(paired, cost)),
    latency_ratio: geometricRatio(bothSides(paired, latency)),
    is_over: plan.max_n !== undefined && paired.length >= plan.max_n,
  };
}

function shareOf(paired: ShadowFacts["pairs"], name: string): AgreementRate | null {
  const yes = paired.filter((one) => one.get(name)?.candidate === 1).length;
  const interval = wilsonInterval(yes, paired.length);
  return interval === null ? null : { value: yes / paired.length, ...interval };
}

/** Of pairs where both are above 0. */
function geometricRatio(values: readonly (readonly [number, number])[]): number | null {
  const logs = values.flatMap(([live, candidate]) => (live > 0 && candidate > 0 ? [Math.log(candidate / live)] : []));
  return logs.length === 0 ? null : Math.exp(logs.reduce((a, b) => a + b / logs.length, 0));
}

function exploredP(compared: readonly { metric: PlannedMetric; role: MetricRole; found: Comparison }[]): Map<string, number> {
  const explored = compared.flatMap(({ metric, role, found }) =>
    role === "primary" || found.p_or_e === null ? [] : [{ name: metric.name, p: found.p_or_e }],
  );
  const raised = holm(explored.map(({ p }) => p));
  return new Map(explored.map(({ name }, i) => [name, raised[i] ?? 1]));
}

function metricOf(name: string, role: MetricRole, found: Comparison, explored: ReadonlyMap<string, number>): MetricReading {
  return {
    name,
    role,
    baseline: found.baseline.value,
    candidate: found.candidate.value,
    difference: found.difference,
    low: found.low,
    high: found.high,
    p_or_e: role === "primary" ? found.p_or_e : (explored.get(name) ?? null),
    method: role === "primary" ? found.method : `${found.method}_holm`,
    n: found.candidate.n,
    required_n: found.required_n,
  };
}

function sentence(found: Comparison, metric: string, { pairs, waiting, judged, half_judged, same_output }: ShadowState): string {
  if (pairs === 0)
    return waiting === 0 ? "No candidate has answered beside a live run yet." : `${waiting} candidate runs wait for their live run.`;
  const agreement =
    same_output === null
      ? ""
      : ` The candidate answers the same in ${percent(same_output.value)} of ${pairs} pairs (${percent(same_output.low)} to ${percent(same_output.high)}).`;
  const half = half_judged === 0 ? "" : ` ${half_judged} more have it on one side only.`;
  if (judged === 0) return `Ground truth (${metric}) has come for no pair, so nothing is decided.${half}${agreement}`;
  return `${found.decisive_sentence.replace("in each arm", "pairs")} Ground truth (${metric}) has come for ${judged} of ${pairs} pairs.${half}${agreement}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
