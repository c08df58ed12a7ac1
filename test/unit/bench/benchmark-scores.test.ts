import { describe, expect, test } from "vitest";
import { normalised, profiles, rawScore } from "../../../bench/quality/nab-score.ts";
import { changePointScore, rowScore } from "../../../bench/quality/skab-score.ts";
import { covering, f1 } from "../../../bench/quality/tcpd-score.ts";

describe("F1 and Covering of changes", () => {
  test.each([
    ["nothing marked, nothing said", [[]], [], 1, 1],
    ["a miss", [[50]], [], 2 / 3, 0.5],
    ["a hit within five", [[50]], [54], 1, (50 * (50 / 54) + 50 * (46 / 50)) / 100],
    ["a hit too far off", [[50]], [56], 0.5, (50 * (50 / 56) + 50 * (44 / 50)) / 100],
    ["two predictions near one truth", [[50]], [49, 51], 0.8, 0.98],
    ["people who disagree", [[50], []], [50], 1, 0.75],
  ])("%s", (_, marked, predicted, ofF1, cover) => {
    expect(f1(marked, predicted)).toBeCloseTo(ofF1, 6);
    expect(covering(marked, predicted, 100)).toBeCloseTo(cover, 6);
  });
});

describe("alarms in streams", () => {
  const file = { rows: 1_000, windows: [[500, 599]] } as const;
  test.each([
    ["on a window's first row", [500], 1],
    ["nowhere", [], -1],
    ["on its last row, where little is left", [599], 0.0253],
    ["twice in it, of which the earlier counts", [500, 550], 1],
    ["before any window", [300], -1.11],
    ["while rows still teach", [100], -1],
    ["far behind it", [950], -1.11],
    ["just behind it, for almost nothing", [600], -1.00278],
  ])("%s", (_, alarms, raw) => expect(rawScore(file, alarms, profiles.standard)).toBeCloseTo(raw, 3));
  test("saying nothing is 0 and perfection 100, in every profile", () => {
    for (const profile of Object.values(profiles)) {
      expect(normalised(rawScore(file, [], profile), 1, profile)).toBeCloseTo(0, 9);
      expect(normalised(rawScore(file, [500], profile), 1, profile)).toBeCloseTo(100, 9);
    }
  });
});

describe("sensors", () => {
  test("rows are hits, false and missed alarms", () => {
    const found = rowScore([true, true, true, false, false], [true, true, false, true, false]);
    expect(found).toEqual({ f1: 4 / 6, farPercent: 50, marPercent: 100 / 3 });
  });
  test.each([
    ["at the change", [1_000], 1],
    ["half a minute later", [31_000], 0.445],
    ["a minute later", [61_000], -0.11],
    ["never", [], -1],
    ["at the change and elsewhere", [1_000, 200_000], 0.89],
    ["twice in the window, of which the first counts", [1_000, 40_000], 1],
  ])("a change told %s", (_, toldMs, raw) => {
    const found = changePointScore([1_000], toldMs);
    expect(found.raw).toBeCloseTo(raw, 9);
    expect(found.windows).toBe(1);
  });
});
