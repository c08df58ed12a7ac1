import { expect, it } from "vitest";
import { calibrationOf, correctedRate, poweredRate, type DoubleLabel } from "../../../domain/signal/calibrate.ts";

const labels = (human: boolean, model: boolean, n: number): DoubleLabel[] => Array.from({ length: n }, () => ({ human, model }));
const judged = (tp: number, fn: number, fp: number, tn: number) => [
  ...labels(true, true, tp),
  ...labels(true, false, fn),
  ...labels(false, true, fp),
  ...labels(false, false, tn),
];

it("says how well a model's labels agree with people's", () => {
  const calibration = calibrationOf(judged(129, 21, 15, 235));
  expect(calibration).toMatchObject({ verdict: "calibrated", n: 400, tpr: { value: 0.86, n: 150 }, tnr: { value: 0.94, n: 250 } });
  expect(calibration.kappa).toBeCloseTo(0.8065, 4);
  expect(calibration.tpr.low).toBeGreaterThan(0.79);
  expect(calibration.tpr.high).toBeLessThan(0.91);
});

it("takes the judge's known errors out of a rate", () => {
  const rate = correctedRate({ count: 360, n: 2000 }, calibrationOf(judged(129, 21, 15, 235)));
  expect(rate?.method).toBe("rogan_gladen");
  expect(rate?.value).toBeCloseTo(0.15, 9);
  expect(rate?.low).toBeCloseTo(0.1108876856, 9);
});

it.each([
  ["too few positives", judged(9, 0, 0, 200), "insufficient_data"],
  ["no label at all", [], "insufficient_data"],
  ["a judge that guesses", judged(50, 50, 50, 50), "unreliable"],
] as const)("gives no corrected rate from %s", (_, given, verdict) => {
  const calibration = calibrationOf(given);
  expect(calibration.verdict).toBe(verdict);
  expect(correctedRate({ count: 10, n: 100 }, calibration)).toBeNull();
});

it("leaves unknown what nothing was seen of", () => {
  expect(calibrationOf([]).tpr).toEqual({ value: null, low: null, high: null, n: 0 });
  expect(calibrationOf(labels(false, false, 20))).toMatchObject({ tpr: { value: null }, kappa: null });
});

it("joins few labels of people with many of the model", () => {
  const rate = poweredRate(judged(52, 8, 12, 328), { count: 360, n: 2000 });
  expect(rate?.value).toBeCloseTo(0.1631448413, 9);
  expect(poweredRate(labels(true, true, 1), { count: 1, n: 2 })).toBeNull();
});
