// The verdict of a canary, what to do about it, and one honest sentence. In this order: is the split to be trusted, does a guardrail show harm,
// what did the planned looks (or, without a plan, the interval) decide. Words are those of every comparison.
import { couldDecide } from "./compare-proportion.ts";
import { answer, concluded, decisive, directionOf, type Action, type Comparison, type Measured, type Verdict } from "./comparison.ts";
import { decidingLook } from "./canary-looks.ts";
import type { MeasuredMetric } from "./canary-metrics.ts";
import type { CanaryFlag, CanaryState } from "./canary-state.ts";
import { asText } from "./metric.ts";
import type { SampleRatio } from "./sample-ratio.ts";
import { fewestForSequence } from "../statistics/confidence-sequence.ts";
import { winningWealth } from "../statistics/betting-e-process.ts";

/** Values of an amount in an arm below which its spread is not known well enough to decide anything. */
const fewestValues = 5;

export interface CanaryVerdict {
  verdict: Verdict;
  action: Action;
  decisive_sentence: string;
}

export function canaryVerdict(
  measured: readonly MeasuredMetric[],
  primary: MeasuredMetric,
  state: CanaryState,
  flags: readonly CanaryFlag[],
  srm: SampleRatio,
): CanaryVerdict {
  const { units, harmful } = state;
  const all = units.baseline + units.candidate + units.double_exposed;
  const harm = measured.find(({ guard }) => guard?.is_harmful === true);
  if (all === 0)
    return {
      verdict: "insufficient_data",
      action: "continue",
      decisive_sentence: "No unit has been exposed to it yet, so there is nothing to decide by.",
    };
  if (srm.srm) {
    const stop = harm === undefined ? "" : ` Apart from that, ${harmWords(harm)}`;
    return {
      verdict: "inconclusive",
      action: harm === undefined ? "none" : "abort",
      decisive_sentence: `${splitWords(state, srm)}${stop}`,
    };
  }
  if (harm !== undefined) {
    const also = harmful.length === 1 ? "" : ` So do ${harmful.length - 1} other guarded metrics.`;
    return { verdict: "candidate_worse", action: "abort", decisive_sentence: `The candidate does harm: ${harmWords(harm)}${also}` };
  }
  const found = primaryVerdict(primary, state);
  return {
    verdict: found.verdict,
    action: found.verdict === "inconclusive" && state.is_over ? "none" : found.action,
    decisive_sentence: [found.decisive_sentence, ...asides(primary, state, flags, found.verdict)].join(" "),
  };
}

function primaryVerdict(primary: MeasuredMetric, state: CanaryState): Comparison {
  const { arms, watched, planned, kind, requiredN } = primary;
  const { n } = arms;
  const look = decidingLook(state.looks) ?? state.looks.at(-1) ?? null;
  const measured: Measured = {
    goal: planned.goal,
    baseline: { n: n.baseline, value: watched.baseline },
    candidate: { n: n.candidate, value: watched.candidate },
    difference: watched.difference,
    low: watched.low,
    high: watched.high,
    p: look === null ? watched.p : look.p,
    method: "group_sequential_obrien_fleming",
    requiredN,
    asText: asText(kind),
  };
  const least = Math.min(n.baseline, n.candidate);
  const isEnough = kind === "rate" ? couldDecide(n.baseline, n.candidate) : least >= fewestValues;
  if (measured.difference === null || !isEnough) return answer(measured, "insufficient_data");
  if (!(arms.variances > 0)) return concluded({ ...measured, p: null }, true);
  if (look?.crossed === true) return answer(measured, direction(look.difference, primary));
  if (state.planned !== null) {
    if (!state.is_over) return answer(measured, "inconclusive");
    return concluded({ ...measured, p: Math.max(decisive, look?.p ?? 1) }, true);
  }
  if (least < fewestForSequence || watched.p === null) return answer(measured, "insufficient_data");
  return watched.p < decisive ? answer(measured, direction(arms.difference ?? 0, primary)) : answer(measured, "inconclusive");
}

function direction(difference: number, { planned }: MeasuredMetric): Verdict {
  const found = directionOf(difference, planned.goal);
  return found === "none" ? "no_difference" : found;
}

function splitWords({ units, share }: CanaryState, { p, threshold }: SampleRatio): string {
  const split = `${units.candidate} units in the candidate and ${units.baseline} in the baseline, where ${percent(share)} should be in the candidate`;
  const chance = p === null || p === 0 ? "" : ` (p = ${Number(p.toPrecision(2))}, a mismatch below ${threshold})`;
  return `This decides nothing, because the split did not come out as designed: ${split}${chance}. Something assigns, loses or filters units by arm.`;
}

function harmWords({ planned, watched, guard, kind, arms }: MeasuredMetric): string {
  const text = (value: number | null): string => (value === null ? "unknown" : asText(kind)(value));
  const e =
    guard === null
      ? ""
      : `, beyond the margin of ${percent(guard.margin)}, evidence e = ${Math.floor(guard.harm_e)} (${winningWealth} is decisive) after ${guard.pairs} pairs`;
  return `${planned.name} ${text(watched.candidate)} (n = ${arms.n.candidate}) against ${text(watched.baseline)} (n = ${arms.n.baseline})${e}.`;
}

/** What qualifies the verdict. */
function asides({ watched, guard, planned }: MeasuredMetric, state: CanaryState, flags: readonly CanaryFlag[], verdict: Verdict): string[] {
  const { planned: plan, looks, information, units, strata } = state;
  const words: string[] = [];
  if (watched.low !== null) words.push("The interval holds however often it is looked at.");
  if (plan !== null && verdict === "inconclusive" && !state.is_over)
    words.push(`${looks.length} of ${plan.looks} planned looks are taken, with ${percent(information ?? 0)} of the planned information.`);
  if (verdict !== "candidate_better" && guard?.is_harmless === true)
    words.push(`${planned.name} is shown to be not worse by ${percent(guard.margin)}.`);
  if (flags.includes("segment_mix_differs")) words.push("Who came differs between the arms.");
  if (strata !== null) words.push(`${strata} is held fixed.`);
  if (flags.includes("empty_arm")) words.push("One arm is empty.");
  if (flags.includes("outcomes_missing_unevenly"))
    words.push("Outcomes are missing more often in one arm than in the other, which may sway this.");
  if (units.double_exposed > 0) words.push(`${units.double_exposed} units met both arms and are left out.`);
  if (units.crossovers > 0) words.push(`${units.crossovers} units ran as the other arm and count in the one they were given.`);
  return words;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
