// The `bento` command: an index of its commands, one file each in commands/. All of them talk to a Bento through its public API
// and nothing else. Exit codes: 0 done, 1 the answer is no, 3 it could not be done.
import { Command, CommanderError } from "commander";
import pc from "picocolors";
import { agentsCommand } from "./commands/agents.ts";
import { artifactsCommand } from "./commands/artifacts.ts";
import { auditCommand } from "./commands/audit.ts";
import { backfillCommand } from "./commands/backfill.ts";
import { bookCommand } from "./commands/book.ts";
import { canaryCommand } from "./commands/canary.ts";
import { changesCommand } from "./commands/changes.ts";
import { deadLettersCommand } from "./commands/dead-letters.ts";
import { evalCommand } from "./commands/eval.ts";
import { exportCommand } from "./commands/export.ts";
import { flushCommand } from "./commands/flush.ts";
import { gateCommand } from "./commands/gate.ts";
import { importCommand } from "./commands/import.ts";
import { incidentsCommand } from "./commands/incidents.ts";
import { ingestCommand } from "./commands/ingest.ts";
import { initCommand } from "./commands/init.ts";
import { loopCommand } from "./commands/loop.ts";
import { pullCommand } from "./commands/pull.ts";
import { replayCommand } from "./commands/replay.ts";
import { reportCommand } from "./commands/report.ts";
import { runsCommand } from "./commands/runs.ts";
import { signalsCommand } from "./commands/signals.ts";
import { statusCommand } from "./commands/status.ts";
import { transferCommand } from "./commands/transfer.ts";
import { CommandFailure, exitCodes } from "./failure.ts";
import { note, plain } from "./print.ts";

const commands = [
  initCommand,
  statusCommand,
  ingestCommand,
  importCommand,
  exportCommand,
  agentsCommand,
  runsCommand,
  incidentsCommand,
  signalsCommand,
  canaryCommand,
  backfillCommand,
  changesCommand,
  evalCommand,
  replayCommand,
  gateCommand,
  artifactsCommand,
  pullCommand,
  loopCommand,
  bookCommand,
  transferCommand,
  reportCommand,
  flushCommand,
  deadLettersCommand,
  auditCommand,
];

const program = new Command("bento")
  .description("Bento from the terminal: send traces, read what became of them.")
  .showHelpAfterError("(bento --help lists the commands)")
  .exitOverride();
for (const command of commands) program.addCommand(strict(command()));

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? exitCodes.done : exitCodes.failed));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Its wrong arguments end with our exit code, in every one of its subcommands. */
function strict(command: Command): Command {
  command.exitOverride();
  for (const inner of command.commands) strict(inner);
  return command;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.failed;
  if (error instanceof CommandFailure) {
    const [first = "", ...rest] = error.message.split("\n");
    note(pc.red(plain(first)));
    for (const line of rest) note(plain(line).trimEnd());
    return exitCodes.failed;
  }
  throw error;
}
