import fc from "fast-check";
import { expect, test } from "vitest";
import { operationPrices, planUsd } from "../../../bench/cloudflare-prices.ts";
import { billUsd, doorRows, keptGb, monthRows, storageRows, sumUsd, usageOf, type Measured } from "../../../bench/cost-bill.ts";
import { mostly, since, sum, total, type Counts } from "../../../bench/cost-counts.ts";

const nothing = usageOf({}, 0);
const noStorage = { r2: 0, d1: 0, objects: 0 };

/** A thousand runs. */
const measured = (counts: Counts, others: Partial<Measured> = {}): Measured => ({
  runs: 1_000,
  counts,
  endCounts: {},
  cpuMs: 0,
  archiveBytes: 0,
  ...others,
});

const counts = fc.dictionary(fc.constantFrom("r2ClassA", "d1RowsRead"), fc.dictionary(fc.constantFrom("a", "b"), fc.nat(1_000)));

test("what was counted between two looks is what the second has beyond the first", () => {
  fc.assert(
    fc.property(counts, counts, (before, more) => {
      const between = since(before, sum(before, more));
      for (const meter of ["r2ClassA", "d1RowsRead"]) expect(total(between, meter)).toBe(total(more, meter));
    }),
  );
});

test("the largest share of a count is named", () => {
  expect(mostly({ d1RowsWritten: { "INSERT run": 6, "INSERT agent": 2 } }, "d1RowsWritten")).toBe("75 % INSERT run");
  expect(mostly({}, "d1RowsWritten")).toBe("");
});

test.each([
  ["r2ClassA", 100, 0.45],
  ["d1RowsWritten", 8_000, 8],
  ["queueOperations", 150, 0.06],
  ["objectMs", 1_000_000, 1.6],
] as const)("a thousand runs with %s %d make a million cost $%d", (meter, n, usd) => {
  const alone = measured({ [meter]: { by: n } });
  const rows = doorRows({ name: "runs", alone, bursts: alone });
  expect(rows.at(-1)?.value).toBeCloseTo(usd, 10);
  expect(rows.slice(0, -1).reduce((all, { value }) => all + (value ?? 0), 0)).toBeCloseTo(usd, 10);
});

test("what retention does at the end is part of the price", () => {
  const alone = measured({ d1RowsWritten: { insert: 1_000 } }, { endCounts: { d1RowsWritten: { delete: 500 } } });
  expect(doorRows({ name: "runs", alone, bursts: alone }).at(-1)?.value).toBeCloseTo(1.5, 10);
});

test("CPU time that the system does not tell is null and leaves the sum of the others", () => {
  const alone = measured({ r2ClassA: { put: 100 } }, { cpuMs: null });
  const rows = doorRows({ name: "runs", alone, bursts: alone });
  expect(rows.find(({ name }) => name.endsWith(operationPrices.workerCpuMs.name))?.value).toBeNull();
  expect(rows.at(-1)?.value).toBeCloseTo(0.45, 10);
});

test("storage is what stands after as long as it is kept: facts for six weeks, parts of traces for one", () => {
  const counted = { d1Bytes: { size: 2_000_000 }, objectBytes: { Behaviour: 5_000_000, TraceAssembly: 3_000_000 } };
  const kept = keptGb(measured(counted, { archiveBytes: 1_000_000 }), 90);
  expect(kept.r2).toBeCloseTo(3, 10);
  expect(kept.d1).toBeCloseTo(6, 10);
  expect(kept.objects).toBeCloseTo(5 * 1.4 + 3 * (7 / 30), 10);
  const alone = measured(counted);
  expect(storageRows({ name: "runs", alone, bursts: alone }, 90)[1]?.value).toBeCloseTo(5, 10);
});

test.each([
  ["nothing", {}, noStorage, 0],
  ["as much as the plan includes", { r2ClassA: { put: 1_000_000 } }, { ...noStorage, d1: 5 }, 0],
  ["a million beyond it", { r2ClassA: { put: 2_000_000 } }, { ...noStorage, d1: 6 }, 4.5 + 0.75],
])("of a month with %s the plan leaves what it does not include", (_what, counted, stored, usd) => {
  expect(billUsd(usageOf(counted, 0), stored)).toBeCloseTo(usd, 10);
});

test("a month adds traffic, ticks and evaluations", () => {
  const alone = measured({ d1RowsWritten: { insert: 10_000 } });
  const tick = usageOf({ r2ClassA: { list: 2 } }, 0);
  const evaluation = usageOf({ objectRowsWritten: { note: 5 } }, 0);
  const rows = monthRows({
    doors: [{ door: { name: "runs", alone, bursts: alone }, runs: 2_000_000 }],
    retentionDays: 30,
    tick,
    hour: tick,
    evaluation,
    liveAgents: 3,
  });
  const [idle, judging, list, billed] = rows.map(({ value }) => value);
  expect(idle).toBeCloseTo((43_200 * 2 * 4.5) / 1_000_000, 10);
  expect(judging).toBeCloseTo((4_320 * 5) / 1_000_000, 10);
  expect(list).toBeCloseTo(20 + (idle ?? 0) + 3 * (judging ?? 0), 10);
  expect(billed).toBe(planUsd);
  expect(sumUsd(nothing)).toBe(0);
});
