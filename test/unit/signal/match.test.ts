import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignSignals, type Matched, type MatchInput, type SignalPin } from "../../../domain/signal/match.ts";

type Case = {
  clusters: string[][];
  current?: Record<string, string>;
  pins?: SignalPin[];
  counts?: Record<string, number>;
  seen?: Record<string, number>;
};

function inputOf({ clusters, current = {}, pins = [], counts = {}, seen = {} }: Case): MatchInput {
  return {
    clusters: clusters.map((members) => ({ members })),
    current: new Map(Object.entries(current)),
    pins,
    countOf: (key) => counts[key] ?? 1,
    firstSeenOf: (signal) => seen[signal] ?? 0,
  };
}

/** "a:S1 b:new0" */
function told({ assignment }: Matched): string {
  return [...assignment]
    .map(([key, signal]) => `${key}:${typeof signal === "string" ? signal : `new${signal.new}`}`)
    .sort()
    .join(" ");
}

const together = (a: string, b: string): SignalPin => ({ a, b, kind: "together" });
const apart = (a: string, b: string): SignalPin => ({ a, b, kind: "apart" });

describe("signals while clusters change", () => {
  test.each<[string, Case, string]>([
    ["a cluster without a signal makes one", { clusters: [["a", "b"], ["c"]] }, "a:new0 b:new0 c:new1"],
    ["a new class joins the signal of its cluster", { clusters: [["a", "b"]], current: { a: "S1" } }, "a:S1 b:S1"],
    [
      "two signals of one cluster become the larger",
      { clusters: [["a", "b"]], current: { a: "S1", b: "S2" }, counts: { b: 5 } },
      "a:S2 b:S2",
    ],
    [
      "of two that are equal the one that was first seen stays",
      { clusters: [["a", "b"]], current: { a: "S1", b: "S2" }, seen: { S1: 2, S2: 1 } },
      "a:S2 b:S2",
    ],
    [
      "of two clusters of one signal the larger keeps it",
      { clusters: [["a"], ["b"]], current: { a: "S1", b: "S1" }, counts: { b: 3 } },
      "a:new0 b:S1",
    ],
    [
      "a signal that lost its cluster to another goes on with its rest",
      { clusters: [["a", "b"], ["c"]], current: { a: "S1", b: "S2", c: "S2" }, counts: { a: 9, b: 5 } },
      "a:S1 b:S1 c:S2",
    ],
    ["what people put together is one signal", { clusters: [["a"], ["b"]], pins: [together("a", "b")] }, "a:new0 b:new0"],
    [
      "together reaches through a third class, also one that is gone",
      { clusters: [["a"], ["b"]], pins: [together("a", "z"), together("z", "b")] },
      "a:new0 b:new0",
    ],
    [
      "together takes the clusters along",
      {
        clusters: [
          ["a", "c"],
          ["b", "d"],
        ],
        pins: [together("a", "b")],
      },
      "a:new0 b:new0 c:new0 d:new0",
    ],
    [
      "what people keep apart is two signals in one cluster",
      { clusters: [["a", "b"]], pins: [apart("a", "b")], current: { a: "S1", b: "S2" } },
      "a:S1 b:S2",
    ],
    [
      "a new class of a parted cluster goes with the larger part",
      { clusters: [["a", "b", "c"]], pins: [apart("a", "b")], current: { a: "S1", b: "S2" }, counts: { b: 4 } },
      "a:S1 b:S2 c:S2",
    ],
    [
      "an old class of a parted cluster stays where it is",
      { clusters: [["a", "b", "c"]], pins: [apart("a", "b")], current: { a: "S1", b: "S2", c: "S1" }, counts: { b: 9 } },
      "a:S1 b:S2 c:S1",
    ],
    [
      "of contradicting pins the later one counts: apart",
      { clusters: [["a", "b"]], pins: [together("a", "b"), apart("a", "b")] },
      "a:new0 b:new1",
    ],
    [
      "of contradicting pins the later one counts: together",
      { clusters: [["a"], ["b"]], pins: [apart("b", "a"), together("a", "b")] },
      "a:new0 b:new0",
    ],
    [
      "a later pin breaks an earlier chain",
      { clusters: [["a"], ["b"], ["c"]], pins: [together("a", "b"), together("b", "c"), apart("a", "c")] },
      "a:new0 b:new1 c:new1",
    ],
    [
      "a signal that a person split off is not drawn into a third one",
      { clusters: [["a", "b", "c"]], pins: [apart("a", "b"), apart("a", "c")], current: { a: "S1", b: "S2", c: "S3" } },
      "a:S1 b:S2 c:S3",
    ],
  ])("%s", (_, one, expected) => {
    expect(told(assignSignals(inputOf(one)))).toBe(expected);
  });

  test("merges and splits are told with where the findings went", () => {
    const merged = assignSignals(inputOf({ clusters: [["a", "b"]], current: { a: "S1", b: "S2" }, counts: { a: 2 } }));
    expect(merged.merges).toEqual([{ from: "S2", into: "S1", reason: "With the texts seen since, one template covers both." }]);
    expect(merged.splits).toEqual([]);
    const parted = assignSignals(inputOf({ clusters: [["a", "b"]], current: { a: "S1", b: "S1" }, pins: [apart("a", "b")] }));
    expect(parted.splits).toEqual([{ from: "S1", reason: "Somebody keeps some of its classes apart." }]);
    expect(parted.merges).toEqual([]);
  });
});

