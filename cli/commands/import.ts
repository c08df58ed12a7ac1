// `bento import`: history from files, whenever it happened. What can be read is sent, what cannot is named with its place; what was
// acknowledged is noted, so that the same command goes on where it was interrupted and sends nothing twice.
import type { Command } from "commander";
import { serverCommand, type SharedFlags } from "../command.ts";

/** As they are said in cli/import/format.ts, which is loaded only to import: the readers take longer to load than most commands to run. */
const formats = "auto, claude-code, jsonl or otlp";

export interface ImportFlags extends SharedFlags {
  format: string;
  agent?: string;
  dryRun?: boolean;
  resume?: boolean;
  again?: boolean;
  wait: boolean;
}

export function importCommand(): Command {
  return serverCommand("import", "Send history from files: Claude Code transcripts, native runs, OTLP; plain or gzip")
    .argument("[paths...]", "files, and folders to look through")
    .option("--format <format>", `what the files are: ${formats}`, "auto")
    .option("--agent <name>", "the agent of runs that name none, and of transcripts instead of claude-code")
    .option("--dry-run", "only say what would be sent and what is wrong")
    .option("--resume", "without paths: go on with the import that was interrupted")
    .option("--again", "send everything, whatever was acknowledged before")
    .option("--no-wait", "do not wait until everything can be read")
    .addHelpText(
      "after",
      "\nEnds with 1 when something was refused. The same import again goes on where it stopped and stores nothing twice.",
    )
    .action(async (paths: string[], flags: ImportFlags) => {
      const { importFiles } = await import("../import/import-files.ts");
      await importFiles(paths, flags);
    });
}
