// `npm run bench:taxonomy`: the map of how recorded agents fail, printed with examples so that a person can judge it, and what is asked of
// it: failed runs are explained by a step, a signal is one error, rates carry intervals, and the order of the runs changes nothing.
// Exits 1 when a row misses its target, 2 without data.
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import { report, atLeast, told, type Row } from "./rows.ts";
import { mapOf, placedRuns, streamRunOf, type MappedSignal, type StreamRun, type TaxonomyMap } from "./taxonomy/map.ts";
import { taxonomyPage } from "./taxonomy/page.ts";
import { purityRows } from "./taxonomy/purity.ts";
import { stabilityRows } from "./taxonomy/stability.ts";
import { trajectories, type TrajectorySource } from "./trajectory-run.ts";

const sources: readonly [TrajectorySource, string][] = [
  ["tau_bench_airline", "tau-bench airline"],
  ["intercode_sql", "InterCode SQL"],
  ["swebench_gemini3", "SWE-bench"],
];
/** Failed runs whose findings name a step. */
const leastExplained = 0.8;

export interface TaxonomyOptions {
  data: string;
  seed: string;
  onMap: (name: string, map: TaxonomyMap) => void;
}

/** Empty where the data are not there. */
export function taxonomyRows({ data, seed, onMap }: TaxonomyOptions): Row[] {
  return sources.flatMap(([source, name]) => {
    const read = readRuns(data, source);
    if (read.runs.length === 0) return [];
    const began = performance.now();
    const placed = placedRuns(read.runs);
    const placedMs = performance.now() - began;
    const map = mapOf(read.runs, placed);
    onMap(name, map);
    return [
      explainedRow(name, read.failed),
      intervalRow(name, map.signals),
      ...purityRows(name, map.signals),
      ...stabilityRows(name, read.runs, placed.assigned, seed),
      told(`${name}: detectors and classes`, read.detectMs / read.runs.length, "ms a run"),
      told(`${name}: classes into signals`, placedMs, "ms", `${placed.assigned.size} classes, ${placed.leaves.length} signals`),
    ];
  });
}

interface Read {
  runs: StreamRun[];
  /** Those that the benchmark scored a failure. */
  failed: StreamRun[];
  detectMs: number;
}

function readRuns(data: string, source: TrajectorySource): Read {
  const read: Read = { runs: [], failed: [], detectMs: 0 };
  for (const { run, header } of trajectories(data, source)) {
    const began = performance.now();
    const one = streamRunOf(run);
    read.detectMs += performance.now() - began;
    read.runs.push(one);
    if (header.success === false) read.failed.push(one);
  }
  return read;
}

function explainedRow(name: string, failed: readonly StreamRun[]): Row {
  const share = (explains: (finding: StreamRun["findings"][number]) => boolean): number =>
    failed.filter(({ findings }) => findings.some((one) => one.class.family.polarity === "failure" && one.stepId !== null && explains(one)))
      .length / failed.length;
  const shows = share((one) => one.class.family.detector !== "outcome_failed" && !one.recovered);
  return atLeast(
    `${name}: failed runs with a finding that names a step`,
    share(() => true),
    `of ${failed.length} runs`,
    leastExplained,
    `${shows.toFixed(3)} by a failure that shows in the trace, the rest by the suspected step`,
  );
}

function intervalRow(name: string, signals: readonly MappedSignal[]): Row {
  const carrying = signals.filter(({ signal: { rate, rate_low: low, rate_high: high } }) => {
    return rate !== null && low !== null && high !== null && low <= rate && rate <= high && low < high;
  });
  return atLeast(`${name}: rates that carry an interval`, carrying.length / signals.length, `of ${signals.length} signals`, 1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { data, seed, signals, json } = new Command("bench:taxonomy")
    .description("Prints how recorded agents fail, and scores the map.")
    .option("--data <dir>", "folder of all data, or of the trajectories", "../shared/data")
    .option("--seed <n>", "seed of the shuffle", "1")
    .option("--signals <n>", "signals in each table", "25")
    .option("--json <file>", "write the rows to a file")
    .parse()
    .opts<{ data: string; seed: string; signals: string; json?: string }>();
  const rows = taxonomyRows({ data, seed, onMap: (name, map) => console.log(taxonomyPage(name, map, Number(signals))) });
  if (rows.length === 0) {
    console.error(`There is nothing to map in ${data}: no ${sources.map(([source]) => source).join(", ")}.`);
    process.exitCode = 2;
  } else if (!report("Bento, taxonomy", rows, json)) process.exitCode = 1;
}
