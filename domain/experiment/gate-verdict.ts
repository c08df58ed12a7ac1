// The verdict of a gate: each demand of the policy is looked at, each that is not met gives a reason with its numbers, and the gravest names
// the verdict. That there is too little data is its own word and no failure; a case that broke is a failure however little data there is.
import { pairsForNonInferiority } from "../statistics/sample-size-non-inferiority.ts";
import { tangoLowerBound, type PairedChanges } from "../statistics/tango-interval.ts";
import type { GatePolicy } from "./gate-policy.ts";
import type { CheckedCase } from "./regression.ts";

/** From the gravest to the one that opens. */
export const gateVerdicts = ["regressed", "nothing_to_compare", "incomparable", "unstable", "insufficient", "pass"] as const;
export type GateVerdict = (typeof gateVerdicts)[number];

/** Cases of a cohort from which on it is looked at by itself (statistics.md 4.2). */
const fewestOfACohort = 100;
/** A cohort may lose so many margins: it is smaller, and there are several. */
const marginsOfACohort = 2;
/** z² of a one-sided 95 % bound. */
const zSquared = 1.6448536269514722 ** 2;
/** Ids that a reason names; the list of cases has them all. */
const idsNamed = 10;

export interface Bound {
  pairs: number;
  worse: number;
  better: number;
  /** (better − worse) / pairs, and its one-sided 95 % bounds; null without pairs. */
  difference: number | null;
  low: number | null;
  high: number | null;
  margin: number | null;
}

export interface GateJudgement {
  verdict: GateVerdict;
  reasons: string[];
  overall: Bound;
  cohorts: (Bound & { attribute: string; value: string })[];
  /** Share of the cases that the candidate was judged on which it passes; null without any. */
  passRate: number | null;
}

interface Objection {
  verdict: Exclude<GateVerdict, "pass">;
  reason: string;
}

/** @param ageH of the evidence, in hours; null where there is none */
export function judgeGate(cases: readonly CheckedCase[], policy: GatePolicy, ageH: number | null): GateJudgement {
  const { margin } = policy;
  const overall = boundOf(cases, margin);
  const cohorts = margin === null ? [] : cohortBounds(cases, policy.cohorts, margin * marginsOfACohort);
  const passRate = passRateOf(cases);
  const objections = [
    ...brokenCases(cases, policy),
    ...requiredCases(cases, policy),
    ...tooFewPasses(passRate, policy),
    ...nothingCompared(cases),
    ...tooIncomparable(cases, policy),
    ...tooUnstable(cases, policy),
    ...tooFewCases(overall, policy),
    ...tooOld(ageH, policy),
    ...notWithin(overall, "the candidate"),
    ...cohorts.flatMap((bound) => notWithin(bound, `the cohort ${bound.attribute}=${bound.value}`)),
  ];
  const verdict = gateVerdicts.find((one) => objections.some((objection) => objection.verdict === one)) ?? "pass";
  const byGravity = objections.toSorted((a, b) => gateVerdicts.indexOf(a.verdict) - gateVerdicts.indexOf(b.verdict));
  const reasons = verdict === "pass" ? [passSentence(overall, passRate)] : byGravity.map(({ reason }) => reason);
  return { verdict, reasons, overall, cohorts, passRate };
}

/** Of the pairs among these cases. */
function boundOf(cases: readonly CheckedCase[], margin: number | null): Bound {
  const pairs = cases.flatMap(({ pair }) => pair ?? []);
  const changes: PairedChanges = {
    worse: pairs.filter((pair) => pair.baseline && !pair.candidate).length,
    better: pairs.filter((pair) => !pair.baseline && pair.candidate).length,
    pairs: pairs.length,
  };
  const high = tangoLowerBound({ ...changes, worse: changes.better, better: changes.worse });
  return {
    ...changes,
    difference: pairs.length === 0 ? null : (changes.better - changes.worse) / pairs.length,
    low: tangoLowerBound(changes),
    high: high === null ? null : -high,
    margin,
  };
}

