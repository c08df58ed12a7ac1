// Values of Rogan–Gladen and PPI++ by scipy 1.10.1 and numpy 1.24.2; the kappa example is worked by hand below.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cohensKappa } from "../../../domain/statistics/cohens-kappa.ts";
import { ppiMean, type LabelledPair } from "../../../domain/statistics/ppi-mean.ts";
import { roganGladen } from "../../../domain/statistics/rogan-gladen.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";

const pairs = (human: number, judge: number, n: number): LabelledPair[] => Array.from({ length: n }, () => ({ human, judge }));

describe("Rogan–Gladen", () => {
  it("agrees with the reference values", () => {
    const corrected = roganGladen({ value: 0.18, n: 2000 }, { value: 0.86, n: 150 }, { value: 0.94, n: 250 });
    expect(corrected?.value).toBeCloseTo(0.15, 9);
    expect(corrected?.se).toBeCloseTo(0.01995526246, 9);
    expect(corrected?.low).toBeCloseTo(0.1108876856, 9);
    expect(corrected?.high).toBeCloseTo(0.1891123144, 9);
  });

  it("refuses a test that is little better than a coin, and empty samples", () => {
    expect(roganGladen({ value: 0.5, n: 100 }, { value: 0.64, n: 100 }, { value: 0.65, n: 100 })).toBeNull();
    expect(roganGladen({ value: 0.5, n: 100 }, { value: 0.65, n: 100 }, { value: 0.65, n: 100 })).not.toBeNull();
    expect(roganGladen({ value: 0.5, n: 0 }, { value: 0.9, n: 100 }, { value: 0.9, n: 100 })).toBeNull();
  });

  it("stays a share, and gives back the rate of a perfect test", () => {
    const any = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(any, any, any, (p, se, sp) => {
        const corrected = roganGladen({ value: p, n: 50 }, { value: se, n: 50 }, { value: sp, n: 50 });
        expect(corrected === null).toBe(se + sp < 1.3);
        const { low, value, high } = corrected ?? { low: 0, value: 0, high: 0 };
        expect([0, low, value, high, 1]).toEqual([0, low, value, high, 1].toSorted((a, b) => a - b));
      }),
    );
    expect(roganGladen({ value: 0.3, n: 10 }, { value: 1, n: 10 }, { value: 1, n: 10 })?.value).toBeCloseTo(0.3, 12);
  });
});

describe("the prediction-powered mean", () => {
  const labelled = [...pairs(1, 1, 52), ...pairs(1, 0, 8), ...pairs(0, 1, 12), ...pairs(0, 0, 328)];

  it("agrees with the reference values", () => {
    const powered = ppiMean(labelled, { n: 2000, mean: 0.18, variance: 0.18 * 0.82 });
    expect(powered?.lambda).toBeCloseTo(0.6572420635, 9);
    expect(powered?.value).toBeCloseTo(0.1631448413, 9);
    expect(powered?.se).toBeCloseTo(0.012154071, 8);
  });

  it("is the humans' own mean where no judge helps, with the classical error", () => {
    const alone = ppiMean(labelled, { n: 0, mean: 0, variance: 0 });
    expect(alone?.value).toBeCloseTo(0.15, 12);
    expect(alone?.se).toBeCloseTo(0.01787592997, 9);
    expect(ppiMean([{ human: 1, judge: 1 }], { n: 10, mean: 0.5, variance: 0.25 })).toBeNull();
  });

  it("covers the truth about as often as it says, with a judge that is biased", () => {
    const random = seededRandom("judge");
    const truth = 0.3;
    const draw = () => {
      const human = Number(random() < truth);
      return { human, judge: Number(random() < (human === 1 ? 0.9 : 0.25)) };
    };
    let covered = 0;
    const rounds = 400;
    for (let round = 0; round < rounds; round++) {
      const some = Array.from({ length: 150 }, draw);
      const rest = Array.from({ length: 1000 }, draw).map(({ judge }) => judge);
      const mean = rest.reduce((sum, one) => sum + one, 0) / rest.length;
      const powered = ppiMean(some, { n: rest.length, mean, variance: mean * (1 - mean) });
      if (powered !== null && powered.low <= truth && truth <= powered.high) covered++;
    }
    expect(covered / rounds).toBeGreaterThan(0.92);
    expect(covered / rounds).toBeLessThan(0.98);
  });
});

describe("Cohen's kappa", () => {
  it.each([
    // Agreement 0.7, by chance 0.5.
    [{ bothYes: 20, onlyFirst: 5, onlySecond: 10, bothNo: 15 }, 0.4],
    [{ bothYes: 7, onlyFirst: 0, onlySecond: 0, bothNo: 3 }, 1],
    [{ bothYes: 0, onlyFirst: 5, onlySecond: 5, bothNo: 0 }, -1],
    [{ bothYes: 25, onlyFirst: 25, onlySecond: 25, bothNo: 25 }, 0],
  ])("of %o is %s", (table, kappa) => {
    expect(cohensKappa(table)).toBeCloseTo(kappa, 12);
  });

  it("is unknown where one label is all there is", () => {
    expect(cohensKappa({ bothYes: 10, onlyFirst: 0, onlySecond: 0, bothNo: 0 })).toBeNull();
    expect(cohensKappa({ bothYes: 0, onlyFirst: 0, onlySecond: 0, bothNo: 0 })).toBeNull();
  });
});
