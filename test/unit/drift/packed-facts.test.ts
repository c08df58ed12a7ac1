import fc from "fast-check";
import { expect, test } from "vitest";
import type { Observation, RunFacts } from "../../../domain/drift/facts.ts";
import { packFacts, unpackFacts } from "../../../domain/drift/packed-facts.ts";

const text = fc.string({ unit: "binary", maxLength: 12 });
const amount = fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => (value === 0 ? 0 : value));
const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({ dimension: text, kind: fc.constant("proportion" as const), value: amount, trials: fc.nat() }),
  fc.record({ dimension: text, kind: fc.constantFrom("count" as const, "duration" as const), value: amount }),
  fc.record({ dimension: text, kind: fc.constant("categorical" as const), value: fc.oneof(text, fc.array(text, { maxLength: 4 })) }),
);

test("facts that were packed are the same facts, at less than plain JSON", () => {
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 12 }), text, (observations, id) => {
      const facts: RunFacts = {
        id,
        version: "1",
        atMs: 1_790_000_000_000,
        weight: 1,
        status: "ok",
        session: null,
        cohort: { plan: "pro" },
        versions: {
          agentVersion: null,
          models: [],
          prompt: null,
          promptName: null,
          tools: {},
          artifacts: [],
          params: null,
          instrumentation: null,
        },
        toolsUsed: [],
        observations,
      };
      const packed = packFacts(facts);
      expect(unpackFacts(packed.text)).toEqual(facts);
      expect(packed.text.length).toBeLessThanOrEqual(JSON.stringify(facts).length);
    }),
  );
});
