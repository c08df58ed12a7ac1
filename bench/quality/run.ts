// `npm run bench:quality`: how well Bento finds changes and names their causes, on streams spliced from recorded runs with one known
// change each, how well it localises, on public incidents, how well it cuts and watches public series, how well it tells kinds of messages
// apart and names the step that made a run fail, and the acceptance bars as simulations. What `--data` lacks is left out, so a folder with
// further cases is enough. Exits 1 when a row misses its target.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SingleBar } from "cli-progress";
import { Command } from "commander";
import { report } from "../rows.ts";
import { attributionRows } from "./attribution.ts";
import { blameRows } from "./blame.ts";
import { streamRows } from "./nab.ts";
import { nullMonthRows } from "./null-months.ts";
import { replayRows } from "./replay.ts";
import { attribution } from "./simulate-attribution.ts";
import { canaries } from "./simulate-canaries.ts";
import { changeTime } from "./simulate-change-time.ts";
import { delay } from "./simulate-delay.ts";
import { experiments } from "./simulate-experiments.ts";
import { gates } from "./simulate-gates.ts";
import { naming } from "./simulate-naming.ts";
import { simulated } from "./simulate-run.ts";
import { runLength } from "./simulate-run-length.ts";
import { passRows } from "./pass-k.ts";
import { sensorRows } from "./skab.ts";
import { sliceRows } from "./slices.ts";
import { detectionRows } from "./splice.ts";
import { changePointRows } from "./tcpd.ts";
import { templateRows } from "./templates.ts";

const program = new Command("bench:quality")
  .description("Scores detection and attribution against known truths.")
  .option("--data <dir>", "trajectories and benchmarks", "../shared/data")
  .option("--seed <n>", "first seed of the streams; four in a row are pooled", "1")
  .option("--scenarios <n>", "streams a seed", "48")
  .option("--null-agents <n>", "agents whose 28 days bring nothing new; 0 leaves them out", "200")
  .option("--replay-tasks <n>", "tasks of each pair that a running Bento replays; 0 leaves them out", "300")
  .option("--full", "simulations with as many repetitions as the bars ask for (hours)")
  .option("--no-simulations", "leave the simulations out")
  .option("--json <file>", "write the rows to a file")
  .parse();
const { data, seed, scenarios, nullAgents, replayTasks, full, simulations, json } = program.opts<{
  data: string;
  seed: string;
  scenarios: string;
  nullAgents: string;
  replayTasks: string;
  full?: boolean;
  simulations: boolean;
  json?: string;
}>();

if (!existsSync(data)) {
  console.error(`There is no data at ${data}. Give --data DIR with the folders trajectories and benchmarks.`);
  process.exit(2);
}
const trajectories = join(data, "trajectories");
const seeds = [0, 1, 2, 3].map((n) => Number(seed) + n);
const plan = { data: trajectories, scenarios: Number(scenarios), seed: Number(seed) };
const rows = [];
for (const strength of existsSync(trajectories) ? [1, 0.5, 0.25] : []) {
  console.error(`streams of seeds ${seeds.join(", ")} at strength ${strength}`);
  rows.push(...detectionRows({ ...plan, strength }), ...attributionRows({ ...plan, strength }, seeds));
}
console.error("public incidents");
rows.push(...sliceRows(data));
console.error("public series");
rows.push(...changePointRows(data), ...streamRows(data), ...sensorRows(data), ...passRows(data));
console.error("kinds of messages, and who made a run fail");
rows.push(...templateRows(data), ...blameRows(data));
if (Number(replayTasks) > 0) {
  console.error("replays");
  rows.push(...(await replayRows(data, Number(replayTasks))));
}
if (Number(nullAgents) > 0) {
  const bar = new SingleBar({ format: "null months {bar} {value}/{total}", stream: process.stderr });
  bar.start(Number(nullAgents), 0);
  rows.push(...nullMonthRows({ agents: Number(nullAgents), days: 28, seed, onAgent: (done) => bar.update(done) }));
  bar.stop();
}
for (const simulation of simulations ? [runLength, delay, changeTime, attribution, naming, experiments, canaries, gates] : []) {
  rows.push(...simulated(simulation, full === true, seed));
}
if (rows.length === 0) {
  console.error(`There is nothing to score in ${data}: no trajectories, and none of rs, smini, tcpd, nab, skab, loghub2k.`);
  process.exit(2);
}
if (!report("Bento, quality", rows, json)) process.exitCode = 1;
