// The arm of a unit: sticky, uniform, independent between canaries, and only ever gained by a larger share.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assigned, type AssigningCanary } from "../../../domain/experiment/assigned.ts";
import { armAfterPromotion, armOf, bucketOf, inBasisPoints, unitKey } from "../../../domain/experiment/assignment.ts";
import { planOf } from "./canary-units.ts";

const unit = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== "");
const share = fc.integer({ min: 0, max: 10_000 });
const keyOf = (salt: string, name: string): string => unitKey(salt, name) ?? "";

describe("assignment", () => {
  it("is a function of salt, unit and share alone", () => {
    fc.assert(
      fc.property(fc.uuid(), unit, share, (salt, name, bp) => {
        expect(armOf(keyOf(salt, name), bp)).toBe(armOf(keyOf(salt, name), bp));
        expect(keyOf(salt, ` ${name} `)).toBe(keyOf(salt, name));
      }),
    );
  });

  it("never takes the candidate from a unit when the share grows", () => {
    fc.assert(
      fc.property(fc.uuid(), unit, share, share, (salt, name, a, b) => {
        const [small, large] = a < b ? [a, b] : [b, a];
        const [before, after] = [armOf(keyOf(salt, name), small), armOf(keyOf(salt, name), large)];
        expect([before, after]).not.toEqual(["candidate", "baseline"]);
      }),
    );
  });

  it("gives nobody the candidate at a share of 0, and everybody at 1", () => {
    fc.assert(
      fc.property(fc.uuid(), unit, (salt, name) => {
        expect(armOf(keyOf(salt, name), 0)).toBe("baseline");
        expect(armOf(keyOf(salt, name), 10_000)).toBe("candidate");
      }),
    );
  });

  it("keeps units of the holdback that were in the baseline at every share that leaves room for it", () => {
    fc.assert(
      fc.property(fc.uuid(), unit, fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 5_000 }), (salt, name, bp, held) => {
        const [before, after] = [armOf(keyOf(salt, name), bp), armAfterPromotion(keyOf(salt, name), held)];
        expect([before, after]).not.toEqual(["candidate", "baseline"]);
      }),
    );
  });

  it("is uniform over buckets: chi-square over 20,000 units is what chance gives", () => {
    const cells = Array<number>(100).fill(0);
    const n = 20_000;
    for (let i = 0; i < n; i++) {
      const cell = Math.floor(bucketOf(keyOf("salt", `user-${i}`)) / 100);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const expected = n / cells.length;
    const statistic = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 99 degrees of freedom: the 0.1 % and 99.9 % points
    expect(statistic).toBeGreaterThan(60);
    expect(statistic).toBeLessThan(149);
  });

  it("is independent between canaries: arms of one say nothing about arms of another", () => {
    const n = 20_000;
    let both = 0;
    for (let i = 0; i < n; i++)
      if (armOf(keyOf("one", `u${i}`), 3_000) === "candidate" && armOf(keyOf("two", `u${i}`), 3_000) === "candidate") both++;
    expect(Math.abs(both / n - 0.09)).toBeLessThan(3.3 * Math.sqrt((0.09 * 0.91) / n));
  });

  it("hits the share to a basis point's worth of units", () => {
    const n = 50_000;
    for (const bp of [1, 100, 1_000, 5_000]) {
      let got = 0;
      for (let i = 0; i < n; i++) if (armOf(keyOf("s", `${i}`), bp) === "candidate") got++;
      const p = bp / 10_000;
      expect(Math.abs(got / n - p)).toBeLessThan(3.5 * Math.sqrt((p * (1 - p)) / n));
    }
    expect([0.1, 0.07, 0.29, 0.0001].map(inBasisPoints)).toEqual([1_000, 700, 2_900, 1]);
  });
});

describe("what an agent is told", () => {
  const canary = (id: string, more: object = {}): AssigningCanary => ({
    id,
    salt: id,
    ramp: [],
    design: {
      kind: "canary",
      candidate: { config: { model: `${id}-model` }, artifacts: [`${id}@1`], driver: { type: "claude" } },
      baseline: null,
      plan: planOf({ share: 1, ...more }),
    },
  });

  it.each([
    ["nothing runs", null, null, "u", { experimentId: null, arm: "baseline", config: {}, artifacts: [] }],
    ["one runs", canary("a"), null, "u", { experimentId: "a", arm: "candidate", config: { model: "a-model" }, artifacts: ["a@1"] }],
    ["one runs, nobody asks", canary("a"), null, null, { experimentId: null, arm: "baseline", config: {}, artifacts: [] }],
    ["one was promoted", null, canary("a"), "u", { experimentId: null, arm: "baseline", config: { model: "a-model" }, artifacts: ["a@1"] }],
    [
      "a share of none runs after one was promoted",
      canary("b", { share: 0 }),
      canary("a"),
      "u",
      { experimentId: "b", arm: "baseline", config: { model: "a-model" }, artifacts: ["a@1"] },
    ],
    [
      "one was promoted and everybody is held back",
      null,
      canary("a", { share: 0, holdback: 1 }),
      "u",
      { experimentId: "a", arm: "baseline", config: {}, artifacts: [] },
    ],
    [
      "a step of the ramp counts",
      { ...canary("a", { share: 0 }), ramp: [{ share: 1, at: "2026-01-01T00:00:00Z" }] },
      null,
      "u",
      { arm: "candidate" },
    ],
  ])("when %s", (_name, running, promoted, who, told) => {
    expect(assigned(running, promoted, who)).toMatchObject(told);
  });
});
