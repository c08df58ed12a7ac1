// `npm run torture`: kills Bento with SIGKILL at random moments under load, starts it again on the same folder, and checks that
// acknowledged = stored = counted, exactly, after each kill. A line a round while it goes, then a table; ends with 1 on any
// difference, also on a Bento that does not come up again.
import { Command } from "commander";
import Table from "cli-table3";
import pc from "picocolors";
import { torture, type Round } from "./torture/rounds.ts";

const { rounds, seed } = new Command("torture")
  .description("Kills Bento under load again and again and checks that nothing acknowledged is lost, doubled, half stored or half deleted.")
  .option("--rounds <n>", "rounds of load, kill and comparison", "25")
  .option("--seed <text>", "chooses the load and the moments; the machine decides what they hit", String(Date.now()))
  .parse()
  .opts<{ rounds: string; seed: string }>();
const wanted = Number(rounds);
if (!Number.isInteger(wanted) || wanted < 1) {
  console.error(`--rounds must be a whole number of 1 or more, not "${rounds}".`);
  process.exit(2);
}

/** Differences that are shown of one round; a broken round can have thousands. */
const mostShown = 20;
const done: Round[] = [];
const startedMs = performance.now();
const seconds = (fromMs: number): number => Math.round((performance.now() - fromMs) / 1_000);
const count = (n: number): string => n.toLocaleString("en-US");

let failure: string | null = null;
try {
  let roundMs = startedMs;
  for await (const round of torture({ rounds: wanted, seed })) {
    done.push(round);
    report(round, seconds(roundMs));
    roundMs = performance.now();
  }
} catch (error) {
  failure = error instanceof Error ? error.message : String(error);
}
console.log(tableOf(done));
console.log(lastLine());
process.exitCode = failure !== null || done.some(({ differences }) => differences.length > 0) ? 1 : 0;

function report({ number, kills, storedRuns, differences }: Round, took: number): void {
  const verdict = differences.length === 0 ? pc.green("equal") : pc.red(`${differences.length} differences`);
  console.error(`round ${number}/${wanted}  killed after ${kills.join(" + ")} ms  ${count(storedRuns)} runs  ${verdict}  ${took} s`);
  for (const difference of differences.slice(0, mostShown)) console.error(`  ${difference}`);
  if (differences.length > mostShown) console.error(`  and ${differences.length - mostShown} more`);
}

function tableOf(all: readonly Round[]): string {
  const table = new Table({
    head: [
      "round",
      "killed after ms",
      "requests\nacknowledged",
      "cut off",
      "pending\nat restart",
      "settled\nafter ms",
      "runs acknowledged\nand not deleted",
      "unanswered",
      "stored",
      "counted",
      "deleted",
      "scores",
      "differences",
    ],
    style: { head: [], border: [], compact: true },
  });
  for (const r of all) {
    const figures = [r.acknowledgedRequests, r.cutOffRequests, r.pendingAtRestart, r.settledMs];
    const runs = [r.acknowledgedRuns, r.unansweredRuns, r.storedRuns, r.countedRuns, r.deletions, r.scores, r.differences.length];
    table.push([r.number, r.kills.join(" + "), ...[...figures, ...runs].map(count)]);
  }
  return [
    `Bento under SIGKILL, seed ${seed}. Requests and runs add up over the rounds; pending and settled are of the round.`,
    table.toString(),
    "unanswered: stored whole by a request that was cut off before its answer and that nobody sent again. Acknowledged and not deleted + unanswered = stored = counted.",
  ].join("\n");
}

function lastLine(): string {
  const kills = done.reduce((sum, round) => sum + round.kills.length, 0);
  const differing = done.filter(({ differences }) => differences.length > 0).map(({ number }) => number);
  const how = `${done.length} of ${wanted} rounds, ${kills} kills, ${seconds(startedMs)} s`;
  if (failure !== null) return `${how}: broke off: ${failure}`;
  if (differing.length > 0) return `${how}: rounds ${differing.join(", ")} differ. Look closer with --seed ${seed}.`;
  return `${how}: acknowledged = stored = counted after every kill.`;
}