describe("whatever the clusters, signals and pins", () => {
  const keys = ["a", "b", "c", "d", "e", "f", "g"];
  const anyKey = fc.constantFrom(...keys);
  const anyCase = fc.record({
    clusterOf: fc.array(fc.nat(3), { minLength: keys.length, maxLength: keys.length }),
    signalOf: fc.array(fc.option(fc.constantFrom("S1", "S2", "S3", "S4")), { minLength: keys.length, maxLength: keys.length }),
    counts: fc.array(fc.nat(4), { minLength: keys.length, maxLength: keys.length }),
    pins: fc.array(fc.record({ a: anyKey, b: anyKey, kind: fc.constantFrom("together" as const, "apart" as const) }), { maxLength: 6 }),
  });
  const made = ({ clusterOf, signalOf, counts, pins }: typeof anyCase extends fc.Arbitrary<infer T> ? T : never): MatchInput => ({
    clusters: [...Map.groupBy(keys, (key) => clusterOf[keys.indexOf(key)] ?? 0).values()].map((members) => ({ members })),
    current: new Map(keys.flatMap((key, i) => (signalOf[i] == null ? [] : [[key, signalOf[i]] as const]))),
    pins,
    countOf: (key) => counts[keys.indexOf(key)] ?? 0,
    firstSeenOf: (signal) => Number(signal.slice(1)) % 2,
  });
  const idsOf = ({ assignment }: Matched): Map<string, string> =>
    new Map([...assignment].map(([key, signal]) => [key, typeof signal === "string" ? signal : `made${signal.new}`]));

  test("a second run on the first one's answer changes nothing", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const input = made(one);
        const first = idsOf(assignSignals(input));
        const again = assignSignals({ ...input, current: first, firstSeenOf: () => 0 });
        expect(idsOf(again)).toEqual(first);
        expect([again.merges, again.splits]).toEqual([[], []]);
      }),
      { numRuns: 3000 },
    );
  });

  test("the order of clusters and members does not matter", () => {
    fc.assert(
      fc.property(anyCase, fc.infiniteStream(fc.nat(1000)), (one, random) => {
        const input = made(one);
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, at: random.next().value ?? 0 }))
            .sort((x, y) => x.at - y.at)
            .map(({ item }) => item);
        const clusters = shuffled(input.clusters).map(({ members }) => ({ members: shuffled(members) }));
        expect(assignSignals({ ...input, clusters, current: new Map(shuffled([...input.current])) })).toEqual(assignSignals(input));
      }),
      { numRuns: 2000 },
    );
  });

  test("every class has a signal, the last pin holds, and so does every pin when none contradicts another", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const input = made(one);
        const ids = idsOf(assignSignals(input));
        expect([...ids.keys()].sort()).toEqual(keys);
        const holds = ({ a, b, kind }: SignalPin): boolean => a === b || (ids.get(a) === ids.get(b)) === (kind === "together");
        const last = input.pins.at(-1);
        expect(last === undefined || holds(last)).toBe(true);
        const isPlain = new Set(input.pins.map(({ kind }) => kind)).size < 2;
        expect(!isPlain || input.pins.every(holds)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test("classes of one cluster are one signal unless people keep some of it apart", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const input = { ...made(one), pins: one.pins.filter(({ kind }) => kind === "together") };
        const ids = idsOf(assignSignals(input));
        for (const { members } of input.clusters) expect(new Set(members.map((key) => ids.get(key))).size).toBe(1);
      }),
    );
  });
});