function cohortBounds(cases: readonly CheckedCase[], attributes: readonly string[] | null, margin: number): GateJudgement["cohorts"] {
  const named = attributes ?? [...new Set(cases.flatMap(({ cohort }) => Object.keys(cohort)))];
  return named.toSorted().flatMap((attribute) => {
    const byValue = Map.groupBy(
      cases.filter(({ pair }) => pair !== null),
      ({ cohort }) => (Object.hasOwn(cohort, attribute) ? (cohort[attribute] ?? null) : null),
    );
    return [...byValue]
      .flatMap(([value, own]) => (value === null || own.length < fewestOfACohort ? [] : [{ ...boundOf(own, margin), attribute, value }]))
      .sort((a, b) => (a.value < b.value ? -1 : 1));
  });
}

function passRateOf(cases: readonly CheckedCase[]): number | null {
  const judged = cases.flatMap(({ tries }) => tries ?? []);
  return judged.length === 0 ? null : judged.reduce((sum, { tries, successes }) => sum + successes / tries, 0) / judged.length;
}

function brokenCases(cases: readonly CheckedCase[], { allow_broken: allowed }: GatePolicy): Objection[] {
  const broken = cases.filter(({ result }) => result === "broken");
  if (broken.length <= allowed) return [];
  const may = allowed === 0 ? "none may" : `${allowed} may`;
  const fail = broken.length === 1 ? "fails" : "fail";
  return [{ verdict: "regressed", reason: `${counted(broken.length)} that passed before ${fail} now, and ${may}: ${named(broken)}.` }];
}

function requiredCases(cases: readonly CheckedCase[], { must_pass: required }: GatePolicy): Objection[] {
  const ids = new Set(required);
  const own = cases.filter(({ caseId }) => ids.has(caseId));
  const failing = own.filter(({ candidate }) => candidate === "fail" || candidate === "mixed");
  const unknown = own.filter(({ candidate }) => candidate === null);
  const objections: Objection[] = [];
  if (failing.length > 0)
    objections.push({ verdict: "regressed", reason: `${counted(failing.length)} that must pass did not in every try: ${named(failing)}.` });
  if (unknown.length > 0)
    objections.push({
      verdict: "incomparable",
      reason: `${counted(unknown.length)} that must pass could not be judged: ${named(unknown)}.`,
    });
  return objections;
}

function tooFewPasses(passRate: number | null, { min_pass_rate: least }: GatePolicy): Objection[] {
  if (least === null || passRate === null || passRate >= least) return [];
  return [{ verdict: "regressed", reason: `The candidate passes ${percent(passRate)} of its cases, and ${percent(least)} are asked for.` }];
}

function nothingCompared(cases: readonly CheckedCase[]): Objection[] {
  if (cases.length === 0) return [{ verdict: "nothing_to_compare", reason: "The suite has no cases." }];
  if (cases.some(({ result }) => result !== "incomparable")) return [];
  return [{ verdict: "nothing_to_compare", reason: `None of ${counted(cases.length)} could be compared: ${reasonsOf(cases)}.` }];
}

function tooIncomparable(cases: readonly CheckedCase[], { max_incomparable_share: most }: GatePolicy): Objection[] {
  const left = cases.filter(({ result }) => result === "incomparable");
  if (left.length === 0 || left.length === cases.length || left.length / cases.length <= most) return [];
  const share = `${left.length} of ${counted(cases.length)} (${percent(left.length / cases.length)})`;
  return [{ verdict: "incomparable", reason: `${share} could not be compared, and ${percent(most)} may: ${reasonsOf(left)}.` }];
}

/**
 * Only cases that have something to lose. One that passes sometimes is at worst a broken one, so it takes from the same allowance: else a case
 * that fails altogether could open a gate that it shut by failing sometimes.
 */
function tooUnstable(cases: readonly CheckedCase[], { max_unstable_share: most, allow_broken: allowed }: GatePolicy): Objection[] {
  const unstable = cases.filter(({ result, isHeld }) => result === "unstable" && isHeld);
  const broken = cases.filter(({ result }) => result === "broken").length;
  const counting = unstable.length + Math.min(0, broken - allowed);
  if (counting <= 0 || counting / cases.length <= most) return [];
  const share = `${unstable.length} of ${counted(cases.length)} (${percent(unstable.length / cases.length)})`;
  return [{ verdict: "unstable", reason: `${share} passed before and pass only sometimes, and ${percent(most)} may: ${named(unstable)}.` }];
}

