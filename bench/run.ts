// `npm run bench`: the performance table. Ratios are from one run on one machine; absolute figures are only told.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { backfillRows } from "./backfill.ts";
import { behaviourRows } from "./behaviour.ts";
import { costRows } from "./cost.ts";
import { ingestRows } from "./ingest.ts";
import { report } from "./rows.ts";
import { storageRows } from "./storage.ts";

const program = new Command("bench")
  .description("Measures how fast Bento acknowledges, stores, judges and scans history, and counts what that costs on Cloudflare.")
  .option("--json <file>", "write the rows to a file")
  .option("--rounds <n>", "rounds of each load", "3")
  .option("--seconds <n>", "seconds of each load", "4")
  .option("--runs <n>", "runs of the history that a backfill scans", "20000")
  .parse();
const { json, rounds, seconds, runs } = program.opts<{ json?: string; rounds: string; seconds: string; runs: string }>();

const dataDir = mkdtempSync(join(tmpdir(), "bento-bench-"));
try {
  const onRound = (name: string) => console.error(name);
  const rows = [
    ...(await ingestRows({ dataDir, rounds: Number(rounds), seconds: Number(seconds), onRound })),
    ...behaviourRows(),
    ...(await backfillRows({ dataDir, runs: Number(runs), rounds: Number(rounds), onRound })),
    ...(await storageRows({ dataDir, onRound })),
    ...(await costRows({ dataDir, onRound })),
  ];
  if (!report("Bento, performance", rows, json)) process.exitCode = 1;
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
