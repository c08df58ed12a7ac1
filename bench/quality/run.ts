// `npm run bench:quality`: how well Bento finds changes and names their causes, on streams spliced from recorded runs with one
// known change each, and how well it localises, on public incidents. Exits 1 when a row misses its target.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { report } from "../rows.ts";
import { attributionRows } from "./attribution.ts";
import { sliceRows } from "./slices.ts";
import { detectionRows } from "./splice.ts";

const program = new Command("bench:quality")
  .description("Scores detection and attribution against known truths.")
  .option("--data <dir>", "trajectories and benchmarks", "../shared/data")
  .option("--seed <n>", "first seed of the streams; four in a row are pooled", "1")
  .option("--scenarios <n>", "streams a seed", "48")
  .option("--json <file>", "write the rows to a file")
  .parse();
const { data, seed, scenarios, json } = program.opts<{ data: string; seed: string; scenarios: string; json?: string }>();

if (!existsSync(data)) {
  console.error(`There is no data at ${data}. Give --data DIR with the folders trajectories and benchmarks.`);
  process.exit(2);
}
const trajectories = join(data, "trajectories");
const seeds = [0, 1, 2, 3].map((n) => Number(seed) + n);
const plan = { data: trajectories, scenarios: Number(scenarios), seed: Number(seed) };
const rows = [];
for (const strength of [1, 0.5]) {
  console.error(`streams of seeds ${seeds.join(", ")} at strength ${strength}`);
  rows.push(...detectionRows({ ...plan, strength }), ...attributionRows({ ...plan, strength }, seeds));
}
console.error("public incidents");
rows.push(...sliceRows(join(data, "benchmarks")));
if (!report("Bento, quality", rows, json)) process.exitCode = 1;
