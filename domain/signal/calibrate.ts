// How far a model's labels can be trusted, from labels that people gave to the same items, and the rate of a signal with the model's known
// errors taken out. It says `insufficient_data` while people have labelled too little, and gives no corrected rate from a poor judge.
import { cohensKappa } from "../statistics/cohens-kappa.ts";
import { ppiMean, type LabelledPair } from "../statistics/ppi-mean.ts";
import { roganGladen } from "../statistics/rogan-gladen.ts";
import { wilsonInterval } from "../statistics/wilson-interval.ts";

/** One item that a person and the model both labelled. */
export interface DoubleLabel {
  human: boolean;
  model: boolean;
}

/** A share with its Wilson 95 % interval; nulls where there is nothing to see it on. */
export interface RateEstimate {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
}

export interface Calibration {
  verdict: "calibrated" | "unreliable" | "insufficient_data";
  n: number;
  /** Share of the items with equal labels. */
  agreement: RateEstimate;
  /** Cohen's kappa; null where one label is all there is. */
  kappa: number | null;
  /** Of what people call so, how much the model does. */
  tpr: RateEstimate;
  /** Of what people call not so, how much the model does not. */
  tnr: RateEstimate;
}

/** Labels of each kind below which the model's errors are not known. */
const leastOfEach = 10;
/** Sensitivity and specificity together: below it a correction would be mostly noise. */
const leastPower = 1.3;

export function calibrationOf(labels: readonly DoubleLabel[]): Calibration {
  const count = (human: boolean, model: boolean) => labels.filter((one) => one.human === human && one.model === model).length;
  const table = { bothYes: count(true, true), onlyFirst: count(true, false), onlySecond: count(false, true), bothNo: count(false, false) };
  const yes = table.bothYes + table.onlyFirst;
  const no = table.onlySecond + table.bothNo;
  const tpr = estimate(table.bothYes, yes);
  const tnr = estimate(table.bothNo, no);
  const power = (tpr.value ?? 0) + (tnr.value ?? 0);
  return {
    verdict: Math.min(yes, no) < leastOfEach ? "insufficient_data" : power < leastPower ? "unreliable" : "calibrated",
    n: labels.length,
    agreement: estimate(table.bothYes + table.bothNo, labels.length),
    kappa: cohensKappa(table),
    tpr,
    tnr,
  };
}

/** The rate of a signal as people would have labelled all of it. */
export interface TrueRate {
  method: "rogan_gladen" | "ppi";
  value: number;
  low: number;
  high: number;
}

/**
 * From a judge's errors as they were measured elsewhere. null unless it is calibrated.
 * @param seen runs that the model calls so, of all that it labelled
 */
export function correctedRate(seen: { count: number; n: number }, { verdict, tpr, tnr }: Calibration): TrueRate | null {
  if (verdict !== "calibrated" || tpr.value === null || tnr.value === null || seen.n <= 0) return null;
  const corrected = roganGladen({ value: seen.count / seen.n, n: seen.n }, { value: tpr.value, n: tpr.n }, { value: tnr.value, n: tnr.n });
  return corrected === null ? null : { method: "rogan_gladen", value: corrected.value, low: corrected.low, high: corrected.high };
}

/**
 * From people's labels on a random part of the same stream. null with fewer than two.
 * @param unlabelled runs that only the model labelled
 */
export function poweredRate(labels: readonly DoubleLabel[], unlabelled: { count: number; n: number }): TrueRate | null {
  const pairs = labels.map(({ human, model }): LabelledPair => ({ human: Number(human), judge: Number(model) }));
  const mean = unlabelled.n === 0 ? 0 : unlabelled.count / unlabelled.n;
  const powered = ppiMean(pairs, { n: unlabelled.n, mean, variance: mean * (1 - mean) });
  if (powered === null) return null;
  return { method: "ppi", value: share(powered.value), low: share(powered.low), high: share(powered.high) };
}

function estimate(count: number, n: number): RateEstimate {
  const interval = wilsonInterval(count, n);
  return { value: n === 0 ? null : count / n, low: interval?.low ?? null, high: interval?.high ?? null, n };
}

const share = (value: number): number => Math.min(1, Math.max(0, value));
