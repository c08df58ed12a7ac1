// Words for what experiments, evaluations and gates say in codes, with how each is to be taken. Numbers of a metric come with their unit and
// the direction that is better.
import { amount, count, dash, money, percent, signed } from "./format.ts";
import { quantity, unitOf } from "./format.ts";
import { clipped } from "./safe-text.tsx";
import { spoken } from "./words.ts";
import type { CandidateView, ExperimentKind, ExperimentView, Result, Verdict } from "./read/experiment.ts";
import type { GateVerdict } from "./read/gate.ts";
import type { MetricView } from "./read/metric.ts";

export type Tone = "good" | "bad" | "warn" | "calm";

export const verdictWords: Record<Verdict, { said: string; tone: Tone }> = {
  candidate_better: { said: "The candidate is better", tone: "good" },
  candidate_worse: { said: "The candidate is worse", tone: "bad" },
  no_difference: { said: "No difference", tone: "calm" },
  inconclusive: { said: "Inconclusive", tone: "warn" },
  insufficient_data: { said: "Too little data", tone: "calm" },
  no_variance: { said: "Nothing varies", tone: "calm" },
};

export const gateWords: Record<GateVerdict, { said: string; tone: Tone }> = {
  pass: { said: "Pass", tone: "good" },
  regressed: { said: "Regressed", tone: "bad" },
  unstable: { said: "Unstable", tone: "warn" },
  incomparable: { said: "Incomparable", tone: "warn" },
  insufficient: { said: "Insufficient", tone: "calm" },
  nothing_to_compare: { said: "Nothing to compare", tone: "calm" },
};

export const resultWords: Record<Result, { said: string; means: string }> = {
  broken: { said: "Broken", means: "passed as recorded, fails with the candidate" },
  fixed: { said: "Fixed", means: "failed as recorded, passes with the candidate" },
  unstable: { said: "Unstable", means: "repeats disagree, and the pass rate has not clearly moved" },
  incomparable: { said: "Incomparable", means: "not judged on both sides, or the record could not answer its tools" },
  same_fail: { said: "Same, fails", means: "fails as recorded and with the candidate" },
  same_pass: { said: "Same, passes", means: "passes as recorded and with the candidate" },
};

export const kindWords: Record<ExperimentKind, string> = {
  replay: "recorded runs, once more with the candidate; tools answer from the record",
  canary: "a share of live units gets the candidate",
  shadow: "the candidate answers beside live runs, and nobody sees it",
};

const flagWords: ReadonlyMap<string, string> = new Map([
  ["sample_ratio_mismatch", "The split is not as designed: results cannot be trusted"],
  ["empty_arm", "An arm is empty"],
  ["segment_mix_differs", "The arms have different mixes"],
  ["outcomes_missing_unevenly", "Outcomes are missing in one arm more than in the other"],
  ["crossovers", "Units ran as the other arm"],
  ["double_exposure", "Units met both arms"],
]);
export const flagText = (flag: string): string => flagWords.get(flag) ?? spoken(flag);

const actionWords: ReadonlyMap<string, string> = new Map([
  ["continue", "Go on measuring."],
  ["promote", "It may be promoted."],
  ["abort", "It should be ended: the candidate does harm."],
]);
export const actionText = (action: string | null): string | null => actionWords.get(action ?? "") ?? null;

const methodWords: ReadonlyMap<string, string> = new Map([
  ["mcnemar_mid_p", "McNemar, mid-p; Tango's interval"],
  ["paired_t_clustered", "paired t, by cluster"],
  ["paired_t", "paired t"],
  ["group_sequential_obrien_fleming", "group-sequential, O'Brien–Fleming"],
]);
export const methodText = (method: string): string => methodWords.get(method) ?? clipped(method, 80).replaceAll("_", " ");

/** What differs, in a few words: `claude-x, another prompt, refunds@3`. */
export function candidateText({ model, prompt, tools, params, artifacts, webhook }: CandidateView): string {
  const parts = [
    ...(model === null ? [] : [model]),
    ...(prompt === null ? [] : [prompt.length > 40 ? "another prompt" : `prompt ${prompt}`]),
    ...(tools === null ? [] : ["other tools"]),
    ...(Object.keys(params).length === 0 ? [] : ["other parameters"]),
    ...artifacts,
    ...(webhook === null ? [] : ["your own agent"]),
  ];
  return parts.length === 0 ? "the agent as it is" : parts.join(", ");
}

export const experimentTitle = ({ kind, candidate }: Pick<ExperimentView, "kind" | "candidate">): string =>
  `${spoken(kind)}: ${candidateText(candidate)}`;

/** A value of a metric with its unit. */
export function metricValue({ name, isRate }: Pick<MetricView, "name" | "isRate">, value: number | null): string {
  return isRate ? percent(value) : quantity(value, unitOf(name, "count"), "count");
}

/** `+3.2 points` of a rate; of an amount in its unit. */
export function differenceText(metric: Pick<MetricView, "name" | "isRate">, value: number | null): string {
  if (value === null) return dash;
  if (metric.isRate) return `${points(value)} points`;
  return `${value > 0 ? "+" : ""}${metricValue(metric, value)}`;
}

/** `−1.0 to +7.4`, or nothing. */
export function differenceRange(metric: Pick<MetricView, "name" | "isRate">, low: number | null, high: number | null): string {
  if (low === null || high === null) return "";
  if (metric.isRate) return `${points(low)} to ${points(high)}`;
  return `${differenceText(metric, low)} to ${differenceText(metric, high)}`;
}

export const points = (share: number): string => signed(100 * share, 1, "+");

/** Whether the interval lies on one side of zero, and whether that side is the better one. */
export function toneOf({ goal, low, high }: Pick<MetricView, "goal" | "low" | "high">): "good" | "bad" | "open" {
  if (low === null || high === null || (low <= 0 && high >= 0)) return "open";
  return low > 0 === (goal === "increase") ? "good" : "bad";
}

/** p-values and e-values: small ones exactly, none as zero. */
export function evidenceText(value: number | null): string {
  if (value === null) return dash;
  return value < 0.001 ? "< 0.001" : amount(value);
}

export const costText = (usd: number | null): string => (usd === 0 ? "$0" : money(usd));

/** e-values grow without end, and beyond a thousand say nothing more. */
export function wealthText(value: number | null): string {
  return value !== null && value > 1_000 ? "> 1,000" : amount(value);
}

/** `p = 0.04`, `p < 0.001`. */
export function pText(value: number | null): string {
  if (value === null) return "p unknown";
  return value < 0.001 ? "p < 0.001" : `p = ${amount(value)}`;
}

/** `12 of 20`. */
export const ofText = (part: number | null, whole: number | null): string =>
  whole === null ? count(part) : `${count(part)} of ${count(whole)}`;