function tooFewCases({ pairs }: Bound, { min_cases: least }: GatePolicy): Objection[] {
  if (pairs >= least) return [];
  return [{ verdict: "insufficient", reason: `${counted(pairs)} could be compared, and at least ${least} are asked for.` }];
}

function tooOld(ageH: number | null, { max_evidence_age_h: most }: GatePolicy): Objection[] {
  if (ageH === null || ageH <= most) return [];
  return [{ verdict: "insufficient", reason: `The evidence is ${decimal(ageH)} h old, and may be ${decimal(most)} h.` }];
}

/** Worse for certain and not within the margin: regressed. Not shown to be within it: insufficient. */
function notWithin({ pairs, worse, better, low, high, margin, difference }: Bound, who: string): Objection[] {
  if (margin === null || low === null || high === null || difference === null || low > -margin) return [];
  const seen = `${better} better and ${worse} worse of ${counted(pairs)} (${points(difference)} points)`;
  if (high < 0)
    return [
      {
        verdict: "regressed",
        reason: `${capital(who)} is worse: ${seen}; it loses at least ${points(-high)} points and up to ${points(-low)} (95 % bounds), and the margin is ${points(margin)}.`,
      },
    ];
  const needed = worse > better ? null : neededPairs((worse + better) / pairs, margin);
  const more = needed === null || needed <= pairs ? "" : ` About ${needed.toLocaleString("en-US")} cases like these would show it.`;
  return [
    {
      verdict: "insufficient",
      reason: `For ${who} a loss of up to ${points(-low)} points cannot be ruled out (95 % bound), and the margin is ${points(margin)}: ${seen}.${more}`,
    },
  ];
}

/** Pairs of a candidate that is as good; where no pair changes, those whose bound alone reaches the margin. */
function neededPairs(discordant: number, margin: number): number {
  return Math.max(pairsForNonInferiority(discordant, margin) ?? 0, Math.floor((zSquared * (1 - margin)) / margin) + 1);
}

function passSentence({ pairs, worse, better, low, margin }: Bound, passRate: number | null): string {
  const rate = passRate === null ? "" : ` It passes ${percent(passRate)} of them.`;
  const seen = `${better} better and ${worse} worse of ${counted(pairs)}`;
  if (low === null || margin === null) return `${capital(seen)}, and no demand of the policy is left.${rate}`;
  const bound = low >= 0 ? "No loss is likely" : `A loss of more than ${points(-low)} points is ruled out`;
  return `${bound} (95 % bound), and the margin is ${points(margin)}: ${seen}.${rate}`;
}

function reasonsOf(cases: readonly CheckedCase[]): string {
  const counts = Map.groupBy(cases, ({ reason }) => reason ?? "no_baseline");
  return [...counts]
    .map(([reason, own]) => ({ n: own.length, words: reasonWords[reason] }))
    .sort((a, b) => b.n - a.n || (a.words < b.words ? -1 : 1))
    .map(({ n, words }) => `${n} ${words}`)
    .join(", ");
}

const reasonWords: Readonly<Record<NonNullable<CheckedCase["reason"]>, string>> = {
  not_in_evidence: "not in the evidence",
  not_tried: "could not be run",
  not_judged: "without a judgement",
  tools_not_recorded: "whose tool calls were not recorded",
  no_baseline: "that never had a result",
};

function named(cases: readonly CheckedCase[]): string {
  const ids = cases.slice(0, idsNamed).map(({ caseId }) => caseId);
  return cases.length > idsNamed ? `${ids.join(", ")} and ${cases.length - idsNamed} more` : ids.join(", ");
}

const counted = (cases: number): string => `${cases.toLocaleString("en-US")} case${cases === 1 ? "" : "s"}`;
const percent = (share: number): string => `${decimal(100 * share)} %`;
const points = (share: number): string => decimal(100 * share);
const decimal = (value: number): string => `${Number(value.toFixed(1))}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
