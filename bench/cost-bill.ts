// From counts to dollars: what a million runs cost at list prices, and what is left of a month's bill after what the plan includes.
// Pure arithmetic. A count that could not be taken is null, and stays out of the sums.
import {
  largestD1Gb,
  objectGb,
  operationPrices,
  planUsd,
  storagePrices,
  type Operation,
  type Price,
  type Store,
} from "./cloudflare-prices.ts";
import { mostly, sum, total, type Counts } from "./cost-counts.ts";
import { shown, told, type Row } from "./rows.ts";

/** A load as it was measured. */
export interface Measured {
  runs: number;
  /** From the first request until everything that follows from it at once was done. */
  counts: Counts;
  /** What retention did at the end. */
  endCounts: Counts;
  /** Of the first part: the end is little beside it. */
  cpuMs: number | null;
  /** Bytes that it left in the archive. */
  archiveBytes: number;
}

/** How a kind of run arrives: each request alone, or in bursts that the queue hands on together. */
export interface Door {
  /** "native runs" */
  name: string;
  alone: Measured;
  bursts: Measured;
}

export type Usage = Record<Operation, number | null>;
export type Stored = Record<Store, number>;

const million = 1_000_000;
const bytesAGb = 1_000_000_000;
const monthDays = 30;
const hoursAMonth = monthDays * 24;
const minutesAMonth = hoursAMonth * 60;
/** A live agent is judged once in ten minutes. */
const evaluationsAMonth = minutesAMonth / 10;
/** As durable-objects/behaviour.ts keeps facts, and durable-objects/assembly-schedule.ts the parts of traces. */
const keptDays = { facts: 42, parts: 7 };

const operations: readonly Operation[] = [
  "d1RowsWritten",
  "objectRowsWritten",
  "r2ClassA",
  "r2ClassB",
  "queueOperations",
  "workerRequests",
  "workerCpuMs",
  "objectRequests",
  "objectGbSeconds",
  "d1RowsRead",
  "objectRowsRead",
];
const stores: readonly Store[] = ["r2", "d1", "objects"];

/** One row an operation and their sum, for a million runs that come by `door`. */
export function doorRows(door: Door): Row[] {
  const [alone, bursts] = [perMillion(door.alone), perMillion(door.bursts)];
  const lines = operations.map((operation) => {
    const { name } = operationPrices[operation];
    const count = alone[operation];
    if (count === null) return told(`1M ${door.name}: ${name}`, null, "$", "not told by this system");
    const most = mostly(sum(door.alone.counts, door.alone.endCounts), operation);
    const beside = [
      `${shown(count / million)} a run, ${shown(count)} at $${operationPrices[operation].usd} a million`,
      ...(most === "" ? [] : [most]),
      `in bursts $${shown(usdOf(operation, bursts[operation]))}`,
    ];
    return told(`1M ${door.name}: ${name}`, usdOf(operation, count), "$", beside.join("; "));
  });
  return [...lines, told(`1M ${door.name}: all operations`, sumUsd(alone), "$", `in bursts $${shown(sumUsd(bursts))}`)];
}

/** What a million runs of a door fill, and how many of them one index holds. @param retentionDays of the archive and the index */
export function storageRows(door: Door, retentionDays: number): Row[] {
  const kept = keptGb(door.alone, retentionDays);
  const usd = stores.reduce((all, store) => all + kept[store] * storagePrices[store].usd, 0);
  const parts = stores.map((store) => `${storagePrices[store].name} ${shown(kept[store])} GB at $${storagePrices[store].usd}`);
  const d1BytesARun = total(door.alone.counts, "d1Bytes") / door.alone.runs;
  return [
    told(`1M ${door.name} a month: storage, a month`, usd, "$", `kept ${retentionDays} days: ${parts.join(", ")}`),
    told(
      `${door.name} that fill one D1 database`,
      (largestD1Gb * bytesAGb) / d1BytesARun / million,
      "M runs",
      `${shown(d1BytesARun / 1_000)} KB a run, ${largestD1Gb} GB at most`,
    ),
  ];
}

export interface Month {
  /** What comes, and how much of it. */
  doors: readonly { door: Door; runs: number }[];
  retentionDays: number;
  /** One run of the cron with nothing to do. */
  tick: Usage;
  /** The one of each hour that looks for more. */
  hour: Usage;
  /** One evaluation of an agent. */
  evaluation: Usage;
  liveAgents: number;
}

