import { describe, expect, test } from "vitest";
import { captureDirectory, capturedCases, differences, hasCaptures, replay } from "./capture-replay.ts";

if (!hasCaptures) console.warn(`captures.test.ts: skipped, there are no captured bodies at ${captureDirectory}`);

describe.skipIf(!hasCaptures)("a captured client", () => {
  const cases = hasCaptures ? capturedCases() : [];
  test.each(cases.map((one) => [one.name, one] as const))("%s is read as its capture says", async (_, one) => {
    expect(differences(one, await replay(one.parts))).toEqual([]);
  });

  test.each(cases.map((one) => [one.name, one] as const))("%s gives the same run backwards and twice", async (_, one) => {
    expect(await replay([...one.parts, ...one.parts].toReversed())).toMatchObject({ runs: (await replay(one.parts)).runs });
  });
});
