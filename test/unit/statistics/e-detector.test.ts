import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advance, cellModel, componentCount, newCell, statistic, strongest } from "../../../domain/statistics/e-detector.ts";
import { betaBinomialRatio } from "../../../domain/statistics/likelihood-ratio.ts";
import { logit } from "../../../domain/statistics/logit.ts";
import { betaBinomialLogPmf } from "../../../domain/statistics/beta-binomial.ts";
import { seededRandom } from "../../../domain/statistics/seeded-random.ts";

const rate = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const kappa = fc.double({ min: 4, max: 5000, noNaN: true });

describe("likelihood ratio of two means", () => {
  test("is the ratio of the two probabilities, by products for small whole counts and by log-gammas else", () => {
    fc.assert(
      fc.property(fc.nat(150), fc.nat(150), kappa, rate, rate, (y, failures, k, m1, m0) => {
        const n = y + failures;
        const logRatio = betaBinomialLogPmf(y, n, k * m1, k * (1 - m1)) - betaBinomialLogPmf(y, n, k * m0, k * (1 - m0));
        fc.pre(Math.abs(logRatio) < 300);
        expect(Math.log(betaBinomialRatio(y, n, k, m1, m0))).toBeCloseTo(logRatio, 6);
      }),
    );
  });
  test("has mean 1 under the mean it is measured from", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), kappa, rate, rate, (n, k, m1, m0) => {
        let mean = 0;
        for (let y = 0; y <= n; y++) mean += Math.exp(betaBinomialLogPmf(y, n, k * m0, k * (1 - m0))) * betaBinomialRatio(y, n, k, m1, m0);
        expect(mean).toBeCloseTo(1, 6);
      }),
    );
  });
});

describe("detector of one cell", () => {
  test("expects at most e^l = 1 at every mean inside its band, so the false-alarm bound holds there", () => {
    for (const mean of [0.02, 0.3, 0.9]) {
      const model = cellModel(mean, 200, 0.15);
      for (const inside of [model.edgeDown, mean, model.edgeUp]) {
        for (let j = 0; j < componentCount; j++) {
          const edge = j < 3 ? model.edgeUp : model.edgeDown;
          let expected = 0;
          for (let y = 0; y <= 20; y++) {
            expected +=
              Math.exp(betaBinomialLogPmf(y, 20, 200 * inside, 200 * (1 - inside))) *
              Math.min(Math.exp(3), betaBinomialRatio(y, 20, 200, model.alternatives[j] ?? 0, edge));
          }
          expect(expected).toBeLessThanOrEqual(1 + 1e-9);
        }
      }
    }
  });
  test("never gains more than three nats from one bucket", () => {
    const cell = newCell();
    advance(cell, 500, 500, cellModel(0.05, 200, 0.15), 0);
    expect(statistic(cell)).toBeLessThanOrEqual(Math.exp(3));
  });
  test("remembers where its evidence began, and in which direction", () => {
    const cell = newCell();
    const model = cellModel(0.2, 200, 0.15);
    for (let i = 0; i < 20; i++) advance(cell, 2, 10, model, i);
    for (let i = 20; i < 30; i++) advance(cell, 7, 10, model, i);
    expect(strongest(cell)).toMatchObject({ sign: 1, start: 20 });
  });
  test("stays finite through months of overwhelming evidence", () => {
    const cell = newCell();
    for (let i = 0; i < 5000; i++) advance(cell, 20, 20, cellModel(0.1, 200, 0.15), i);
    expect(Number.isFinite(statistic(cell))).toBe(true);
  });
  test("alarms far less often than once in c buckets when nothing changes", () => {
    const random = seededRandom("null cell");
    const model = cellModel(0.9, 1e4, 0.15);
    let alarms = 0;
    let cell = newCell();
    const buckets = 30_000;
    for (let i = 0; i < buckets; i++) {
      let y = 0;
      for (let k = 0; k < 20; k++) if (random() < 0.9) y++;
      advance(cell, y, 20, model, i);
      if (statistic(cell) < 100) continue;
      alarms++;
      cell = newCell();
    }
    expect(alarms).toBeLessThanOrEqual(buckets / 100 / 4);
  });
});

test("log-odds of 0 and 1 are finite", () => {
  expect(logit(0)).toBeGreaterThan(-20);
  expect(logit(1)).toBeLessThan(20);
});