/** What happens in any case, and what the bill of a whole month is. */
export function monthRows(month: Month): Row[] {
  const idle = add(times(month.tick, minutesAMonth - hoursAMonth), times(month.hour, hoursAMonth));
  const judging = times(month.evaluation, evaluationsAMonth);
  const runs = month.doors.reduce((all, one) => all + one.runs, 0);
  const traffic = month.doors.map(({ door, runs: n }) => times(perMillion(door.alone), n / million));
  const usage = [idle, times(judging, month.liveAgents), ...traffic].reduce(add);
  const stored = month.doors
    .map(({ door, runs: n }) => scaledStores(keptGb(door.alone, month.retentionDays), n / million))
    .reduce((a, b) => ({ r2: a.r2 + b.r2, d1: a.d1 + b.d1, objects: a.objects + b.objects }));
  const listUsd = sumUsd(usage) + stores.reduce((all, store) => all + stored[store] * storagePrices[store].usd, 0);
  const what = month.doors.map(({ door, runs: n }) => `${n.toLocaleString("en-US")} ${door.name}`).join(", ");
  return [
    told("an instance without traffic, a month", sumUsd(idle), "$", `${minutesAMonth.toLocaleString("en-US")} ticks of the cron`),
    told("judging one live agent, a month", sumUsd(judging), "$", `${evaluationsAMonth.toLocaleString("en-US")} evaluations`),
    told(`a month of ${shown(runs / million)}M runs at list prices`, listUsd, "$", `${what}, ${month.liveAgents} agents`),
    told("the same month as billed", planUsd + billUsd(usage, stored), "$", `the $${planUsd} plan and what it does not include`),
  ];
}

/** Counts as Cloudflare bills them. */
export function usageOf(counts: Counts, cpuMs: number | null): Usage {
  return {
    workerRequests: total(counts, "workerRequests"),
    workerCpuMs: cpuMs,
    queueOperations: total(counts, "queueOperations"),
    r2ClassA: total(counts, "r2ClassA"),
    r2ClassB: total(counts, "r2ClassB"),
    d1RowsRead: total(counts, "d1RowsRead"),
    d1RowsWritten: total(counts, "d1RowsWritten"),
    objectRequests: total(counts, "objectRequests"),
    objectGbSeconds: (total(counts, "objectMs") / 1_000) * objectGb,
    objectRowsRead: total(counts, "objectRowsRead"),
    objectRowsWritten: total(counts, "objectRowsWritten"),
  };
}

export function sumUsd(usage: Usage): number {
  return operations.reduce((all, operation) => all + usdOf(operation, usage[operation]), 0);
}

/** What is billed beyond what the plan includes, without the plan. */
export function billUsd(usage: Usage, stored: Stored): number {
  const beyond = (count: number, { usd, per, included }: Price) => (Math.max(0, count - included) / per) * usd;
  return (
    operations.reduce((all, operation) => all + beyond(usage[operation] ?? 0, operationPrices[operation]), 0) +
    stores.reduce((all, store) => all + beyond(stored[store], storagePrices[store]), 0)
  );
}

function perMillion({ runs, counts, endCounts, cpuMs }: Measured): Usage {
  return times(usageOf(sum(counts, endCounts), cpuMs), million / runs);
}

/** What stands when a million runs have come each month for longer than they are kept. */
export function keptGb({ runs, counts, archiveBytes }: Measured, retentionDays: number): Stored {
  const gb = (bytes: number, days: number) => (bytes / runs) * (million / bytesAGb) * (days / monthDays);
  const { TraceAssembly: parts = 0, ...others } = counts["objectBytes"] ?? {};
  const facts = Object.values(others).reduce((all, bytes) => all + bytes, 0);
  return {
    r2: gb(archiveBytes, retentionDays),
    d1: gb(total(counts, "d1Bytes"), retentionDays),
    objects: gb(facts, keptDays.facts) + gb(parts, keptDays.parts),
  };
}

const usdOf = (operation: Operation, count: number | null): number =>
  ((count ?? 0) / operationPrices[operation].per) * operationPrices[operation].usd;

function combine(of: (operation: Operation) => number | null): Usage {
  return {
    workerRequests: of("workerRequests"),
    workerCpuMs: of("workerCpuMs"),
    queueOperations: of("queueOperations"),
    r2ClassA: of("r2ClassA"),
    r2ClassB: of("r2ClassB"),
    d1RowsRead: of("d1RowsRead"),
    d1RowsWritten: of("d1RowsWritten"),
    objectRequests: of("objectRequests"),
    objectGbSeconds: of("objectGbSeconds"),
    objectRowsRead: of("objectRowsRead"),
    objectRowsWritten: of("objectRowsWritten"),
  };
}

function times(usage: Usage, factor: number): Usage {
  return combine((operation) => {
    const count = usage[operation];
    return count === null ? null : count * factor;
  });
}

function add(a: Usage, b: Usage): Usage {
  return combine((operation) => {
    const [x, y] = [a[operation], b[operation]];
    return x === null || y === null ? null : x + y;
  });
}

const scaledStores = ({ r2, d1, objects }: Stored, factor: number): Stored => ({
  r2: r2 * factor,
  d1: d1 * factor,
  objects: objects * factor,
});
