// What all simulations share: few repetitions by default and many with `--full`, a seed, and a table at the end. A simulation's file runs
// by itself; the quality bench takes its rows.
import { pathToFileURL } from "node:url";
import { SingleBar } from "cli-progress";
import { Command } from "commander";
import { report, type Row } from "../rows.ts";

export interface Simulation {
  title: string;
  /** Of the costly part; a few minutes at most for `few` on one core. */
  repetitions: { few: number; full: number };
  /** `onStep` after each costly repetition. */
  rows: (repetitions: number, seed: string, onStep: () => void) => Row[];
}

/** Rows of one simulation, with a bar on standard error. */
export function simulated({ title, repetitions, rows }: Simulation, isFull: boolean, seed: string, override?: number): Row[] {
  const count = override ?? (isFull ? repetitions.full : repetitions.few);
  const bar = new SingleBar({ format: `${title} {value} done, {duration_formatted}`, stream: process.stderr });
  bar.start(0, 0);
  const found = rows(count, seed, () => bar.increment());
  bar.stop();
  return found;
}

/** Runs the simulation if its file is the program. */
export function runSimulation(simulation: Simulation, fileUrl: string): void {
  if (fileUrl !== pathToFileURL(process.argv[1] ?? "").href) return;
  const program = new Command("simulation")
    .option("--full", "as many repetitions as the bars ask for (hours)")
    .option("--repetitions <n>", "another number of repetitions")
    .option("--seed <text>", "seed", "1")
    .option("--json <file>", "write the rows to a file")
    .parse();
  const { full, repetitions, seed, json } = program.opts<{ full?: boolean; repetitions?: string; seed: string; json?: string }>();
  const rows = simulated(simulation, full === true, seed, repetitions === undefined ? undefined : Number(repetitions));
  if (!report(simulation.title, rows, json)) process.exitCode = 1;
}
